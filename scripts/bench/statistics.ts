/** Several measurements of one thing. */
export interface Figure {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly count: number;
}

/** RangeError when nothing was measured. */
export function figureOf(values: readonly number[]): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) throw new RangeError("no measurement at all");
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return { median, min, max, count: sorted.length };
}

/**
 * The value that a share of all values does not exceed, by nearest rank: one that was measured. RangeError when nothing
 * was, or for a share that is not above 0 and at most 1.
 */
export function percentile(values: readonly number[], share: number): number {
  const found = [...values].sort((a, b) => a - b)[Math.ceil(share * values.length) - 1];
  if (found === undefined) throw new RangeError(`no measurement at ${share} of ${values.length}`);
  return found;
}

/** Ratios of measurements that were taken in turn: the first of each by the first, the second by the second, … */
export const ratioOf = (values: readonly number[], peers: readonly number[]): Figure =>
  figureOf(values.map((value, index) => value / peers[index]!));

/** Runs each subject in turn, over and over, so that what disturbs the machine disturbs all of them alike. */
export async function interleaved<Name extends string, T>(
  subjects: Readonly<Record<Name, () => Promise<T>>>,
  repetitions: number,
): Promise<Record<Name, T[]>> {
  const names = Object.keys(subjects) as Name[];
  const found = Object.fromEntries(names.map((name) => [name, [] as T[]])) as Record<Name, T[]>;
  for (let repetition = 0; repetition < repetitions; repetition++)
    for (const name of names) found[name].push(await subjects[name]());
  return found;
}
