import type { Comparison, Difference, Unaccounted } from "./compare.ts";

/** A world lived through once more, its units begun some ms later. */
export interface Neighbour {
  /** Of the neighbour, in the place of the first world, and the other world. */
  readonly withOther: Comparison;
  /** Of the first world and the neighbour, in the place of the other. */
  readonly withFirst: Comparison;
}

export interface Decided extends Comparison {
  /** How often the worlds told otherwise where the first of them, begun some ms later, tells otherwise itself. */
  readonly undecided: number;
}

/**
 * A reading on the brink falls to either side by the instant at which it is taken: a step more or less, a light that
 * goes out right before the next one comes. What a world tells only if its units begin at one instant and not at another
 * says nothing of whether two worlds agree. Left are the differences that no neighbour accounts for: what the other world
 * said and none of them did, and what the first one said and all of them do.
 * @param name of the first world
 */
export function withoutUndecided(
  comparison: Comparison,
  name: string,
  neighbours: readonly Neighbour[],
): Decided {
  let undecided = 0;
  const differences = comparison.differences.flatMap((difference): Difference[] => {
    const found = difference.found.filter((one) => !isUndecided(difference, one, name, neighbours));
    undecided += difference.found.length - found.length;
    return found.length > 0 ? [{ ...difference, found }] : [];
  });
  return { ...comparison, differences, undecided };
}

const isUndecided = (
  of: Difference,
  one: Unaccounted,
  name: string,
  neighbours: readonly Neighbour[],
): boolean =>
  one.by === name
    ? neighbours.some(({ withFirst }) => isIn(withFirst, of, one))
    : neighbours.some(({ withOther }) => !isIn(withOther, of, one));

const isIn = ({ differences }: Comparison, { unit, subject }: Difference, { by, atMs, said }: Unaccounted) =>
  differences.some(
    (difference) =>
      difference.unit === unit &&
      difference.subject === subject &&
      difference.found.some((one) => one.by === by && one.atMs === atMs && one.said === said),
  );
