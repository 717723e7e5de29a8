import type { Refusal } from "#devices/wire.ts";
import type { KindModel } from "../kinds/model.ts";
import { isBin, pathsOf } from "./figures.ts";
import type { Findings } from "./summary.ts";

export interface Expectation {
  /** Path into the summary: `records.lost`, or a kind's own after its name: `streetlight.darkSeconds`. */
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
  [Key in keyof T & string]: T[Key] extends number
    ? Key
    : T[Key] extends readonly unknown[] | string
      ? never
      : `${Key}.${NumberPath<T[Key]>}`;
}[keyof T & string];

/** What may be expected of any run. How long it took on this machine is nobody's expectation. */
const general = {
  units: (found) => found.units,
  virtualSeconds: (found) => found.virtualSeconds,
  "records.made": ({ records }) => records.made,
  "records.delivered": ({ records }) => records.delivered,
  "records.waiting": ({ records }) => records.waiting,
  "records.superseded": ({ records }) => records.superseded,
  "records.lost": ({ records }) => records.lost,
  "records.duplicated": ({ records }) => records.duplicated,
} satisfies Record<NumberPath<Omit<Findings, "seed" | "wallSeconds" | "kinds">>, (found: Findings) => number>;

/** What may be expected of a run with these kinds. */
export const knownPaths = (models: readonly KindModel[]): readonly string[] => [
  ...Object.keys(general),
  ...models.flatMap((model) => pathsOf(model).map((path) => `${model.kind}.${path}`)),
];

type Bounds = Readonly<Record<string, { readonly min?: number; readonly max?: number }>>;

/** Expectations that could never be met, or never fail. */
export function expectationRefusals(expected: Bounds, models: readonly KindModel[]): Refusal[] {
  const known = knownPaths(models);
  return Object.entries(expected).flatMap(([path, { min, max }]): Refusal[] => {
    const field = `expect/${path}`;
    if (!known.includes(path))
      return [{ field, problem: "is not in the summary", expected: `one of ${known.join(", ")}` }];
    if (min === undefined && max === undefined)
      return [{ field, problem: "has no bound", expected: "min, max or both" }];
    if (min !== undefined && max !== undefined && min > max)
      return [{ field, problem: `has min ${min} and max ${max}`, expected: "min not above max" }];
    return [];
  });
}

/** Holds what was found against what was expected. */
export function judge(
  expectations: readonly Expectation[],
  found: Findings,
  models: readonly KindModel[],
): ExpectationResult[] {
  return expectations.map((expectation) => {
    const actual = valueAt(expectation.path, found, models);
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = expectation;
    return { ...expectation, actual, met: actual !== null && actual >= min && actual <= max };
  });
}

function valueAt(path: string, found: Findings, models: readonly KindModel[]): number | null {
  if (path in general) return general[path as keyof typeof general](found);
  const model = models.find(({ kind }) => path.startsWith(`${kind}.`))!;
  const own = path.slice(model.kind.length + 1);
  return found.kinds[model.kind]![own] ?? (isBin(model, own) ? 0 : null);
}
