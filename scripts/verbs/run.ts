import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import * as catalogue from "#devices/furniture/index.ts";
import { systemClock, systemWallMs } from "#firmware/ports/clock.ts";
import { parseEpw } from "#sim/world/epw.ts";
import { epwWeather } from "#sim/world/epw-weather.ts";
import { hourlyCounts } from "#sim/world/hourly-counts.ts";
import { plinthCommand } from "../command.ts";
import { exitCodes, exitCodesHelp } from "../exit-codes.ts";
import { inputFile } from "../input-file.ts";
import { junitXml } from "../junit.ts";
import { outputFile } from "../output-file.ts";
import { type Job, jobsOf, kindsOf, seedList } from "../run/jobs.ts";
import { live, type World } from "../run/live.ts";
import { asExpected, type Outcome, outcomeJson, outcomeSuite, outcomeWords } from "../run/outcome.ts";
import { shellWord } from "../shell-word.ts";
import { UserError } from "../user-error.ts";
import { report } from "./run-report.ts";

interface Options {
  readonly seeds?: string;
  readonly kinds?: string;
  readonly weather?: string;
  readonly footfall?: string;
  readonly footfallShare?: string;
  readonly junit?: string;
  readonly jsonl?: string;
  readonly list?: boolean;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("run")
    .description("Live through scenarios in virtual time, and hold them against their expectations")
    .argument("<scenario.yaml...>", "such as sim/scenarios/winter-night.yaml, or a folder of scenarios")
    .option("--seed, --seeds <numbers>", "instead of each scenario's own: 7, or 1,2,5-8")
    .option("--kinds <kinds>", "only scenarios with furniture of these kinds: bench,curb")
    .option("--weather <file.epw>", "a year of weather in EnergyPlus format, instead of synthetic weather")
    .option("--footfall <file.csv>", "people counted per hour, instead of synthetic footfall")
    .option("--footfall-share <number>", "how many of those counted walk in this street, 0 to 1 (default: 1)")
    .option("--junit <file.xml>", "write a JUnit report: a suite per run, a case per expectation")
    .option("--jsonl <file.jsonl>", "write what --json prints, beside what is said")
    .option("--list", "say what would run, and run nothing")
    .option("--json", "print each run's summary as a JSON object on a line of its own")
    .addHelpText(
      "after",
      `
The same seed gives the same night, to the last logged event: the digest tells. Of a folder, scenarios that are about
a flow are left to \`plinth flow test\`. \`--list --json\` prints the matrix of a CI that runs each in a job of its own;
deploy/ci has one for GitHub, and a script for any other.

Examples:
  plinth run sim/scenarios/winter-night.yaml --seed 7
  plinth run sim/scenarios --kinds bench --seeds 1-5 --junit report.xml
${exitCodesHelp}`,
    )
    .action(run);
}

async function run(paths: readonly string[], options: Options): Promise<void> {
  if (options.footfallShare !== undefined && options.footfall === undefined)
    throw new UserError("--footfall-share is of nobody", exitCodes.usage, "Say of which file: --footfall.");
  const jobs = await jobsOf({
    paths,
    seeds: options.seeds === undefined ? undefined : seedList(options.seeds),
    kinds: options.kinds === undefined ? undefined : kindList(options.kinds),
    onFlow: (file) => console.error(`${file} is about a flow too: plinth flow test <flows.json> ${file}`),
  });
  if (options.list) {
    console.log(options.json ? matrix(jobs) : jobs.map(jobWords).join("\n"));
    return;
  }
  const world = await worldOf(options);
  for (const file of [options.junit, options.jsonl]) if (file) await outputFile(file);
  const outcomes: Outcome[] = [];
  for (const job of jobs) {
    const outcome = await lived(job, world, options);
    outcomes.push(outcome);
    console.log(said(outcome, jobs.length > 1, options));
  }
  if (options.junit) await writeFile(options.junit, junitXml(outcomes.map(outcomeSuite)));
  if (options.jsonl) await writeFile(options.jsonl, outcomes.map((one) => `${outcomeJson(one)}\n`).join(""));
  judge(outcomes);
}

async function lived(job: Job, world: World, options: Options): Promise<Outcome> {
  const startedUnixMs = systemWallMs();
  const real = systemClock();
  const begunMs = real.now();
  // A run that breaks is told with its seed, and does not keep the others from running.
  const result = await live(job, world, options.json ?? false).catch((error: Error) => error);
  const seconds = (real.now() - begunMs) / 1_000;
  return { job, startedUnixMs, seconds, again: again(job, options), result };
}

function said(outcome: Outcome, isOneOfSeveral: boolean, { json = false }: Options): string {
  const { job, result } = outcome;
  if (json) return outcomeJson(outcome);
  if (isOneOfSeveral || result instanceof Error) return outcomeWords(outcome);
  return `${report(result, job.scenario)}\n\n  digest ${result.digest}`;
}

/** UserError for what is not as expected; with what broke, if something did. */
function judge(outcomes: readonly Outcome[]): void {
  const failed = outcomes.filter((outcome) => !asExpected(outcome));
  const [first] = failed;
  if (!first) return;
  for (const { result } of failed) if (result instanceof Error) console.error(result.stack);
  const { scenario, seed } = first.job;
  const what =
    outcomes.length === 1
      ? `${scenario.name} is not as expected with seed ${seed}`
      : `${failed.length} of ${outcomes.length} runs are not as expected`;
  throw new UserError(what, exitCodes.failed, failed.map((one) => `Again: ${one.again}`).join("\n"));
}

/** The command that lives through the same again. */
function again({ file, seed }: Job, { weather, footfall, footfallShare = "1" }: Options): string {
  const words = [plinthCommand(), "run", shellWord(file), "--seed", seed];
  if (weather) words.push("--weather", shellWord(weather));
  if (footfall) words.push("--footfall", shellWord(footfall), "--footfall-share", footfallShare);
  return words.join(" ");
}

const jobWords = ({ file, scenario, seed }: Job) =>
  `${file}  seed ${seed}  ${kindsOf(scenario).join(", ")}  ${scenario.title}`;

/** What GitHub's `strategy.matrix` takes. */
const matrix = (jobs: readonly Job[]) =>
  JSON.stringify({
    include: jobs.map(({ file, scenario, seed }) => ({
      scenario: file,
      name: scenario.name,
      kinds: kindsOf(scenario).join(" "),
      seed,
    })),
  });

function kindList(text: string): string[] {
  const known: readonly string[] = Object.values(catalogue).map(({ kind }) => kind);
  const kinds = text.split(",").map((kind) => kind.trim());
  const strange = kinds.find((kind) => !known.includes(kind));
  if (strange === undefined) return kinds;
  throw new UserError(`there is no kind "${strange}"`, exitCodes.usage, `Kinds: ${known.join(", ")}`);
}

async function worldOf({ weather, footfall, footfallShare = "1" }: Options): Promise<World> {
  const share = Number(footfallShare);
  if (!(share > 0 && share <= 1))
    throw new UserError(
      `--footfall-share is ${footfallShare}`,
      exitCodes.usage,
      "Expected more than 0, up to 1.",
    );
  return {
    ...(weather && { weather: await inputFile(weather, (text) => epwWeather(parseEpw(text, weather))) }),
    ...(footfall && {
      footfall: await inputFile(footfall, (text) => hourlyCounts(text, { file: footfall, share })),
    }),
  };
}
