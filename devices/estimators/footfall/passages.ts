import type { Verdict } from "./walkers.ts";

/** Somebody passed the middle of the strip. */
export interface Passage {
  readonly direction: 1 | -1;
  readonly stepsPerMinute: number;
}

const minuteMs = 60_000;

/** Undefined unless the steps that have become sure lead across the middle of the strip. */
export function passageOf(
  { walker, before, steps }: Extract<Verdict, { kind: "step" }>,
  lengthM: number,
): Passage | undefined {
  // A walker that was sure before has taken one step since; one that has just become so, all of them.
  const way = before && before.waiting.length === 0 ? [before.last, ...steps] : steps;
  const first = way[0];
  const last = way.at(-1);
  if (first === undefined || last === undefined || walker.direction === 0) return undefined;
  const isBefore = (xM: number) => xM < lengthM / 2;
  if (isBefore(first.xM) === isBefore(last.xM)) return undefined;
  return { direction: isBefore(last.xM) ? -1 : 1, stepsPerMinute: minuteMs / walker.stepMs };
}
