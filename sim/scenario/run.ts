import type { Street } from "../street/street.ts";
import { scheduleCommands } from "./commands.ts";
import { scheduleDeploys } from "./deploys.ts";
import { schedule } from "./faults.ts";
import { type LayOutOptions, layOut } from "./lay-out.ts";
import type { Scenario } from "./scenario.ts";
import { figuresOf, type Summary, summarise } from "./summary.ts";

export interface RunOptions extends LayOutOptions {
  /** Instead of the scenario's own. */
  readonly seed?: number;
  /** Street time at which the units begin; at once when not given. */
  readonly beginMs?: number;
  readonly onProgress?: (share: number, nowMs: number) => void;
  /** Real time in milliseconds, for the summary's wallSeconds. */
  readonly realNowMs: () => number;
}

/** When the scenario is over the outboxes get this long to empty themselves, before what is missing counts as lost. */
export const afterglowMs = 180_000;

/** Lives through a scenario in virtual time, and tells what happened. */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<Summary> {
  const seed = options.seed ?? scenario.seed;
  return liveThrough(scenario, seed, await layOut(scenario, seed, options), options);
}

/** The same on a street that is laid out already, and to which something was done perhaps. */
export async function liveThrough(
  scenario: Scenario,
  seed: number,
  street: Street,
  { beginMs, realNowMs, onProgress }: Pick<RunOptions, "beginMs" | "realNowMs" | "onProgress">,
): Promise<Summary> {
  const begunMs = realNowMs();
  const { loop } = street;
  const endMs = scenario.startUnixMs + scenario.durationMs;
  schedule(scenario.faults, street);
  scheduleCommands(scenario.commands, street);
  scheduleDeploys(scenario.deploys, street);
  const started = street.start(beginMs);
  await loop.runUntil(endMs, (nowMs) =>
    onProgress?.((nowMs - scenario.startUnixMs) / scenario.durationMs, nowMs),
  );
  await started;
  const kinds = figuresOf(street);
  await loop.runUntil(endMs + afterglowMs);
  return summarise(scenario, seed, street, kinds, Math.round(realNowMs() - begunMs) / 1_000);
}
