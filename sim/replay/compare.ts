import type { Deviations } from "./deviation.ts";

/** Something that a unit did. */
export interface Outcome {
  /** Of what: `actuator lamp`. */
  readonly subject: string;
  readonly atMs: number;
  /** JSON, or words. */
  readonly what: string;
}

export interface Bounds {
  /** How far apart two may be and still be the same, ms. */
  readonly toleranceMs: number;
  /** Only what was done from then, until then, is judged: monotonic ms. */
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Holds what was done against what was recorded, each subject for itself, in order. */
export function compareOutcomes(
  recorded: readonly Outcome[],
  replayed: readonly Outcome[],
  bounds: Bounds,
  deviations: Deviations,
): void {
  const expected = bySubject(recorded);
  const came = bySubject(replayed);
  for (const subject of new Set([...expected.keys(), ...came.keys()]))
    compareOne(expected.get(subject) ?? [], came.get(subject) ?? [], bounds, (atMs, wanted, found) => {
      if (atMs < bounds.fromMs || atMs > bounds.untilMs - bounds.toleranceMs) return;
      deviations.add({ atMs, of: "outcome", place: subject, expected: wanted, came: found });
    });
}

function compareOne(
  expected: readonly Outcome[],
  came: readonly Outcome[],
  { toleranceMs }: Bounds,
  differ: (atMs: number, expected: string, came: string) => void,
): void {
  let at = 0;
  for (const one of expected) {
    while (at < came.length && came[at]!.atMs < one.atMs - toleranceMs)
      differ(came[at]!.atMs, "nothing", came[at++]!.what);
    let same = at;
    while (same < came.length && came[same]!.atMs <= one.atMs + toleranceMs && !isSame(one, came[same]!))
      same++;
    if (same < came.length && came[same]!.atMs <= one.atMs + toleranceMs) {
      while (at < same) differ(came[at]!.atMs, "nothing", came[at++]!.what);
      at = same + 1;
    } else if (at < came.length && came[at]!.atMs <= one.atMs + toleranceMs)
      differ(Math.min(one.atMs, came[at]!.atMs), one.what, came[at++]!.what);
    else differ(one.atMs, one.what, "nothing");
  }
  for (const rest of came.slice(at)) differ(rest.atMs, "nothing", rest.what);
}

/** Numbers of a mean over time differ in their last places when its samples came a millisecond later. */
const relativeMax = 1e-3;

const isSame = (one: Outcome, other: Outcome) =>
  one.what === other.what || isLike(parsed(one.what), parsed(other.what));

function isLike(one: unknown, other: unknown): boolean {
  if (typeof one === "number" && typeof other === "number") return isNear(one, other);
  if (!isObject(one) || !isObject(other)) return one === other;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isLike(one[key], other[key]))
  );
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === "object";

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const isNear = (one: number, other: number) =>
  Math.abs(one - other) <= relativeMax * Math.max(Math.abs(one), Math.abs(other));

function bySubject(outcomes: readonly Outcome[]): Map<string, Outcome[]> {
  const by = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const others = by.get(outcome.subject);
    if (others) others.push(outcome);
    else by.set(outcome.subject, [outcome]);
  }
  return by;
}
