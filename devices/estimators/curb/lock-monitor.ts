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
  /** In this life. */
  readonly hasMoved: boolean;
  readonly isUp: boolean;
  readonly isDown: boolean;
  readonly isKept: boolean;
  /** Since when the motor has drawn more than it needs to move the lock. */
  readonly strainedSinceMs: number | undefined;
  /** Since when the motor has drawn current that nobody told it to. */
  readonly drivenSinceMs: number | undefined;
  readonly isStalled: boolean;
  readonly isObstructed: boolean;
  readonly isRunaway: boolean;
  readonly said: readonly Estimate[];
}

/** A motor that starts draws its stall current for a moment; one that strains for longer is held. */
const inrushMs = 400;
const strainMs = 200;
/** A motor that has rested for this long is not stalled any more. */
const restMs = 2_000;
/** A motor that was stopped draws nothing after this. */
const coastMs = 700;
/** Current for as long as this, without having been told to run, is no stray reading. */
const drivenMs = 300;
/** Share of the stall current that a motor draws at the least while it runs. */
const drivenShare = 0.1;
/** For so long after a stop its current is looked at: a relay may be welded. */
const watchMs = 3_000;

/**
 * Watches a ground lock move. `stalled`: the motor draws its stall current (setting `stallCurrent`, A) beyond the inrush,
 * or has run for half as long again as the way takes (`travelTime`, s), until it has rested for 2 s. `obstructed`: the
 * last rise was broken off though the lock is still wanted up. `runaway`: the motor draws a tenth of its stall current
 * though it was told to rest, since a relay is welded; it holds for the rest of this life. `contradictory`: both limit
 * switches are closed. `wanting`: the lock is wanted up, and is not. `attention` is 1 while the lock moves, has just
 * moved, or is not where it is wanted: then its sensors are to be read close together.
 */
export function lockMonitor(sources: LockMonitorSources): Estimator<State> {
  const { target, upperLimit, lowerLimit, motorCurrent, kept } = sources;
  return {
    name: "lockMonitor",
    inputs: [target, upperLimit, lowerLimit, motorCurrent, kept],
    outputs: {
      ...{ raised: truth, lowered: truth, stalled: truth, obstructed: truth, attention: truth },
      ...{ runaway: truth, contradictory: truth, wanting: truth },
    },
    initial: () => ({
      ...{ motion: 0, sinceMs: 0, hasMoved: false, isUp: false, isDown: false, isKept: false },
      ...{ strainedSinceMs: undefined, isStalled: false, isObstructed: false },
      ...{ drivenSinceMs: undefined, isRunaway: false, said: [] },
    }),
    step(before, sample, context): Step<State> {
      const heard = sample ? hear(before, sample, sources, context) : before;
      const state = {
        ...heard,
        isStalled: stalls(heard, context),
        isRunaway: heard.isRunaway || runsAway(heard, context),
      };
      const { isUp, isDown, isKept, isStalled, isObstructed, isRunaway, motion } = state;
      const isAway = isKept ? !isUp : !isDown;
      const isWatched = isAway || motion !== 0 || isRunaway || isDoubtful(state, context);
      const said = [
        restate(before.said[0], "raised", Number(isUp && !isDown), "good"),
        restate(before.said[1], "lowered", Number(isDown && !isUp), "good"),
        restate(before.said[2], "stalled", Number(isStalled), "good"),
        restate(before.said[3], "obstructed", Number(isObstructed), "good"),
        restate(before.said[4], "attention", Number(isWatched), "good"),
        restate(before.said[5], "runaway", Number(isRunaway), "good"),
        restate(before.said[6], "contradictory", Number(isUp && isDown), "good"),
        restate(before.said[7], "wanting", Number(isKept && !isUp), "good"),
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
      const amperes = isGood(sample) ? Math.abs(value) : Number.NaN;
      const stallA = stallAmperes(context);
      const isResting = state.motion === 0 && atMs - state.sinceMs >= coastMs;
      const isDriven = isResting && amperes >= drivenShare * stallA;
      return {
        ...state,
        strainedSinceMs: amperes >= stallA ? (state.strainedSinceMs ?? atMs) : undefined,
        drivenSinceMs: isDriven ? (state.drivenSinceMs ?? atMs) : undefined,
      };
    }
  }
}

function moved(state: State, motion: number, atMs: number): State {
  if (motion === state.motion) return state;
  const isBrokenOff = state.motion > 0 && state.isKept && !state.isUp;
  const isObstructed = motion > 0 ? false : state.isObstructed || isBrokenOff;
  const since = { sinceMs: atMs, hasMoved: true, strainedSinceMs: undefined, drivenSinceMs: undefined };
  return { ...state, motion, isObstructed, ...since };
}

function stalls(state: State, context: Context): boolean {
  const { motion, sinceMs, strainedSinceMs, isStalled } = state;
  const spanMs = context.nowMs - sinceMs;
  if (motion === 0) return isStalled && spanMs < restMs;
  if (spanMs > travelMsMax(context)) return true;
  const isHeld = strainedSinceMs !== undefined && context.nowMs - strainedSinceMs >= strainMs;
  return isStalled || (isHeld && spanMs >= inrushMs);
}

const runsAway = ({ drivenSinceMs }: State, { nowMs }: Context) =>
  drivenSinceMs !== undefined && nowMs - drivenSinceMs >= drivenMs;

/** It was stopped a moment ago, or draws current all the same. */
const isDoubtful = ({ motion, sinceMs, hasMoved, drivenSinceMs }: State, { nowMs }: Context) =>
  drivenSinceMs !== undefined || (motion === 0 && hasMoved && nowMs - sinceMs < watchMs);

/** When time alone changes what is said. */
function nextMs({ motion, sinceMs, isStalled, hasMoved }: State, context: Context): number | undefined {
  if (motion === 0) {
    if (isStalled) return sinceMs + restMs;
    return hasMoved && context.nowMs < sinceMs + watchMs ? sinceMs + watchMs : undefined;
  }
  return isStalled ? undefined : sinceMs + travelMsMax(context) + 1;
}

const stallAmperes = ({ settings: { stallCurrent } }: Pick<Context, "settings">) =>
  typeof stallCurrent === "number" ? stallCurrent : 0;

/** The way takes `travelTime`; half as long again is too long. */
export const travelMsMax = ({ settings: { travelTime } }: Pick<Context, "settings">) =>
  (typeof travelTime === "number" ? travelTime : 0) * 1_500;
