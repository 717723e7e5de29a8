import { Listr } from "listr2";
import { systemClock } from "#firmware/ports/clock.ts";
import { type RunOptions, runScenario } from "#sim/scenario/run.ts";
import { inventory } from "#sim/scenario/scenario.ts";
import type { Summary } from "#sim/scenario/summary.ts";
import packageJson from "../../package.json" with { type: "json" };
import type { Job } from "./jobs.ts";
import { barOf, inSteps } from "./progress.ts";

/** What a street is laid out with beside what its scenario says. */
export type World = Pick<RunOptions, "weather" | "footfall">;

/** With a progress bar on a terminal, a line now and then elsewhere, and nothing that would disturb JSON. */
export async function live({ scenario, seed }: Job, world: World, quiet: boolean): Promise<Summary> {
  const real = systemClock();
  const options = { ...world, seed, version: packageJson.version, realNowMs: () => real.now() };
  if (quiet) return await runScenario(scenario, options);
  let summary: Summary | undefined;
  const bar = barOf(scenario.location.timeZone);
  const tasks = new Listr([
    {
      title: `${scenario.title}: ${inventory(scenario)}, seed ${seed}`,
      task: async (_, task) => {
        const onProgress = inSteps((share, nowMs) => {
          task.output = bar(share, nowMs);
        });
        summary = await runScenario(scenario, { ...options, onProgress });
      },
    },
  ]);
  await tasks.run();
  return summary!;
}
