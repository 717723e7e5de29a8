import { Listr } from "listr2";
import { systemClock } from "#firmware/ports/clock.ts";
import { type RunOptions, runScenario } from "#sim/scenario/run.ts";
import { inventory } from "#sim/scenario/scenario.ts";
import type { Summary } from "#sim/scenario/summary.ts";
import packageJson from "../../package.json" with { type: "json" };
import type { Job } from "./jobs.ts";

/** What a street is laid out with beside what its scenario says. */
export type World = Pick<RunOptions, "weather" | "footfall">;

/** With a progress bar on a terminal, a line now and then elsewhere, and nothing that would disturb JSON. */
export async function live({ scenario, seed }: Job, world: World, quiet: boolean): Promise<Summary> {
  const real = systemClock();
  const options = { ...world, seed, version: packageJson.version, realNowMs: () => real.now() };
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
