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
 * The same street in two worlds. A process of its own starts later than a function is called, and every period that
 * counts from its start is shifted with it: by less than the 1.5 s that a board's processor takes to load Node and the
 * bundle. A part that is read at another moment is read with other noise, which is what share and steps leave room for.
 */
export const usualTolerances: Tolerances = { timeMs: 2_000, share: 0.03, steps: 3 };

/**
 * So long after the start both worlds have read every part and know the time: a simulated unit's modem tells it after
 * 40 s, while a process finds its kernel's clock right from the beginning.
 */
export const settleMs = 60_000;
