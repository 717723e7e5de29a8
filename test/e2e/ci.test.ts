import { spawnSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { root } from "#scripts/root.ts";

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Workflow {
  readonly env: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<"list" | "scenario" | "flows", { readonly steps: readonly Step[] }>>;
}

const dusk = (name: string, kind: string, expectation: string) =>
  [
    `scenario: ${name}`,
    `title: Ten minutes of dusk at a ${kind}`,
    "seed: 3",
    "start: 2025-12-21 17:00",
    "duration: 10 min",
    "location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }",
    `street: { furniture: [{ kind: ${kind}, units: 1, spacing: 30 }] }`,
    `expect: { ${expectation} }`,
  ].join("\n");

/** A project as deploy/ci/README.md has it, with Plinth in the folder `plinth`. */
let project: string;
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "plinth ci-"));
  await symlink(root, join(project, "plinth"));
  await mkdir(join(project, "scenarios"));
  await writeFile(
    join(project, "scenarios/lamp.yaml"),
    dusk("lamp", "streetlight", "records.lost: { max: 0 }"),
  );
  await writeFile(join(project, "scenarios/seat.yaml"), dusk("seat", "bench", "records.lost: { max: 0 }"));
  const scenario = "flow-night-dimming.yaml";
  await copyFile(join(root, "sim/scenarios", scenario), join(project, "scenarios", scenario));
  await copyFile(join(root, "flows/examples/Dim a street by night.json"), join(project, "flows.json"));
});
afterAll(() => rm(project, { recursive: true }));

const workflow = parse(
  await readFile(join(root, "deploy/ci/github-workflow.yaml"), "utf8"),
) as unknown as Workflow;

/** What GitHub would have put in for each expression that the workflow has in an environment. */
const valuesOf = (matrix: Readonly<Record<string, string | number>>) =>
  new Map<string, string>([
    ["inputs.seeds || (github.event_name == 'schedule' && '1-8') || '1-3'", "1-2"],
    ["inputs.kinds", ""],
    ...Object.entries(matrix).map(([name, value]) => [`matrix.${name}`, `${value}`] as const),
  ]);

/** Runs a job's scripts in order, as a runner does: `bash -e`, until one fails. @returns its steps' outputs. */
async function runJob(job: keyof Workflow["jobs"], matrix: Readonly<Record<string, string | number>> = {}) {
  const values = valuesOf(matrix);
  const filled = (env: Readonly<Record<string, string>> = {}) =>
    Object.fromEntries(
      Object.entries(env).map(([name, text]) => {
        const [, expression] = /^\$\{\{ (.*) \}\}$/.exec(text) ?? [];
        const value = expression === undefined ? text : values.get(expression);
        expect([text, value]).not.toEqual([text, undefined]);
        return [name, value];
      }),
    );
  const outputs = join(project, "outputs");
  await writeFile(outputs, "");
  const scripts = workflow.jobs[job].steps.filter(({ run }) => run !== undefined);
  // What this very checkout was installed by: done again, it would pull the packages from under the other tests.
  expect(scripts[0]?.run).toBe("npm ci --prefix plinth --no-audit --no-fund");
  let said = "";
  for (const { run, env } of scripts.slice(1)) {
    const { status, stdout, stderr } = spawnSync("bash", ["-e", "-c", run!], {
      cwd: project,
      encoding: "utf8",
      env: { ...process.env, ...filled(workflow.env), ...filled(env), GITHUB_OUTPUT: outputs },
    });
    said += stdout + stderr;
    if (status !== 0) return { status, said, outputs: "" };
  }
  return { status: 0, said, outputs: await readFile(outputs, "utf8") };
}

const report = (name: string) => readFile(join(project, "reports", name), "utf8");

describe("deploy/ci's workflow, in a project of its own", () => {
  it("lists each scenario with each seed, and runs each in a job of its own, with its reports", async () => {
    const { outputs } = await runJob("list");
    const [, matrix = ""] = /^matrix=(.*)\n$/.exec(outputs) ?? [];
    const jobs = (JSON.parse(matrix) as { include: Record<string, string | number>[] }).include;
    expect(jobs.map(({ name, kinds, seed }) => `${name} ${kinds} ${seed}`)).toEqual([
      "lamp streetlight 1",
      "lamp streetlight 2",
      "seat bench 1",
      "seat bench 2",
    ]);
    for (const job of [jobs[1]!, jobs[2]!]) {
      const { status, said } = await runJob("scenario", job);
      expect([status, said]).toEqual([0, expect.stringContaining("✔ records.lost is 0, at most 0")]);
      expect(await report("scenarios.xml")).toContain(`<testsuite name="${job.name}.seed-${job.seed}"`);
      expect(JSON.parse(await report("scenarios.jsonl"))).toMatchObject({
        seed: job.seed,
        scenario: job.name,
      });
    }
  });

  it("fails where an expectation fails, and says the command that shows it again, which does", async () => {
    const scenario = "scenarios/gloom.yaml";
    await writeFile(join(project, scenario), dusk("gloom", "streetlight", "records.made: { max: 0 }"));
    const { status, said } = await runJob("scenario", {
      scenario,
      name: "gloom",
      kinds: "streetlight",
      seed: 2,
    });
    await rm(join(project, scenario));
    expect(status).toBe(1);
    const [, again = ""] = /^Again: (node .* run scenarios\/gloom\.yaml --seed 2)$/m.exec(said) ?? [];
    expect(await report("scenarios.xml")).toContain(`Again: ${again}</failure>`);
    await writeFile(join(project, scenario), dusk("gloom", "streetlight", "records.made: { max: 0 }"));
    const repeated = spawnSync("sh", ["-c", again], { cwd: project, encoding: "utf8" });
    await rm(join(project, scenario));
    expect(repeated.status).toBe(1);
    expect(repeated.stdout).toMatch(/✘ records\.made is \d+, at most 0/);
  });

  it("tries the flow with the scenarios about it", async () => {
    const { status, said } = await runJob("flows");
    expect([status, said]).toEqual([0, expect.stringContaining("✔ via-roma/lamp-1 applied")]);
    const xml = await report("flow-night-dimming.xml");
    expect(xml).toMatch(/<testcase name="runs without an error in Node-RED"[^>]*\/>/);
    expect(xml).toMatch(/<testcase name="via-roma\/lamp-1 applies the flow"[^>]*\/>/);
    expect(xml).toMatch(/<testcase name="1: What the lamps report"[^>]*\/>/);
    expect(xml).not.toContain("<failure");
  });

  it("as a script for any CI gives the highest exit code of what it ran", async () => {
    const run = (env: Readonly<Record<string, string>>) =>
      spawnSync("sh", ["plinth/deploy/ci/plinth-ci.sh"], {
        cwd: project,
        encoding: "utf8",
        env: { ...process.env, FLOWS: "none.json", KINDS: "bench", ...env },
      });
    const good = run({ SEEDS: "1,2" });
    expect([good.status, good.stdout]).toEqual([
      0,
      expect.stringContaining("✔ seat, seed 2: 1 of 1 as expected"),
    ]);
    expect(good.stdout).toContain("== no flow: none.json is not there");
    expect(run({ SCENARIOS: "nowhere" })).toMatchObject({ status: 2 });
    await writeFile(join(project, "broken.json"), "{");
    expect(run({ FLOWS: "broken.json" })).toMatchObject({ status: 2 });
  });
});
