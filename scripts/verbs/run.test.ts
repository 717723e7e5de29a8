import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { main } from "../cli.ts";
import { root } from "../root.ts";

const folder = mkdtempSync(join(tmpdir(), "plinth-run-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const scenario = (expectation: string) =>
  [
    "scenario: dusk",
    "title: Half an hour of dusk",
    "seed: 3",
    "start: 2025-12-21 17:00",
    "duration: 30 min",
    "location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }",
    "street: { furniture: [{ kind: streetlight, units: 1, spacing: 30 }] }",
    'faults: [{ at: "17:10", every: 5 min, unit: lamp-01, fault: kill }]',
    `expect: { ${expectation} }`,
  ].join("\n");

const good = file("good.yaml", scenario("records.lost: { max: 0 }"));
const bad = file("bad.yaml", scenario("records.delivered: { max: 0 }"));

/** As a process of its own, without a terminal. */
const runAlone = (...args: string[]) =>
  spawnSync(process.execPath, [join(root, "scripts/plinth.mjs"), "run", ...args], {
    cwd: folder,
    encoding: "utf8",
  });

/** In this process, which is quicker. */
async function run(...args: string[]) {
  let stdout = "";
  let stderr = "";
  const spies = [
    vi.spyOn(console, "log").mockImplementation((text: string) => {
      stdout += `${text}\n`;
    }),
    vi.spyOn(console, "error").mockImplementation((text: string) => {
      stderr += `${text}\n`;
    }),
    vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      stderr += text;
      return true;
    }),
  ];
  const status = await main(["run", ...args]);
  for (const spy of spies) spy.mockRestore();
  return { status, stdout, stderr };
}

describe("plinth run", () => {
  it("tells what happened, in plain lines of at most 100 columns where there is no terminal", () => {
    const { status, stdout, stderr } = runAlone(good);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("Half an hour of dusk, seed 3");
    for (const word of ["energy", "dark", "presence", "records", "lamp-minutes", "faults met", "expected"])
      expect(stdout).toMatch(new RegExp(`^ {2}${word}`, "m"));
    expect(stdout).toContain("lamp-01 kill, 4 times");
    expect(stdout).toMatch(/^ {4}✔ records\.lost is 0, at most 0$/m);
    expect(stdout).toMatch(/^ {2}digest [0-9a-f]{64}$/m);
    for (const line of stdout.split("\n")) expect([line, line.length <= 100]).toEqual([line, true]);
    expect(stdout).not.toContain("\u001b");
  });

  it("prints one JSON object and nothing else, the same for the same seed", async () => {
    const { status, stdout, stderr } = await run(good, "--json");
    expect([status, stderr]).toEqual([0, ""]);
    const summary = JSON.parse(stdout);
    expect(summary).toMatchObject({
      scenario: "dusk",
      seed: 3,
      virtualSeconds: 1_800,
      wallSeconds: expect.any(Number),
      kinds: {
        streetlight: {
          energyWh: expect.any(Number),
          energyAlwaysFullWh: 30,
          darkSeconds: 0,
          "presence.actual": expect.any(Number),
          "presence.seen": expect.any(Number),
        },
      },
      records: {
        made: expect.any(Number),
        delivered: expect.any(Number),
        lost: 0,
        duplicated: expect.any(Number),
      },
      faults: Array(4).fill("lamp-01 kill"),
      expectations: [{ path: "records.lost", max: 0, actual: 0, met: true }],
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const again = JSON.parse(runAlone(good, "--json").stdout);
    expect({ ...again, wallSeconds: 0 }).toEqual({ ...summary, wallSeconds: 0 });
    expect(JSON.parse((await run(good, "--json", "--seed", "4")).stdout).digest).not.toBe(summary.digest);
  });

  it("fails with 1 when something is not as expected, and says how to see it again", async () => {
    const { status, stdout, stderr } = await run(bad, "--seed", "5", "--json");
    expect(status).toBe(1);
    expect(JSON.parse(stdout).expectations).toMatchObject([
      { path: "records.delivered", max: 0, met: false },
    ]);
    expect(stderr).toBe(
      `error: dusk is not as expected with seed 5\nAgain: npx plinth run ${bad} --seed 5\n`,
    );
  });

  it.each([
    ["no scenario", [], "missing required argument 'scenario.yaml'"],
    ["a missing file", ["nowhere.yaml"], "nowhere.yaml cannot be read (ENOENT)"],
    ["a folder", [folder], "cannot be read (EISDIR)"],
    ["a broken scenario", [file("broken.yaml", scenario("records.lots: {}"))], "line 9: expect/records.lots"],
    ["what is no YAML", [file("none.yaml", "scenario: [")], "expected YAML"],
    ["a negative seed", [good, "--seed=-1"], "--seed is -1"],
    ["an empty seed", [good, "--seed="], "--seed is \n"],
    ["a seed of 33 bits", [good, "--seed", "4294967296"], "Expected a whole number from 0 to 4294967295."],
    ["missing weather", [good, "--weather", "no.epw"], "no.epw cannot be read"],
    ["what is no weather", [good, "--weather", good], "good.yaml"],
    ["what is no footfall", [good, "--footfall", good], "good.yaml"],
    ["a share of nobody", [good, "--footfall-share", "0.5"], "--footfall-share is of nobody"],
    [
      "a share of more than all",
      [good, "--footfall", good, "--footfall-share", "2"],
      "--footfall-share is 2",
    ],
    ["an unknown flag", [good, "--bogus"], "unknown option '--bogus'"],
  ])("refuses %s with 2, in a few lines", async (_what, args, text) => {
    const { status, stdout, stderr } = await run(...args);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(text);
    expect(stderr).not.toContain("    at ");
    expect(stderr.trimEnd().split("\n").length).toBeLessThanOrEqual(4);
  });
});
