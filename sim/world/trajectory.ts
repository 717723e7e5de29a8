export type Kind = "pedestrian" | "cyclist";

/**
 * One person's way through the street: straight lines between (`timesMs[i]`, `positionsM[i]`), times rising.
 * Standing still is a line of equal positions.
 */
export interface Trajectory {
  /** Tells people of one run apart, and nothing more. */
  readonly id: number;
  readonly kind: Kind;
  /** Across the street: 0 is the middle of the carriageway, positive to the left when looking along x. */
  readonly yM: number;
  readonly timesMs: readonly number[];
  readonly positionsM: readonly number[];
}

/** Where a person is at an instant. */
export interface Person {
  readonly id: number;
  readonly kind: Kind;
  readonly xM: number;
  readonly yM: number;
  /** Along x, m/s, negative towards x = 0; 0 while standing. */
  readonly velocityMps: number;
  /** m/s, without direction. */
  readonly speedMps: number;
}

/** From `enterMs` until just before `leaveMs`, Unix milliseconds. */
export interface Interval {
  readonly enterMs: number;
  readonly leaveMs: number;
}

export const startOf = (trajectory: Trajectory) => trajectory.timesMs[0]!;
export const endOf = (trajectory: Trajectory) => trajectory.timesMs.at(-1)!;

/** The person at an instant; undefined before the first point and from the last on. */
export function personAt(trajectory: Trajectory, unixMs: number): Person | undefined {
  const { id, kind, yM, timesMs, positionsM } = trajectory;
  if (unixMs < timesMs[0]!) return undefined;
  const next = timesMs.findIndex((timeMs) => timeMs > unixMs);
  if (next === -1) return undefined;
  const fromMs = timesMs[next - 1]!;
  const fromM = positionsM[next - 1]!;
  const velocityMps = (1_000 * (positionsM[next]! - fromM)) / (timesMs[next]! - fromMs);
  const xM = fromM + (velocityMps * (unixMs - fromMs)) / 1_000;
  return { id, kind, xM, yM, velocityMps, speedMps: Math.abs(velocityMps) };
}

/** When the person is between `lowM` and `highM`: solved on each line, then joined where lines meet inside. */
export function intervalsWithin(trajectory: Trajectory, lowM: number, highM: number): Interval[] {
  const { timesMs, positionsM } = trajectory;
  const intervals: Interval[] = [];
  for (let at = 1; at < timesMs.length; at++) {
    const part = within(timesMs[at - 1]!, positionsM[at - 1]!, timesMs[at]!, positionsM[at]!, lowM, highM);
    if (part === undefined) continue;
    const last = intervals.at(-1);
    if (last !== undefined && last.leaveMs >= part.enterMs)
      intervals[intervals.length - 1] = { enterMs: last.enterMs, leaveMs: part.leaveMs };
    else intervals.push(part);
  }
  return intervals;
}

function within(
  fromMs: number,
  fromM: number,
  toMs: number,
  toM: number,
  lowM: number,
  highM: number,
): Interval | undefined {
  if (Math.max(fromM, toM) < lowM || Math.min(fromM, toM) > highM) return undefined;
  if (fromM === toM) return { enterMs: fromMs, leaveMs: toMs };
  const timeAt = (xM: number) => fromMs + ((toMs - fromMs) * (xM - fromM)) / (toM - fromM);
  const [first, last] = toM > fromM ? [timeAt(lowM), timeAt(highM)] : [timeAt(highM), timeAt(lowM)];
  const enterMs = Math.max(fromMs, first);
  const leaveMs = Math.min(toMs, last);
  return enterMs < leaveMs ? { enterMs, leaveMs } : undefined;
}
