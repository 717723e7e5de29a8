import type { MotionMemory, RadarMemory } from "./presence-sensors.ts";

/** How a sensor answers, as declared for its place on the pole. */
export interface SensorModel {
  /** Probability of a positive while somebody is in the zone. */
  readonly sensitivity: number;
  /** Probability of a positive while nobody is. */
  readonly falseAlarm: number;
  /** Answers closer together than this are one answer: they share their error. */
  readonly independentMs: number;
}

export interface BeliefConstants {
  readonly motion: SensorModel;
  readonly radar: SensorModel;
  /** Mean time between two visits, and mean length of one. */
  readonly betweenVisitsMs: number;
  readonly visitMs: number;
}

/** Probability that somebody is there, and when each sensor's answer was last counted. */
export interface Belief {
  readonly probability: number;
  readonly atMs: number;
  readonly motionCountedAtMs: number;
  readonly radarCountedAtMs: number;
}

/** Probabilities are kept this far from certainty, so that a few answers can always turn the belief. */
const doubt = 0.0025;

/**
 * A two-state hidden Markov model of somebody being there: arrivals and departures at constant rates, so that
 * without answers the probability relaxes exponentially to that of an ordinary moment; answers enter by Bayes' rule.
 */
export class BeliefModel {
  readonly #constants: BeliefConstants;
  readonly #ordinary: number;
  readonly #relaxationMs: number;

  constructor(constants: BeliefConstants) {
    const { visitMs, betweenVisitsMs } = constants;
    this.#constants = constants;
    this.#ordinary = visitMs / (visitMs + betweenVisitsMs);
    this.#relaxationMs = 1 / (1 / visitMs + 1 / betweenVisitsMs);
  }

  initial(): Belief {
    const never = Number.NEGATIVE_INFINITY;
    return { probability: this.#ordinary, atMs: never, motionCountedAtMs: never, radarCountedAtMs: never };
  }

  /** The belief as of now. A PIR's output is a level and answers as long as it stands; a radar answers by frame. */
  update(before: Belief, motion: MotionMemory, radar: RadarMemory, nowMs: number): Belief {
    const { motion: pir, radar: fmcw } = this.#constants;
    let probability = this.#relaxed(before, nowMs);
    let { motionCountedAtMs, radarCountedAtMs } = before;
    const motionAnswers =
      motion.changedAtMs > motionCountedAtMs || nowMs - motionCountedAtMs >= pir.independentMs;
    if (motion.isHealthy && motionAnswers) {
      probability = posterior(probability, pir, motion.isActive);
      motionCountedAtMs = nowMs;
    }
    const radarAnswers =
      radar.changedAtMs > radarCountedAtMs ||
      (radar.heardAtMs > radarCountedAtMs && nowMs - radarCountedAtMs >= fmcw.independentMs);
    if (radar.isHealthy && radarAnswers) {
      probability = posterior(probability, fmcw, radar.isActive);
      radarCountedAtMs = nowMs;
    }
    return { probability, atMs: nowMs, motionCountedAtMs, radarCountedAtMs };
  }

  /** Monotonic milliseconds at which the probability will have relaxed to `level`; infinite if it never will. */
  reachesMs({ probability, atMs }: Belief, level: number): number {
    if (level <= this.#ordinary) return Number.POSITIVE_INFINITY;
    if (probability <= level) return atMs;
    return atMs + this.#relaxationMs * Math.log((probability - this.#ordinary) / (level - this.#ordinary));
  }

  #relaxed({ probability, atMs }: Belief, nowMs: number): number {
    const remaining = Math.exp((atMs - nowMs) / this.#relaxationMs);
    return this.#ordinary + (probability - this.#ordinary) * remaining;
  }
}

function posterior(prior: number, { sensitivity, falseAlarm }: SensorModel, isPositive: boolean): number {
  const ifThere = prior * (isPositive ? sensitivity : 1 - sensitivity);
  const ifNobody = (1 - prior) * (isPositive ? falseAlarm : 1 - falseAlarm);
  return Math.min(1 - doubt, Math.max(doubt, ifThere / (ifThere + ifNobody)));
}
