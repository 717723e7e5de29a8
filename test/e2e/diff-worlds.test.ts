import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "#scripts/root.ts";
import type { Comparison } from "#sim/worlds/compare.ts";

const loneLamp = join(root, "sim/scenarios/lone-lamp.yaml");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-worlds-"));
});
afterAll(() => rm(folder, { recursive: true }));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function diffWorlds(file: string, ...flags: string[]): Promise<Outcome> {
  const words = [join(root, "scripts/plinth.mjs"), "diff-worlds", file, ...flags];
  return new Promise((resolve) => {
    execFile(process.execPath, words, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

it("finds that a bundle in a kernel tells what the unit tells in virtual time", async () => {
  const { code, stdout, stderr } = await diffWorlds(loneLamp, "--json");
  expect(stderr).toBe("");
  const { differences, subjects, told } = JSON.parse(stdout) as Comparison;
  expect(differences).toEqual([]);
  expect(code).toBe(0);
  expect(subjects).toBeGreaterThan(10);
  expect(told).toBeGreaterThan(300);
});

it("refuses a street of several units: a kernel has one board", async () => {
  const file = join(folder, "two.yaml");
  const text = await readFile(loneLamp, "utf8");
  await writeFile(file, text.replace("units: 1", "units: 2"));
  const { code, stderr } = await diffWorlds(file);
  expect(stderr).toMatch(/has 2 units\nA kernel has one board/);
  expect(code).toBe(2);
});
