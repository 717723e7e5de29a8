import { truth } from "../../quantities.ts";
import type { Sample } from "../../sample.ts";
import { changed, isGood, restate } from "../estimate.ts";
import type { Context, Estimate, Estimator, Step } from "../estimator.ts";

export interface LockMonitorSources {
  /** Where the lock was told to go: 1 up, −1 down, 0 nowhere. */
  readonly target: string;
  readonly upperLimit: string;
  readonly lowerLimit: string;
  readonly motorCurrent: string;
  /** 1 while the lock is to be up. */
  readonly kept: string;
}

interface State {
  readonly motion: number;
  /** Since when it has been driven that way, or has rested, monotonic ms. */
  readonly sinceMs: number;
  readonly isUp: boolean;
  readonly isDown: boolean;
  readonly isKept: boolean;
  /** Since when the motor has drawn more than it needs to move the lock. */
  readonly strainedSinceMs: number | undefined;
  readonly isStalled: boolean;
  readonly isObstructed: boolean;
  readonly said: readonly Estimate[];
}

/** A motor that starts draws its stall current for a moment; one that strains for longer is held. */
const inrushMs = 400;
const strainMs = 200;
/** A motor that has rested for this long is not stalled any more. */
const restMs = 2_000;

/**
 * Watches a ground lock move. `stalled`: the motor draws its stall current (setting `stallCurrent`, A) beyond the inrush,
 * or has run for half as long again as the way takes (`travelTime`, s), until it has rested for 2 s. `obstructed`: the
 * last rise was broken off though the lock is still wanted up. `attention` is 1 while the lock moves, or is not where it
 * is wanted: then its sensors are to be read close together.
 */
export function lockMonitor(sources: LockMonitorSources): Estimator<State> {
  const { target, upperLimit, lowerLimit, motorCurrent, kept } = sources;
  return {
    name: "lockMonitor",
    inputs: [target, upperLimit, lowerLimit, motorCurrent, kept],
    outputs: { raised: truth, lowered: truth, stalled: truth, obstructed: truth, attention: truth },
    initial: () => ({
      ...{ motion: 0, sinceMs: 0, isUp: false, isDown: false, isKept: false },
      ...{ strainedSinceMs: undefined, isStalled: false, isObstructed: false, said: [] },
    }),
    step(before, sample, context): Step<State> {
      const heard = sample ? hear(before, sample, sources, context) : before;
      const state = { ...heard, isStalled: stalls(heard, context) };
      const { isUp, isDown, isKept, isStalled, isObstructed, motion } = state;
      const isAway = isKept ? !isUp : !isDown;
      const said = [
        restate(before.said[0], "raised", Number(isUp && !isDown), "good"),
        restate(before.said[1], "lowered", Number(isDown && !isUp), "good"),
        restate(before.said[2], "stalled", Number(isStalled), "good"),
        restate(before.said[3], "obstructed", Number(isObstructed), "good"),
        restate(before.said[4], "attention", Number(isAway || motion !== 0), "good"),
      ];
      const estimates = changed(before.said, said);
      const wakeAtMs = nextMs(state, context);
      return wakeAtMs === undefined
        ? { state: { ...state, said }, estimates }
        : { state: { ...state, said }, estimates, wakeAtMs };
    },
  };
}

function hear(state: State, sample: Sample, sources: LockMonitorSources, context: Context): State {
  const { source, value, atMs } = sample;
  const isTrue = isGood(sample) && value >= 0.5;
  switch (source) {
    case sources.target:
      return moved(state, isGood(sample) ? value : 0, atMs);
    case sources.upperLimit:
      return { ...state, isUp: isTrue };
    case sources.lowerLimit:
      return { ...state, isDown: isTrue };
    case sources.kept:
      return { ...state, isKept: isTrue, isObstructed: isTrue && state.isObstructed };
    default: {
      const isStrained = isGood(sample) && Math.abs(value) >= stallAmperes(context);
      return { ...state, strainedSinceMs: isStrained ? (state.strainedSinceMs ?? atMs) : undefined };
    }
  }
}

function moved(state: State, motion: number, atMs: number): State {
  if (motion === state.motion) return state;
  const isBrokenOff = state.motion > 0 && state.isKept && !state.isUp;
  const isObstructed = motion > 0 ? false : state.isObstructed || isBrokenOff;
  return { ...state, motion, sinceMs: atMs, isObstructed, strainedSinceMs: undefined };
}

function stalls(state: State, context: Context): boolean {
  const { motion, sinceMs, strainedSinceMs, isStalled } = state;
  const spanMs = context.nowMs - sinceMs;
  if (motion === 0) return isStalled && spanMs < restMs;
  if (spanMs > travelMsMax(context)) return true;
  const isHeld = strainedSinceMs !== undefined && context.nowMs - strainedSinceMs >= strainMs;
  return isStalled || (isHeld && spanMs >= inrushMs);
}

/** When time alone changes what is said. */
function nextMs({ motion, sinceMs, isStalled }: State, context: Context): number | undefined {
  if (motion === 0) return isStalled ? sinceMs + restMs : undefined;
  return isStalled ? undefined : sinceMs + travelMsMax(context) + 1;
}

const stallAmperes = ({ settings: { stallCurrent } }: Pick<Context, "settings">) =>
  typeof stallCurrent === "number" ? stallCurrent : 0;

/** The way takes `travelTime`; half as long again is too long. */
export const travelMsMax = ({ settings: { travelTime } }: Pick<Context, "settings">) =>
  (typeof travelTime === "number" ? travelTime : 0) * 1_500;
