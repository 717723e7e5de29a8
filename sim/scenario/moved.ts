import type { Scenario } from "./scenario.ts";

/** The same from another instant on, Unix milliseconds. */
export function moved(scenario: Scenario, startMs = scenario.startUnixMs): Scenario {
  const laterMs = startMs - scenario.startUnixMs;
  const later = <Timed extends { readonly atMs: number }>(timed: readonly Timed[]) =>
    timed.map((one) => ({ ...one, atMs: one.atMs + laterMs }));
  return {
    ...scenario,
    startUnixMs: startMs,
    faults: later(scenario.faults),
    commands: later(scenario.commands),
    deploys: later(scenario.deploys),
  };
}
