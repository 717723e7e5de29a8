import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { Street } from "#sim/street/street.ts";
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

const empty = join(folder, "empty");
mkdirSync(empty);
const flowScenario = join(root, "sim/scenarios/flow-night-dimming.yaml");

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
    const repeated = JSON.parse(runAlone(good, "--json").stdout);
    // How long it took, and how one calls the program from another folder.
    const rest = { wallSeconds: 0, again: "" };
    expect({ ...repeated, ...rest }).toEqual({ ...summary, ...rest });
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

  it("lives through several scenarios with several seeds, and writes of each what CI wants to know", async () => {
    const [junit, jsonl] = ["junit.xml", "runs.jsonl"].map((name) => join(folder, "reports", name));
    const reports = ["--junit", junit!, "--jsonl", jsonl!];
    const { status, stdout, stderr } = await run(good, bad, "--seeds", "3,5-6", ...reports, "--json");
    expect([status, readFileSync(jsonl!, "utf8")]).toEqual([1, stdout]);
    const summaries = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const jobs = [good, bad].flatMap((path) => [3, 5, 6].map((seed) => [path, seed]));
    expect(summaries.map(({ file, seed }) => [file, seed])).toEqual(jobs);
    expect(summaries[5].again).toBe(`npx plinth run ${bad} --seed 6`);
    expect(stderr).toBe(
      [
        "error: 3 of 6 runs are not as expected",
        ...[3, 5, 6].map((seed) => `Again: npx plinth run ${bad} --seed ${seed}`),
        "",
      ].join("\n"),
    );
    const xml = readFileSync(junit!, "utf8");
    expect(xml.match(/<testsuite name="dusk\.seed-\d"/g)).toHaveLength(6);
    expect(xml.match(/<testcase name="lives through the scenario"[^>]*\/>/g)).toHaveLength(6);
    expect(xml.match(/<testcase name="records\.lost"[^>]*\/>/g)).toHaveLength(3);
    const { delivered } = summaries[5].records;
    expect(xml).toContain(`message="records.delivered is ${delivered}, at most 0, with seed 6"`);
    expect(xml).toContain(`>Again: npx plinth run ${bad} --seed 6</failure>`);
  });

  it("says in a line each how several went, and what to do about those that went wrong", () => {
    const { status, stdout } = runAlone(good, bad);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^✔ dusk, seed 3: 1 of 1 as expected, \d+\.\d s$/m);
    expect(stdout).toMatch(/^✘ dusk, seed 3: 0 of 1 as expected, \d+\.\d s$/m);
    expect(stdout).toMatch(/^ {4}✘ records\.delivered is \d+, at most 0$/m);
    const entry = relative(folder, join(root, "scripts/plinth.mjs"));
    expect(stdout).toContain(`    Again: node ${entry} run ${bad} --seed 3`);
  });

  it("lists what a folder has to run, as a matrix for CI, without those about a flow", async () => {
    const scenarios = join(folder, "scenarios");
    mkdirSync(scenarios);
    for (const path of [good, flowScenario]) copyFileSync(path, join(scenarios, basename(path)));
    writeFileSync(join(scenarios, "README.md"), "no scenario");
    const listed = await run(scenarios, "--list", "--json", "--seeds", "1-2", "--kinds", "streetlight");
    expect(listed.status).toBe(0);
    const scenario = join(scenarios, "good.yaml");
    expect(JSON.parse(listed.stdout)).toEqual({
      include: [1, 2].map((seed) => ({ scenario, name: "dusk", kinds: "streetlight", seed })),
    });
    expect(listed.stderr).toContain("flow-night-dimming.yaml is about a flow too: plinth flow test");
    expect((await run(scenarios, "--list")).stdout).toBe(
      `${scenario}  seed 3  streetlight  Half an hour of dusk\n`,
    );
  });

  it("tells of a run that breaks, with the command that breaks it again, and goes on with the others", async () => {
    const broken = vi.spyOn(Street.prototype, "start").mockRejectedValueOnce(new RangeError("no lamp\u0007"));
    const junit = join(folder, "broken.xml");
    const { status, stdout, stderr } = await run(good, "--seeds", "1-2", "--junit", junit, "--json");
    broken.mockRestore();
    expect(status).toBe(1);
    const [first, second] = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(first).toMatchObject({
      seed: 1,
      error: "no lamp\u0007",
      again: `npx plinth run ${good} --seed 1`,
    });
    expect(second).toMatchObject({ seed: 2, expectations: [{ met: true }] });
    expect(stderr).toContain("error: 1 of 2 runs are not as expected");
    expect(readFileSync(junit, "utf8")).toContain('<error type="RangeError" message="no lamp\ufffd">');
  });

  it.each([
    ["no scenario", [], "missing required argument 'scenario.yaml'"],
    ["a folder without one", [empty], "has no scenario to live through"],
    ["a kind that does not exist", [good, "--kinds", "lighthouse"], "Kinds: bench, curb, floor, streetlight"],
    [
      "a kind that no scenario has",
      [good, "--kinds", "curb,floor"],
      "has no scenario with a curb or a floor",
    ],
    ["seeds the wrong way round", [good, "--seeds", "8-5"], "Expected the lower number first"],
    ["a report where a folder is", [good, "--junit", folder], "is not a file to write to (EISDIR)"],
    ["a report below a file", [good, "--junit", join(good, "report.xml")], "is not a folder to write to"],
    ["a scenario about a flow", [flowScenario], "plinth flow test <flows.json>"],
    ["a missing file", ["nowhere.yaml"], "nowhere.yaml cannot be read (ENOENT)"],
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
