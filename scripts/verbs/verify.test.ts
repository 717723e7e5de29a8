import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { main } from "../cli.ts";

let folder: string;
let said: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-verify-"));
  said = [];
  for (const stream of ["log", "error"] as const)
    vi.spyOn(console, stream).mockImplementation((...words) => void said.push(words.join(" ")));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

/** A chain written out here, key by key in the order of canonical JSON. */
function records(count: number): string[] {
  let previous = "0".repeat(64);
  return Array.from({ length: count }, (_, index) => {
    const number = index + 1;
    const text = `{"device":"park/bench-01","fields":{"energy":${number}},"name":"chargingSession","number":${number},"previous":"${previous}"}`;
    const hash = createHash("sha256").update(text).digest("hex");
    const chain = { number, previous, hash };
    previous = hash;
    const body = { type: "event", name: "chargingSession", fields: { energy: number }, chain };
    return JSON.stringify({ device: "park/bench-01", epoch: "00", sequence: number, body });
  });
}

async function verify(lines: readonly string[]): Promise<{ code: number; text: string }> {
  const file = join(folder, "records.jsonl");
  await writeFile(file, `${lines.join("\n")}\n`);
  return { code: await main(["verify", file]), text: said.join("\n").replaceAll(file, "FILE") };
}

it("finds nothing wrong with a whole chain, among other records", async () => {
  const other = '{"device":"park/lamp-01","body":{"type":"measurement","name":"level","value":1}}';
  const { code, text } = await verify([...records(4), other, ""]);
  expect([code, text]).toEqual([0, "✔ park/bench-01 chargingSession: 4 records, the last is number 4"]);
});

it("tells a missing record and an altered one, and fails", async () => {
  const lines = records(6);
  lines[4] = lines[4]!.replace('"energy":5', '"energy":4');
  const { code, text } = await verify(lines.filter((_, index) => index !== 1));
  expect(code).toBe(1);
  expect(text).toContain("✘ park/bench-01 chargingSession: 5 records");
  expect(text).toContain("number 2 is missing");
  expect(text).toContain("number 5 is altered");
});

it.each([
  ["no JSON", ["{"], "FILE, line 1 is not JSON"],
  [
    "a broken link",
    ['{"device":"a/b","body":{"type":"event","name":"x","fields":{},"chain":{"number":0}}}'],
    "FILE, line 1: body/chain/previous is missing; expected a value",
  ],
])("refuses %s with its line", async (_, lines, words) => {
  const { code, text } = await verify(lines);
  expect(code).toBe(2);
  expect(text).toContain(words);
});

it("refuses a file that is not there", async () => {
  expect(await main(["verify", join(folder, "none.jsonl")])).toBe(2);
  expect(said.join()).toContain("cannot be read (ENOENT)");
});
