/** Something that presses on the pavement while it is there: one foot, one wheel. */
export interface Contact {
  readonly fromMs: number;
  readonly untilMs: number;
  /** Half of the length and of the width over which it presses evenly, m. */
  readonly halfLengthM: number;
  readonly halfWidthM: number;
  readonly yM: number;
  /** Middle of the pressure along the street, m. */
  xM(atMs: number): number;
  /** Downwards, N. */
  forceN(atMs: number): number;
}

/** What a person's foot did to a strip: the heel touched it. */
export interface Strike {
  readonly atMs: number;
  /** The toes left it. */
  readonly untilMs: number;
  readonly person: number;
  /** Of the person, along x: 1 or −1. */
  readonly direction: 1 | -1;
  /** Cadence of the walk that it is a step of, 1/min; 0 of one who comes to stand. */
  readonly stepsPerMinute: number;
  readonly xM: number;
  readonly yM: number;
}
