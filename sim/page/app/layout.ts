/** Where things of the street are on the page. Lengths end in M or Px; the street's x runs to the right. */
export interface Layout {
  readonly viewportPx: number;
  readonly sceneHeightPx: number;
  /** All of the street, wider than the viewport when it must be scrolled. */
  readonly contentPx: number;
  readonly pxPerM: number;
  readonly cardPx: number;
  readonly lengthM: number;
  readonly horizonPx: number;
  /** Left of x = 0. */
  readonly marginPx: number;
}

/** Across the street: carriageway, then a pavement on each side; the lamps stand on the far one. */
export const across = { carriagewayM: 3, pavementM: 7, poleM: 6 } as const;
const cardPxMin = 164;
const cardPxMax = 232;
const cardGapPx = 12;
/** Clock and weather stand over the sky down to here: no lamp of 6 m reaches into them. */
const clockPx = 160;
/** Of the scene's height. */
const horizonShare = 0.75;

/** @param polesM x of each lamp, rising. */
export function layoutOf(
  viewportPx: number,
  sceneHeightPx: number,
  lengthM: number,
  polesM: readonly number[],
): Layout {
  const gapM = polesM.reduce(
    (least, xM, index) => (index === 0 ? least : Math.min(least, xM - polesM[index - 1]!)),
    lengthM,
  );
  const pxPerM = Math.max((cardPxMin + cardGapPx) / Math.max(gapM, 1), viewportPx / (lengthM + 1));
  const cardPx = Math.min(cardPxMax, gapM * pxPerM - cardGapPx);
  const edgeM = Math.min(polesM[0] ?? 0, lengthM - (polesM.at(-1) ?? lengthM));
  const marginPx = Math.max(0, (cardPx + cardGapPx) / 2 - edgeM * pxPerM);
  return {
    viewportPx,
    sceneHeightPx,
    contentPx: Math.round(lengthM * pxPerM + 2 * marginPx),
    pxPerM,
    cardPx: Math.floor(cardPx),
    lengthM,
    horizonPx: sceneHeightPx * horizonShare,
    marginPx,
  };
}

/** From the left end of the content. */
export const xPx = ({ pxPerM, marginPx }: Layout, xM: number) => marginPx + xM * pxPerM;

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
