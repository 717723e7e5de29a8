/** Of all steps at least this share is counted, and of all that is counted at least this share was one. */
const leastShare = 0.97;
/** Chance alone goes further than this many standard deviations in one case of 370. */
const deviations = 3;

/**
 * How far a count of `steps` may be off: as far as `leastShare` says on the mean, and as chance (binomial) may have
 * it for so few: 2.1 of 12, 9 of 100.
 */
export const stepsOffMax = (steps: number): number =>
  steps * (1 - leastShare) + deviations * Math.sqrt(steps * leastShare * (1 - leastShare));
