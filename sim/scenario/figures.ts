import type { Figure, KindModel } from "../kinds/model.ts";

/** A kind's figures over all its units, rounded, by path; null for what cannot be told. Bins only where any occurred. */
export type KindFigures = Readonly<Record<string, number | null>>;

/**
 * Makes the figures of a kind from those of its sites. Error when a site hands out what is not declared, or not all
 * that is: the model contradicts itself.
 */
export function combined(
  { kind, figures }: KindModel,
  handed: readonly Readonly<Record<string, number>>[],
): KindFigures {
  for (const path of new Set(handed.flatMap((each) => Object.keys(each))))
    if (!isHandedOut(figures, path)) throw new Error(`${kind}: a site hands out ${path}, which is no figure`);
  const of = (path: string) => {
    const values = handed.map((each) => each[path]).filter((value) => value !== undefined);
    if (values.length < handed.length) throw new Error(`${kind}: a site does not hand out ${path}`);
    return values.filter((value) => !Number.isNaN(value));
  };
  const found: Record<string, number | null> = {};
  for (const [path, { across, bins, decimals }] of Object.entries(figures))
    if (bins) Object.assign(found, histogram(path, bins.of, handed, decimals));
    else if (typeof across === "string") found[path] = rounded(ways[across](of(path)), decimals);
    else {
      const [part, whole] = [ways.sum(of(across.share)), ways.sum(of(across.of))];
      const share = whole > 0 ? part / whole : (across.ofNothing ?? Number.NaN);
      found[path] = rounded(share, decimals);
    }
  return found;
}

/** Every path that a kind's figures may have, bins included. */
export function pathsOf({ figures }: KindModel): string[] {
  return Object.entries(figures).flatMap(([path, { bins }]) =>
    bins ? bins.of.map((bin) => `${path}.${bin}`) : [path],
  );
}

/** Whether it is a bin of a histogram: one that did not occur counts 0. */
export const isBin = ({ figures }: KindModel, path: string) =>
  figures[path.slice(0, path.lastIndexOf("."))]?.bins?.of.includes(Number(path.split(".").at(-1))) ?? false;

function isHandedOut(figures: KindModel["figures"], path: string): boolean {
  const figure: Figure | undefined = figures[path];
  if (figure) return !figure.bins && typeof figure.across === "string";
  return isBin({ figures } as KindModel, path);
}

/** Of nothing that can be told, nothing can be told. */
const ways = {
  sum: (values: readonly number[]) =>
    values.length > 0 ? values.reduce((total, value) => total + value, 0) : Number.NaN,
  max: (values: readonly number[]) => (values.length > 0 ? Math.max(...values) : Number.NaN),
  min: (values: readonly number[]) => (values.length > 0 ? Math.min(...values) : Number.NaN),
};

function histogram(
  path: string,
  bins: readonly number[],
  handed: readonly Readonly<Record<string, number>>[],
  decimals: number,
): Record<string, number | null> {
  const found: Record<string, number | null> = {};
  for (const bin of bins) {
    const values = handed.flatMap((each) => each[`${path}.${bin}`] ?? []);
    if (values.length > 0) found[`${path}.${bin}`] = rounded(ways.sum(values), decimals);
  }
  return found;
}

const rounded = (value: number, decimals: number) =>
  Number.isNaN(value) ? null : Math.round(value * 10 ** decimals) / 10 ** decimals;
