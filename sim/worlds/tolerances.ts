import type { KindModel } from "../kinds/model.ts";

/** How far two worlds may be apart before it has to be explained. */
export interface Tolerances {
  /** By which what happens may come earlier or later, ms. */
  readonly timeMs: number;
  /** Of a measured value, a share of itself. */
  readonly share: number;
  /** And besides, so many steps of its last decimal. */
  readonly steps: number;
}

/**
 * The same street in two worlds, whose units begin at the same instant. A process waits for whole milliseconds, and a
 * part is read up to some 30 ms later: what must hold for a second is believed at the next reading, half a second later;
 * and chips whose noise is drawn by the reading have another, which is what share and steps leave room for.
 */
export const usualTolerances: Tolerances = { timeMs: 1_000, share: 0.02, steps: 2 };

/** Of a unit of this kind: a car that is still moving by a hair in one world's reading stands in the other's. */
export const tolerancesOf = ({ hesitationMs = 0 }: Pick<KindModel, "hesitationMs">): Tolerances => ({
  ...usualTolerances,
  timeMs: usualTolerances.timeMs + hesitationMs,
});

/** So long after the start both worlds have begun and read every part: its clock among them, by which they know the time. */
export const settleMs = 10_000;
