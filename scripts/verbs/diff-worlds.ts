import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Command } from "commander";
import { Listr } from "listr2";
import { systemClock } from "#firmware/ports/clock.ts";
import { EnvironmentError } from "#sim/hil/environment-error.ts";
import { liveInKernel } from "#sim/hil/time-travel/live-in-kernel.ts";
import { inventory, readScenario, type Scenario } from "#sim/scenario/scenario.ts";
import { laterMs } from "#sim/worlds/begin.ts";
import { compareWorlds, type Difference } from "#sim/worlds/compare.ts";
import { inVirtualTime } from "#sim/worlds/in-virtual-time.ts";
import type { Told } from "#sim/worlds/told.ts";
import { settleMs, tolerancesOf, usualTolerances } from "#sim/worlds/tolerances.ts";
import { type Decided, type Neighbour, withoutUndecided } from "#sim/worlds/undecided.ts";
import packageJson from "../../package.json" with { type: "json" };
import { exitCodes, exitCodesHelp } from "../exit-codes.ts";
import { checkFaults, impossibleAtBroker, impossibleInKernel } from "../hil/check-faults.ts";
import { programsOf } from "../hil/programs.ts";
import { unitOf } from "../hil/unit-of.ts";
import { inputFile } from "../input-file.ts";
import { numberOption } from "../number-option.ts";
import { outputFile } from "../output-file.ts";
import { barOf, inSteps, type Progress } from "../run/progress.ts";
import { shellWord } from "../shell-word.ts";
import { timeOption } from "../time-option.ts";
import { UserError } from "../user-error.ts";
import { type WorldsRow, withRow } from "../worlds-page.ts";

interface Options {
  readonly unit?: string;
  readonly seed?: string;
  readonly for?: string;
  readonly page?: string;
  readonly json?: boolean;
}

const clock = systemClock();
const worlds = ["virtual", "timetravel"] as const;

export function register(program: Command): void {
  const { timeMs, share, steps } = usualTolerances;
  program
    .command("diff-worlds")
    .description("Live through a scenario in virtual time and, as a bundle, in a kernel; and compare")
    .argument("<scenario.yaml>", "a street, of which one unit is compared")
    .option("--unit <id>", "which: a kernel has one board (default: the only one)")
    .option("--seed <number>", "instead of the scenario's own")
    .option("--for <time>", "the first so much of it, such as 5 min (default: the whole scenario)")
    .option("--page <file.md>", "also keep the outcome in its row of a page")
    .option("--json", "print the comparison as one JSON object")
    .addHelpText(
      "after",
      `
The same street, weather, people and faults twice: once as \`plinth run\` lives it, once with one unit as the unmodified
bundle under the kernel of \`plinth hil --depth timetravel\`, and the others around it. Compared is every telemetry series,
actuator move with its reason, alarm, state of a part, event, setting and command, from ${settleMs / 1_000} s after the start.
What one world tells, the other must tell within ${timeMs / 1_000} s before or after (of a kerb, which believes in a vehicle only
when it has stood for a while, so much later), and within ${share * 100} % and ${steps} steps of the last decimal. Where
they differ, virtual time is lived through ${laterMs.length} times more, begun up to ${laterMs.at(-1)} ms later: what it tells otherwise itself
then is undecided, and no difference.

Examples:
  plinth diff-worlds sim/scenarios/lone-lamp.yaml
  plinth diff-worlds sim/scenarios/winter-night.yaml --unit lamp-02
  plinth diff-worlds sim/scenarios/floor-after-the-concert.yaml --for 5min --page sim/worlds/results.md
${exitCodesHelp}`,
    )
    .action(diffWorlds);
}

async function diffWorlds(file: string, options: Options): Promise<void> {
  const { text, scenario: whole } = await inputFile(file, async (read) => ({
    text: read,
    scenario: await readScenario(read, file),
  }));
  const scenario = beginningOf(whole, options.for);
  checkFaults({ scenario, file }, [...impossibleAtBroker, ...impossibleInKernel]);
  const unit = unitOf(scenario, options.unit, "which unit gets the kernel's one board");
  const seed = numberOption("--seed", options.seed ?? `${scenario.seed}`, 0, 0xffff_ffff);
  if (options.page !== undefined) await outputFile(options.page);
  if (!options.json) console.log(`${scenario.title}: ${inventory(scenario)}, seed ${seed}`);
  const asked = { text, file, scenario, seed, unit };
  const { comparison, tookMs } = await compared(asked, options.json === true);
  console.log(options.json ? JSON.stringify(comparison, undefined, 2) : `\n${report(comparison, scenario)}`);
  if (options.page !== undefined)
    await keepRow(options.page, {
      ...{ scenario: basename(file, ".yaml"), unit, livedMs: scenario.durationMs, seed },
      ...{ comparison, tookMs, tolerances: tolerancesIn({ scenario, unit }) },
    });
  if (comparison.differences.length === 0) return;
  const words = [
    "--unit",
    unit,
    "--seed",
    `${seed}`,
    ...(options.for === undefined ? [] : ["--for", options.for]),
  ];
  throw new UserError(
    `the worlds differ with seed ${seed}`,
    exitCodes.failed,
    `Again: npx plinth diff-worlds ${[file, ...words].map(shellWord).join(" ")}`,
  );
}

/** UserError where nothing of it would be compared. */
function beginningOf(scenario: Scenario, time: string | undefined): Scenario {
  if (time === undefined) return scenario;
  const durationMs = timeOption("--for", time);
  if (durationMs > settleMs) return { ...scenario, durationMs: Math.min(scenario.durationMs, durationMs) };
  const remedy = `Give more than ${settleMs / 1_000} s: what is told before is not compared.`;
  throw new UserError(`--for is ${time}`, exitCodes.usage, remedy);
}

async function keepRow(page: string, row: WorldsRow): Promise<void> {
  await writeFile(page, withRow(await readFile(page, "utf8"), row));
}

interface Asked {
  readonly text: string;
  readonly file: string;
  readonly scenario: Scenario;
  readonly seed: number;
  readonly unit: string;
}

interface Lived {
  virtual: readonly Told[];
  kernel: readonly Told[];
  tookMs: number;
  comparison: Decided;
}

async function compared(asked: Asked, isQuiet: boolean): Promise<Lived> {
  const bar = barOf(asked.scenario.location.timeZone);
  const tasks = new Listr<Lived>(
    [
      {
        title: "virtual time",
        task: async (lived, task) => {
          const begunMs = clock.now();
          lived.virtual = await virtually(asked, 0, (share, nowMs) => {
            task.output = bar(share, nowMs);
          });
          task.title += took(lived.virtual, clock.now() - begunMs);
        },
      },
      {
        title: `the kernel, with the bundle of ${asked.unit}`,
        task: async (lived, task) => {
          const begunMs = clock.now();
          lived.kernel = await inKernel(asked, (share, nowMs) => {
            task.output = bar(share, nowMs);
          });
          lived.tookMs = clock.now() - begunMs;
          task.title += took(lived.kernel, lived.tookMs);
        },
      },
      {
        title: "what they tell",
        task: async (lived, task) => {
          lived.comparison = await decided(asked, lived, (line) => {
            task.output = line;
          });
        },
      },
    ],
    { silentRendererCondition: isQuiet },
  );
  return await tasks.run();
}

const took = (told: readonly Told[], ms: number) =>
  `: ${told.length} events of the journal, ${(ms / 1_000).toFixed(1)} s`;

const virtually = (asked: Asked, later: number, onProgress: Progress): Promise<readonly Told[]> =>
  inVirtualTime({
    ...asked,
    version: packageJson.version,
    laterMs: later,
    realNowMs: () => clock.now(),
    onProgress: inSteps(onProgress),
  });

/** What the worlds tell otherwise, without what virtual time does not decide: that takes more lives of it, if there is any. */
async function decided(
  asked: Asked,
  { virtual, kernel }: Lived,
  say: (line: string) => void,
): Promise<Decided> {
  const { scenario } = asked;
  const declarations = new Map(scenario.units.map(({ config, declaration }) => [config.unit, declaration]));
  const fromMs = scenario.startUnixMs + settleMs;
  const compare = (one: readonly Told[], other: readonly Told[], names: readonly [string, string]) =>
    compareWorlds([one, other], names, declarations, tolerancesIn(asked), fromMs);
  const comparison = compare(virtual, kernel, worlds);
  const neighbours: Neighbour[] = [];
  for (const ms of comparison.differences.length > 0 ? laterMs : []) {
    say(`virtual time again, begun ${ms} ms later`);
    const again = await virtually(asked, ms, () => {});
    neighbours.push({
      withOther: compare(again, kernel, ["later", worlds[1]]),
      withFirst: compare(virtual, again, [worlds[0], "later"]),
    });
  }
  return withoutUndecided(comparison, worlds[0], neighbours);
}

const tolerancesIn = ({ scenario, unit }: Pick<Asked, "scenario" | "unit">) =>
  tolerancesOf(scenario.units.find(({ config }) => config.unit === unit)!.model);

async function inKernel(asked: Asked, onProgress: Progress): Promise<readonly Told[]> {
  const { text, file, scenario, seed, unit } = asked;
  const folder = await mkdtemp(join(tmpdir(), "plinth-worlds-"));
  const tell = inSteps(onProgress);
  try {
    return await liveInKernel({
      ...{ text, file, seed, unit, version: packageJson.version },
      hours: scenario.durationMs / 3_600_000,
      programs: await programsOf(scenario, folder),
      onEvent: ({ atMs }) => tell((atMs - scenario.startUnixMs) / scenario.durationMs, atMs),
    });
  } catch (error) {
    if (error instanceof EnvironmentError) throw new UserError(error.message, exitCodes.environment);
    throw error;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function report({ subjects, told, differences, undecided }: Decided, { location }: Scenario): string {
  const local = new Intl.DateTimeFormat("en-GB", { timeZone: location.timeZone, timeStyle: "medium" });
  const lines = differences.map(({ unit, subject, found, of }: Difference) => {
    const shown = found
      .slice(0, 3)
      .map((one) => `    ${local.format(one.atMs)}  ${one.said}; ${one.elsewhere}`);
    const more = found.length > shown.length ? ["    …"] : [];
    return [`  ${unit} ${subject}: ${found.length} of ${of}`, ...shown, ...more].join("\n");
  });
  const sum = `${subjects} subjects, told ${told} times: ${differences.length} unexplained differences, ${undecided} undecided`;
  return [...lines, sum].join("\n");
}
