import { clamp } from "./colour.ts";

/** Where things of the street are on the page. Lengths end in M or Px; the street's x runs to the right. */
export interface Layout {
  readonly viewportPx: number;
  readonly sceneHeightPx: number;
  /** All of the street, wider than the viewport when it must be scrolled. */
  readonly contentPx: number;
  readonly pxPerM: number;
  readonly cardPx: number;
  /** From the left end of the content: of each card, in the order of the units. */
  readonly cardsPx: readonly number[];
  readonly lengthM: number;
  readonly horizonPx: number;
}

/** Where a unit stands, as far as the layout is concerned. */
export interface Standing {
  readonly xM: number;
  readonly lengthM?: number;
}

/** Across the street: carriageway, then a pavement on each side; the lamps stand on the far one. */
export const across = { carriagewayM: 3, pavementM: 7, poleM: 6 } as const;
const cardPxMin = 164;
const cardPxMax = 232;
export const cardGapPx = 12;
/** What has a length is drawn in its length: so that a tile and a parked car can be seen. */
const detailPxPerM = 14;
/** Clock and weather stand over the sky down to here: no lamp of 6 m reaches into them. */
const clockPx = 160;
/** Of the scene's height. */
const horizonShare = 0.75;

/** @param units along the street, from its begin. */
export function layoutOf(
  viewportPx: number,
  sceneHeightPx: number,
  lengthM: number,
  units: readonly Standing[],
): Layout {
  const slotsPx = units.length * (cardPxMin + cardGapPx);
  const pxPerM = Math.max(
    viewportPx / (lengthM + 1),
    slotsPx / lengthM,
    units.some((unit) => unit.lengthM !== undefined) ? detailPxPerM : 0,
  );
  const contentPx = Math.round(lengthM * pxPerM);
  const slotPx = Math.min(cardPxMax + cardGapPx, Math.floor(contentPx / Math.max(1, units.length)));
  return {
    viewportPx,
    sceneHeightPx,
    contentPx,
    pxPerM,
    cardPx: slotPx - cardGapPx,
    cardsPx: cardLefts(
      units.map(({ xM }) => xM * pxPerM),
      slotPx,
      contentPx,
    ),
    lengthM,
    horizonPx: sceneHeightPx * horizonShare,
  };
}

/**
 * A row of cards in their order, none over another, each as near to its middle as can be: the least sum of squares,
 * found by pooling adjacent violators.
 */
function cardLefts(middlesPx: readonly number[], slotPx: number, contentPx: number): number[] {
  const pools: { sumPx: number; count: number }[] = [];
  for (const [index, middlePx] of middlesPx.entries()) {
    let pool = { sumPx: middlePx - (index + 0.5) * slotPx, count: 1 };
    for (
      let last = pools.at(-1);
      last && last.sumPx / last.count > pool.sumPx / pool.count;
      last = pools.at(-1)
    ) {
      pool = { sumPx: last.sumPx + pool.sumPx, count: last.count + pool.count };
      pools.pop();
    }
    pools.push(pool);
  }
  const roomPx = Math.max(0, contentPx - middlesPx.length * slotPx);
  return pools
    .flatMap(({ sumPx, count }) => Array.from({ length: count }, () => clamp(sumPx / count, 0, roomPx)))
    .map((shiftPx, index) => Math.round(shiftPx) + index * slotPx + cardGapPx / 2);
}

/** From the left end of the content. */
export const xPx = ({ pxPerM }: Layout, xM: number) => xM * pxPerM;

/** Where somebody's feet are who walks `yM` across the street: far is up. */
export function groundPx({ sceneHeightPx, horizonPx }: Layout, yM: number): number {
  const near = (across.pavementM - yM) / (2 * across.pavementM);
  return horizonPx + (sceneHeightPx - horizonPx) * (0.06 + 0.92 * (0.75 * near + 0.25 * near * near));
}

/** Height on the page of one metre, `yM` across the street. Heights are drawn larger than lengths, or nobody were seen. */
export function heightPxPerM({ sceneHeightPx, horizonPx }: Layout, yM: number): number {
  const atPolePx = Math.min(sceneHeightPx / 13, Math.max(sceneHeightPx / 18, (horizonPx - clockPx) / 6));
  return atPolePx * (1 - (0.16 * (yM - across.poleM)) / (2 * across.pavementM));
}

/** So near to what stands at a point one means it. */
const reachPx = 26;

/** The unit at a place from the left end of the content: one at a point before one whose stretch it is in. */
export function unitAt(
  layout: Layout,
  units: Iterable<readonly [unit: string, standing: Standing]>,
  atPx: number,
): string | undefined {
  let found: string | undefined;
  let leastPx = Number.POSITIVE_INFINITY;
  for (const [unit, { xM, lengthM = 0 }] of units) {
    const asidePx = Math.abs(atPx - xPx(layout, xM));
    const halfPx = (lengthM * layout.pxPerM) / 2;
    const distancePx = lengthM > 0 ? reachPx / 2 + Math.max(0, asidePx - halfPx) : asidePx;
    if (distancePx > reachPx || distancePx >= leastPx) continue;
    found = unit;
    leastPx = distancePx;
  }
  return found;
}
