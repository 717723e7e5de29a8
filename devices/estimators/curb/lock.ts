import type { Controller, Decision, Reason, Target, View } from "../../control.ts";
import { clearanceRefusal, contact, type LockSensors } from "./lock-clearance.ts";
import { travelMsMax } from "./lock-monitor.ts";

/** Between two drives in opposite directions: relays drop and the motor stops. */
export const deadTimeMs = 500;
/** After a stall the motor rests, longer than its monitor needs to forget it. */
const restMs = 2_500;
/** Before a rise that was broken off is tried again, and how often it is. */
const retryMs = 60_000;
const triesMax = 3;
/** A space must have been clear for this long before the lock begins to rise. */
const clearMs = 3_000;
/** A lock that left its place by itself is driven back only when its monitor has seen whether a relay is welded. */
const strayMs = 1_500;
/** While it moves, the controller looks this often, whatever is heard. */
const tickMs = 100;

export interface LockState {
  readonly motion: -1 | 0 | 1;
  /** Since when it has moved that way. */
  readonly sinceMs: number;
  /** It rests until then. */
  readonly restUntilMs: number | undefined;
  /** It goes down first, whatever is wanted: its last rise was broken off. */
  readonly mustLower: boolean;
  readonly tries: number;
  readonly retryAtMs: number;
  readonly clearSinceMs: number | undefined;
  /** When it was last known to rest down there; long ago once it was driven up. */
  readonly downAtMs: number;
}

export interface LockSources extends LockSensors {
  /** 1 while the space is to be kept free: the lock is wanted up. */
  readonly kept: string;
}

const reasons = {
  kept: { code: "reserved", text: "the space is kept for who reserved it" },
  open: { code: "open", text: "the space is open" },
  up: { code: "reserved", text: "up: the space is kept for who reserved it" },
  down: { code: "open", text: "down" },
  stray: { code: "unsure", text: "it left its place by itself" },
  dead: { code: "dead-time", text: "between two directions" },
  obstacle: { code: "obstructed", text: "going down: the rise was broken off" },
  waits: { code: "waits", text: "waits until the space is clear" },
  stalled: { code: "stalled", text: "the motor stalled: tried again later" },
  given: { code: "obstructed", text: "not tried again until the next reservation" },
} as const satisfies Record<string, Reason>;

interface Known {
  readonly isKept: boolean;
  readonly isUp: boolean;
  readonly isDown: boolean;
  readonly isStalled: boolean;
  readonly isClear: boolean;
}

/**
 * Drives a ground lock by two relays: up while the space is kept for somebody, down otherwise. A rise that meets a
 * stall, a doubt or an obstacle stops and goes down again, and is tried again a minute later, three times in all.
 * Between two directions there is half a second without either.
 */
export function lock(sources: LockSources): Controller<LockState> {
  const { kept, upperLimit, lowerLimit, stalled, deviation, distance } = sources;
  return {
    name: "lock",
    inputs: [kept, upperLimit, lowerLimit, stalled, deviation, distance],
    initial: () => ({
      ...{ motion: 0, sinceMs: 0, restUntilMs: undefined, mustLower: false },
      ...{ tries: 0, retryAtMs: 0, clearSinceMs: undefined, downAtMs: Number.NEGATIVE_INFINITY },
    }),
    decide(before, view): Decision<LockState> {
      const { nowMs } = view;
      const known: Known = {
        isKept: contact(view.latest(kept)) === true,
        isUp: contact(view.latest(upperLimit)) === true,
        isDown: contact(view.latest(lowerLimit)) === true,
        isStalled: contact(view.latest(stalled)) !== false,
        isClear: clearanceRefusal(sources, view) === undefined,
      };
      const clearSinceMs = known.isClear ? (before.clearSinceMs ?? nowMs) : undefined;
      const tries = known.isKept ? before.tries : 0;
      // Of a process that has just begun nobody knows which way the motor ran last.
      const restUntilMs = before.restUntilMs ?? nowMs + deadTimeMs;
      const downAtMs = known.isDown && before.motion === 0 ? nowMs : before.downAtMs;
      const { state, reason } = next({ ...before, clearSinceMs, tries, restUntilMs, downAtMs }, known, view);
      const target: Target = { value: state.motion, reason };
      return { state, target, wakeAtMs: wakeMs(state, nowMs) };
    },
  };
}

interface Next {
  readonly state: LockState;
  readonly reason: Reason;
}

function next(state: LockState, known: Known, view: View): Next {
  if (state.motion === 1) return rising(state, known, view);
  if (state.motion === -1) return sinking(state, known, view);
  return resting(state, known, view);
}

const stopped = (state: LockState, restUntilMs: number, change: Partial<LockState> = {}): LockState => ({
  ...state,
  motion: 0,
  restUntilMs,
  ...change,
});

function rising(state: LockState, { isKept, isUp, isStalled, isClear }: Known, view: View): Next {
  const { nowMs } = view;
  const deadUntilMs = nowMs + deadTimeMs;
  if (isUp) return { state: stopped(state, deadUntilMs, { tries: 0 }), reason: reasons.up };
  if (!isKept) return { state: stopped(state, deadUntilMs), reason: reasons.dead };
  const isLate = nowMs - state.sinceMs > travelMsMax(view);
  if (!isStalled && !isLate && isClear) return { state, reason: reasons.kept };
  const pauseMs = isStalled || isLate ? restMs : deadTimeMs;
  const change = { mustLower: true, tries: state.tries + 1, retryAtMs: nowMs + retryMs };
  return { state: stopped(state, nowMs + pauseMs, change), reason: reasons.obstacle };
}

function sinking(state: LockState, { isDown, isStalled }: Known, view: View): Next {
  const { nowMs } = view;
  if (isDown)
    return { state: stopped(state, nowMs + deadTimeMs, { mustLower: false }), reason: reasons.down };
  const isLate = nowMs - state.sinceMs > travelMsMax(view);
  if (isStalled || isLate) return { state: stopped(state, nowMs + retryMs), reason: reasons.stalled };
  return { state, reason: state.mustLower ? reasons.obstacle : reasons.open };
}

function resting(state: LockState, known: Known, { nowMs }: View): Next {
  const {
    restUntilMs = Number.POSITIVE_INFINITY,
    mustLower,
    tries,
    retryAtMs,
    clearSinceMs,
    downAtMs,
  } = state;
  if (nowMs < restUntilMs) return { state, reason: reasons.dead };
  const wantsUp = known.isKept && !mustLower;
  if (!wantsUp) {
    if (known.isDown) return { state: { ...state, mustLower: false }, reason: reasons.down };
    if (nowMs - downAtMs < strayMs) return { state, reason: reasons.stray };
    return { state: { ...state, motion: -1, sinceMs: nowMs }, reason: reasons.open };
  }
  if (known.isUp) return { state, reason: reasons.up };
  if (tries >= triesMax) return { state, reason: reasons.given };
  const isClearEnough = clearSinceMs !== undefined && nowMs - clearSinceMs >= clearMs;
  if (!isClearEnough || known.isStalled || nowMs < retryAtMs) return { state, reason: reasons.waits };
  const left = { downAtMs: Number.NEGATIVE_INFINITY };
  return { state: { ...state, ...left, motion: 1, sinceMs: nowMs }, reason: reasons.kept };
}

function wakeMs({ motion, restUntilMs = 0, retryAtMs }: LockState, nowMs: number): number {
  if (motion !== 0) return nowMs + tickMs;
  if (restUntilMs > nowMs) return restUntilMs;
  return retryAtMs > nowMs ? retryAtMs : nowMs + 10 * tickMs;
}
