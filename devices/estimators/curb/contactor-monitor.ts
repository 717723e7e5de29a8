import { truth } from "../../quantities.ts";
import type { Sample } from "../../sample.ts";
import { changed, isGood, restate } from "../estimate.ts";
import type { Estimate, Estimator, Step } from "../estimator.ts";

export interface ContactorMonitorSources {
  /** Where the contactor was told to stand. */
  readonly contactor: string;
  /** Active power behind it, W. */
  readonly power: string;
}

interface State {
  readonly isClosed: boolean;
  readonly sinceMs: number;
  readonly isStuck: boolean;
  readonly said: readonly Estimate[];
}

/** A meter averages for seconds: what it says so soon after the opening is of before. */
const settleMs = 5_000;
/** More than any charging controller takes for itself, less than any vehicle charges with. */
const leastW = 100;

/** Watches a contactor by its meter. `stuck`: power flows though it was told to open. */
export function contactorMonitor({ contactor, power }: ContactorMonitorSources): Estimator<State> {
  function hear(state: State, sample: Sample): State {
    const { source, value, atMs } = sample;
    if (source === contactor) {
      const isClosed = value >= 0.5;
      return isClosed === state.isClosed ? state : { ...state, isClosed, sinceMs: atMs, isStuck: false };
    }
    const isSettled = !state.isClosed && atMs - state.sinceMs >= settleMs;
    return { ...state, isStuck: isSettled && Math.abs(value) >= leastW };
  }

  return {
    name: "contactorMonitor",
    inputs: [contactor, power],
    outputs: { stuck: truth },
    initial: () => ({ isClosed: false, sinceMs: 0, isStuck: false, said: [] }),
    step(before, sample): Step<State> {
      const state = isGood(sample) ? hear(before, sample) : before;
      const said = [restate(before.said[0], "stuck", Number(state.isStuck), "good")];
      return { state: { ...state, said }, estimates: changed(before.said, said) };
    },
  };
}
