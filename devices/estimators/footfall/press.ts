/** Something that came down onto the strip: a press as its tile told it, in the coordinates of the strip. */
export interface Press {
  /** From 0 on. */
  readonly tile: number;
  readonly atMs: number;
  /** From the strip's begin, and from its right edge, m. */
  readonly xM: number;
  readonly yM: number;
  /** Of the generator, V. */
  readonly peakVolts: number;
  /** By how much the load rose, and how fast at its fastest. */
  readonly kg: number;
  readonly kgPerS: number;
}
