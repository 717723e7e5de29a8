import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Tail } from "./tail.ts";

let folder: string;
let path: string;
let told: string[];
let tail: Tail<string>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-tail-"));
  path = join(folder, "stdout");
  told = [];
  tail = new Tail(path, "out", (line, stream) => told.push(`${stream} ${line}`));
});
afterEach(async () => {
  await tail.close();
  await rm(folder, { recursive: true });
});

it("tells of each line once, when it is finished", async () => {
  await tail.look();
  await appendFile(path, "one\ntw");
  await tail.look();
  expect(told).toEqual(["out one"]);
  await Promise.all([tail.look(), appendFile(path, "o\n"), tail.look()]);
  await tail.look();
  expect(told).toEqual(["out one", "out two"]);
});

it("joins a character that came in two pieces", async () => {
  const bytes = Buffer.from("21 °C\n");
  await appendFile(path, bytes.subarray(0, 4));
  await tail.look();
  await appendFile(path, bytes.subarray(4));
  expect(await tail.end()).toBe("21 °C\n");
  expect(told).toEqual(["out 21 °C"]);
});

it("tells of a last line without an end", async () => {
  await appendFile(path, "one\ntwo");
  expect(await tail.end()).toBe("one\ntwo");
  expect(told).toEqual(["out one", "out two"]);
});

it("is empty without a file", async () => {
  expect(await tail.end()).toBe("");
  expect(told).toEqual([]);
});
