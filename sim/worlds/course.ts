/** What something was said to be, from this moment until it was said to be something else. */
export interface Point<Value> {
  readonly atMs: number;
  readonly value: Value;
}

/** A point that the other course does not account for, with what that one said around that time. */
export interface Astray<Value> {
  readonly point: Point<Value>;
  /** Nothing yet, when empty. */
  readonly around: readonly Value[];
}

/** Whether a value is accounted for by what was said around that time in the other course. */
export type Fits<Value> = (value: Value, around: readonly Value[]) => boolean;

/**
 * The points of `one` that `other` does not account for by what it says in the span of `timeMs` before and after them,
 * what it had said before and still held then among it. Both in the order of time.
 */
export function astray<Value>(
  one: readonly Point<Value>[],
  other: readonly Point<Value>[],
  timeMs: number,
  fits: Fits<Value>,
): Astray<Value>[] {
  const found: Astray<Value>[] = [];
  let from = 0;
  for (const point of one) {
    while (from + 1 < other.length && other[from + 1]!.atMs <= point.atMs - timeMs) from++;
    let to = from;
    while (to < other.length && other[to]!.atMs <= point.atMs + timeMs) to++;
    const around = other.slice(from, to).map(({ value }) => value);
    if (!fits(point.value, around)) found.push({ point, around });
  }
  return found;
}

/** What held longer than `timeMs`, without what came and went within it. */
export function lasting<Value>(course: readonly Point<Value>[], timeMs: number): Point<Value>[] {
  return course.filter(({ atMs }, index) => {
    const next = course[index + 1];
    return next === undefined || next.atMs - atMs > timeMs;
  });
}

/** The very same was said. */
export const exactly = <Value>(value: Value, around: readonly Value[]): boolean => around.includes(value);

/** One of the values that were said. */
export const near =
  (amountOf: (value: number) => number): Fits<number> =>
  (value, around) =>
    around.some((one) => Math.abs(one - value) <= amountOf(value));

/** Between two values that were said one after the other, all in between may have been so. NaN is said of what nobody knows. */
export const within =
  (amountOf: (value: number) => number): Fits<number> =>
  (value, around) => {
    if (Number.isNaN(value)) return around.some(Number.isNaN);
    const known = around.filter((one) => !Number.isNaN(one));
    const amount = amountOf(value);
    return known.length > 0 && value >= Math.min(...known) - amount && value <= Math.max(...known) + amount;
  };
