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

/** A kernel that is not built yet takes minutes, and a guest on a busy machine as long as it takes. */
const limitMs = 30 * 60_000;

it(
  "finds that a bundle in a kernel tells what the unit tells in virtual time",
  async () => {
    const { code, stdout, stderr } = await diffWorlds(loneLamp, "--json");
    expect(stderr).toBe("");
    const { differences, subjects, told } = JSON.parse(stdout) as Comparison;
    expect(differences).toEqual([]);
    expect(code).toBe(0);
    expect(subjects).toBeGreaterThan(10);
    expect(told).toBeGreaterThan(300);
  },
  limitMs,
);

/** Some minutes of one unit in a busy street. A strip of tiles samples 32 times as often as all else. */
const alone = (furniture: string, minutes: number, people: number) => `
scenario: alone
title: Alone
seed: 5
start: 2026-06-20 10:00
duration: ${minutes} min
location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }
street:
  peoplePerHourPeak: ${people}
  furniture:
    - { ${furniture} }
`;

it.each([
  ["bench", "kind: bench, at: [24]", 5, 200],
  ["kerb", "kind: curb, at: [30]", 5, 200],
  ["strip of tiles", "kind: floor, at: [30], size: 4", 1, 200],
  // A conversion that is fetched before it is over is a step where nobody walks.
  ["whole strip that nobody walks on", "kind: floor, at: [30], size: 8", 1, 0],
])(
  "finds so of a %s",
  async (_, furniture, minutes, people) => {
    const file = join(folder, "alone.yaml");
    await writeFile(file, alone(furniture, minutes, people));
    const { code, stdout } = await diffWorlds(file, "--json");
    const { differences, subjects, told } = JSON.parse(stdout) as Comparison;
    expect(differences).toEqual([]);
    expect(code).toBe(0);
    expect(subjects).toBeGreaterThan(15);
    expect(told).toBeGreaterThan(20);
  },
  limitMs,
);

const twoLamps = async () => {
  const file = join(folder, "two.yaml");
  const text = await readFile(loneLamp, "utf8");
  await writeFile(
    file,
    text.replace("units: 1", "units: 2").replace("30 min", "8 min").replace("17:50", "17:36"),
  );
  return file;
};

it(
  "finds so of a lamp whose neighbour lives in the simulator",
  async () => {
    const { code, stdout } = await diffWorlds(await twoLamps(), "--json", "--unit", "lamp-02");
    const { differences, told } = JSON.parse(stdout) as Comparison;
    expect(differences).toEqual([]);
    expect(code).toBe(0);
    expect(told).toBeGreaterThan(60);
  },
  limitMs,
);

it("refuses a fault that no kernel can be made to have, before it lives through anything", async () => {
  const file = join(folder, "errno.yaml");
  const text = await readFile(loneLamp, "utf8");
  await writeFile(file, text.replace("fault: unplug", "fault: errno, errno: EIO"));
  const { code, stdout, stderr } = await diffWorlds(file);
  expect(stderr).toMatch(/errno\.yaml has the fault errno, which nothing here can be made to have/);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
});

it("asks which unit of several gets the kernel's board", async () => {
  const { code, stderr } = await diffWorlds(await twoLamps());
  expect(stderr).toMatch(
    /has 2 units\nSay which unit gets the kernel's one board: --unit, one of lamp-01, lamp-02/,
  );
  expect(code).toBe(2);
});
