import { layOut } from "../scenario/lay-out.ts";
import { liveThrough } from "../scenario/run.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { beginMs } from "./begin.ts";
import { type Told, toldOn } from "./told.ts";

export interface InVirtualTime {
  readonly scenario: Scenario;
  readonly seed: number;
  /** Of whom is told. */
  readonly unit: string;
  readonly version: string;
  readonly realNowMs: () => number;
  /** By how much it begins later, ms; 0 when not given. */
  readonly laterMs?: number;
  /** Share of the scenario that was lived through, and street time, Unix milliseconds. */
  readonly onProgress?: (share: number, nowMs: number) => void;
}

/** What a unit of a street tells in virtual time while the scenario lasts, if it begins when a guest's does. */
export async function inVirtualTime(options: InVirtualTime): Promise<readonly Told[]> {
  const { scenario, seed, unit, version, realNowMs, laterMs = 0, onProgress } = options;
  const street = await layOut(scenario, seed, { version });
  const told = toldOn(street);
  await liveThrough(scenario, seed, street, {
    beginMs: beginMs(scenario) + laterMs,
    realNowMs,
    ...(onProgress && { onProgress }),
  });
  const endMs = scenario.startUnixMs + scenario.durationMs;
  return told.filter((one) => one.unit === unit && one.atMs <= endMs);
}
