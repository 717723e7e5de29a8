import type { Walker } from "./walkers.ts";

/** Somebody passed the middle of the strip. */
export interface Passage {
  readonly direction: 1 | -1;
  readonly stepsPerMinute: number;
}

/** Undefined unless a walker's last step has led across the middle of the strip. */
export function passageOf(before: Walker | undefined, after: Walker, lengthM: number): Passage | undefined {
  if (before === undefined || after.direction === 0) return undefined;
  const middleM = lengthM / 2;
  const wasBefore = before.last.xM < middleM;
  const isBefore = after.last.xM < middleM;
  if (wasBefore === isBefore) return undefined;
  return { direction: isBefore ? -1 : 1, stepsPerMinute: minuteMs / after.stepMs };
}

const minuteMs = 60_000;
