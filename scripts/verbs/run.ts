import { performance } from "node:perf_hooks";
import type { Command } from "commander";
import { Listr } from "listr2";
import { runScenario } from "#sim/scenario/run.ts";
import { inventory, readScenario, type Scenario } from "#sim/scenario/scenario.ts";
import type { Summary } from "#sim/scenario/summary.ts";
import { parseEpw } from "#sim/world/epw.ts";
import { epwWeather } from "#sim/world/epw-weather.ts";
import type { Footfall } from "#sim/world/footfall.ts";
import { hourlyCounts } from "#sim/world/hourly-counts.ts";
import type { Weather } from "#sim/world/weather.ts";
import packageJson from "../../package.json" with { type: "json" };
import { exitCodes, exitCodesHelp } from "../exit-codes.ts";
import { inputFile } from "../input-file.ts";
import { numberOption } from "../number-option.ts";
import { UserError } from "../user-error.ts";
import { report } from "./run-report.ts";

interface Options {
  readonly seed?: string;
  readonly weather?: string;
  readonly footfall?: string;
  readonly footfallShare?: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("run")
    .description("Live through a scenario in virtual time, and hold it against its expectations")
    .argument("<scenario.yaml>", "such as sim/scenarios/winter-night.yaml")
    .option("--seed <number>", "instead of the scenario's own")
    .option("--weather <file.epw>", "a year of weather in EnergyPlus format, instead of synthetic weather")
    .option("--footfall <file.csv>", "people counted per hour, instead of synthetic footfall")
    .option("--footfall-share <number>", "how many of those counted walk in this street, 0 to 1 (default: 1)")
    .option("--json", "print the summary as one JSON object")
    .addHelpText(
      "after",
      `
The same seed gives the same night, to the last logged event: the digest tells.

Example:
  plinth run sim/scenarios/winter-night.yaml --seed 7
${exitCodesHelp}`,
    )
    .action(run);
}

async function run(file: string, options: Options): Promise<void> {
  const scenario = await inputFile(file, (text) => readScenario(text, file));
  if (scenario.flow)
    throw new UserError(
      `${file} is about a flow too, which does not run here`,
      exitCodes.usage,
      `Run both: plinth flow test <flows.json> ${file}`,
    );
  const seed =
    options.seed === undefined ? scenario.seed : numberOption("--seed", options.seed, 0, 0xffff_ffff);
  if (options.footfallShare !== undefined && options.footfall === undefined)
    throw new UserError("--footfall-share is of nobody", exitCodes.usage, "Say of which file: --footfall.");
  const weather = options.weather && (await inputFile(options.weather, weatherOf(options.weather)));
  const footfall = options.footfall && (await inputFile(options.footfall, footfallOf(options)));
  const summary = await live(
    scenario,
    seed,
    weather || undefined,
    footfall || undefined,
    options.json ?? false,
  );
  console.log(
    options.json
      ? JSON.stringify(summary, undefined, 2)
      : `${report(summary, scenario)}\n\n  digest ${summary.digest}`,
  );
  if (summary.expectations.every(({ met }) => met)) return;
  const again = ["npx plinth run", file, "--seed", seed];
  if (options.weather) again.push("--weather", options.weather);
  if (options.footfall)
    again.push("--footfall", options.footfall, "--footfall-share", options.footfallShare ?? "1");
  throw new UserError(
    `${scenario.name} is not as expected with seed ${seed}`,
    exitCodes.failed,
    `Again: ${again.join(" ")}`,
  );
}

/** With a progress bar on a terminal, a line now and then elsewhere, and nothing that would disturb JSON. */
async function live(
  scenario: Scenario,
  seed: number,
  weather: Weather | undefined,
  footfall: Footfall | undefined,
  quiet: boolean,
): Promise<Summary> {
  const options = {
    seed,
    version: packageJson.version,
    realNowMs: () => performance.now(),
    ...(weather ? { weather } : {}),
    ...(footfall ? { footfall } : {}),
  };
  if (quiet) return await runScenario(scenario, options);
  let summary: Summary | undefined;
  const clock = new Intl.DateTimeFormat("en-GB", {
    timeZone: scenario.location.timeZone,
    timeStyle: "short",
  });
  const tasks = new Listr([
    {
      title: `${scenario.title}: ${inventory(scenario)}, seed ${seed}`,
      task: async (_, task) => {
        let said = -1;
        const onProgress = (share: number, nowMs: number) => {
          const tenth = Math.floor(share * (process.stdout.isTTY ? 100 : 10));
          if (tenth === said) return;
          said = tenth;
          task.output = `${bar(share)} ${clock.format(nowMs)}`;
        };
        summary = await runScenario(scenario, { ...options, onProgress });
      },
    },
  ]);
  await tasks.run();
  return summary!;
}

const bar = (share: number) => {
  const done = Math.round(Math.min(share, 1) * 24);
  return `${"█".repeat(done)}${"░".repeat(24 - done)} ${Math.round(Math.min(share, 1) * 100)} %`;
};

const weatherOf = (file: string) => (text: string) => epwWeather(parseEpw(text, file));

const footfallOf = ({ footfall, footfallShare = "1" }: Options) => {
  const share = Number(footfallShare);
  if (!(share > 0 && share <= 1))
    throw new UserError(
      `--footfall-share is ${footfallShare}`,
      exitCodes.usage,
      "Expected more than 0, up to 1.",
    );
  return (text: string) => hourlyCounts(text, { file: footfall!, share });
};
