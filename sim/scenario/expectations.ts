import type { Refusal } from "#devices/wire.ts";
import type { Findings } from "./summary.ts";

export interface Expectation {
  /** Path into the summary: `records.lost`. */
  readonly path: string;
  readonly min?: number;
  readonly max?: number;
}

export interface ExpectationResult extends Expectation {
  /** Null when it could not be told: a share of nothing. */
  readonly actual: number | null;
  readonly met: boolean;
}

/** Paths of `T` to its numbers. */
type NumberPath<T> = {
  [Key in keyof T & string]: T[Key] extends number | null
    ? Key
    : T[Key] extends readonly unknown[] | string
      ? never
      : `${Key}.${NumberPath<T[Key]>}`;
}[keyof T & string];

/** What may be expected of a run. How long it took on this machine is nobody's expectation. */
const told = {
  units: true,
  virtualSeconds: true,
  energyWh: true,
  energyAlwaysFullWh: true,
  energyShare: true,
  darkSeconds: true,
  longestDarkSeconds: true,
  "presence.actual": true,
  "presence.seen": true,
  "presence.missed": true,
  "presence.missedShare": true,
  "presence.false": true,
  "presence.falseSeconds": true,
  "records.made": true,
  "records.delivered": true,
  "records.waiting": true,
  "records.superseded": true,
  "records.lost": true,
  "records.duplicated": true,
} satisfies Record<
  Exclude<NumberPath<Omit<Findings, "seed" | "wallSeconds" | "minutesAtLevel">>, never>,
  true
>;

const levels = Array.from({ length: 11 }, (_, tenth) => `minutesAtLevel.${tenth * 10}`);

export const knownPaths: readonly string[] = [...Object.keys(told), ...levels];

type Bounds = Readonly<Record<string, { readonly min?: number; readonly max?: number }>>;

/** Expectations that could never be met, or never fail. */
export function expectationRefusals(expected: Bounds): Refusal[] {
  return Object.entries(expected).flatMap(([path, { min, max }]): Refusal[] => {
    const field = `expect/${path}`;
    if (!knownPaths.includes(path))
      return [{ field, problem: "is not in the summary", expected: `one of ${knownPaths.join(", ")}` }];
    if (min === undefined && max === undefined)
      return [{ field, problem: "has no bound", expected: "min, max or both" }];
    if (min !== undefined && max !== undefined && min > max)
      return [{ field, problem: `has min ${min} and max ${max}`, expected: "min not above max" }];
    return [];
  });
}

/** Holds what was found against what was expected. */
export function judge(expectations: readonly Expectation[], found: Findings): ExpectationResult[] {
  return expectations.map((expectation) => {
    const actual = valueAt(found, expectation.path);
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = expectation;
    return { ...expectation, actual, met: actual !== null && actual >= min && actual <= max };
  });
}

function valueAt(found: Findings, path: string): number | null {
  let value: unknown = found;
  for (const step of path.split(".")) value = (value as Record<string, unknown>)[step];
  // A level at which no lamp ever stood has no minutes.
  if (value === undefined && levels.includes(path)) return 0;
  return typeof value === "number" ? value : null;
}
