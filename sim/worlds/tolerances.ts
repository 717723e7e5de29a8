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
 * The same street in two worlds, whose units begin at the same instant. A transfer takes a kernel whole milliseconds: a
 * part that is read so much later is read with other noise, which is what share and steps leave room for, and what
 * crosses a threshold may be seen by the sample before or after.
 */
export const usualTolerances: Tolerances = { timeMs: 2_000, share: 0.03, steps: 3 };

/** So long after the start both worlds have read every part: its clock among them, by which they know the time. */
export const settleMs = 60_000;
