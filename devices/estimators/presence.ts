import { probability, truth } from "../quantities.ts";
import type { Sample } from "../sample.ts";
import { changed, isGood, nothing, restate } from "./estimate.ts";
import type { Estimate, Estimator, Step } from "./estimator.ts";
import { type Belief, type BeliefConstants, BeliefModel } from "./presence-belief.ts";
import {
  expectVisit,
  type HealthRules,
  healthRules,
  hearMotion,
  hearRadarDetail,
  hearRadarPresence,
  judgeMotion,
  judgeRadar,
  type MotionMemory,
  type RadarMemory,
  unheardMotion,
  unheardRadar,
} from "./presence-sensors.ts";

/** Sources by role. Distance and energy of the radar, where it has them, tell a frozen radar from a still street. */
export interface PresenceSources {
  readonly motion: string;
  readonly radar: string;
  readonly distance?: string;
  readonly energy?: string;
}

export interface PresenceConstants extends HealthRules, BeliefConstants {
  /** After a positive, `occupied` stays 1 for at least this long. */
  readonly holdMs: number;
  /** And until the probability has fallen to this. */
  readonly release: number;
  /** A confidence is told again when it has moved by this much. */
  readonly confidenceStep: number;
}

/**
 * A PIR misses who stands still and is fooled by warm gusts; a 24 GHz radar sees breathing but also swaying
 * branches. Visits: a residential street at night.
 */
export const presenceConstants: PresenceConstants = {
  ...healthRules,
  motion: { sensitivity: 0.8, falseAlarm: 0.01, independentMs: 5_000 },
  radar: { sensitivity: 0.95, falseAlarm: 0.02, independentMs: 2_000 },
  betweenVisitsMs: 600_000,
  visitMs: 30_000,
  holdMs: 10_000,
  release: 0.3,
  confidenceStep: 0.05,
};

interface Sensors {
  readonly motion: MotionMemory;
  readonly radar: RadarMemory;
}

export interface PresenceState extends Sensors {
  readonly belief: Belief;
  readonly positiveAtMs: number;
  readonly isOccupied: boolean;
  /** Occupied, confidence, motionHealth, radarHealth. */
  readonly said: readonly Estimate[];
}

/**
 * Whether somebody is near, from a PIR and a radar: a two-state hidden Markov model. Between answers the probability
 * relaxes to that of an ordinary moment; every independent answer of a healthy sensor enters by Bayes' rule.
 *
 * `occupied` follows any positive of a healthy sensor at once, and falls only when no sensor is positive, the hold
 * is over and the probability is low. A sensor that is frozen, stuck or silent has no vote; with none left,
 * `occupied` is 1 and `suspect`: somebody may be there. `confidence` is `suspect` while only one sensor votes.
 */
export function presence(
  sources: PresenceSources,
  constants: Partial<PresenceConstants> = {},
): Estimator<PresenceState> {
  const declared = { ...presenceConstants, ...constants };
  const model = new BeliefModel(declared);
  const { motion, radar, distance, energy } = sources;
  return {
    name: "presence",
    outputs: { occupied: truth, confidence: probability, motionHealth: truth, radarHealth: truth },
    inputs: [motion, radar, distance, energy].filter((source) => source !== undefined),
    initial: () => ({
      motion: unheardMotion,
      radar: unheardRadar,
      belief: model.initial(),
      positiveAtMs: Number.NEGATIVE_INFINITY,
      isOccupied: true,
      said: [],
    }),
    step(before, sample, { nowMs }): Step<PresenceState> {
      const heard: Sensors = isGood(sample) ? hear(before, sample, sources, declared) : before;
      const radar = judgeRadar(heard.radar, heard.motion, nowMs, declared);
      const motion = judgeMotion(heard.motion, radar, nowMs, declared);
      const belief = model.update(before.belief, motion, radar, nowMs);
      const isPositive = hasPositive(motion) || hasPositive(radar);
      const hasReleased = hasPositive(before.motion) && !motion.isActive;
      const positiveAtMs = isPositive || hasReleased ? nowMs : before.positiveAtMs;
      const isBlind = !motion.isHealthy && !radar.isHealthy;
      const isHeld = nowMs - positiveAtMs < declared.holdMs;
      const isLikely = before.isOccupied && belief.probability > declared.release;
      const isOccupied = isPositive || isBlind || isHeld || isLikely;
      const said = say(before.said, isOccupied, belief, motion, radar, declared.confidenceStep);
      const state = { motion, radar, belief, positiveAtMs, isOccupied, said };
      const estimates = said === before.said ? nothing : changed(before.said, said);
      const wakeAtMs = nextChangeMs(state, nowMs, model, declared);
      return Number.isFinite(wakeAtMs) ? { state, estimates, wakeAtMs } : { state, estimates };
    },
  };
}

const hasPositive = (sensor: MotionMemory | RadarMemory) => sensor.isHealthy && sensor.isActive;

function hear(
  { motion, radar }: Sensors,
  sample: Sample,
  sources: PresenceSources,
  rules: HealthRules,
): Sensors {
  const { source, value, atMs } = sample;
  if (source === sources.radar) return { motion, radar: hearRadarPresence(radar, value >= 0.5, atMs) };
  if (source === sources.distance) return { motion, radar: hearRadarDetail(radar, "distance", value, atMs) };
  if (source === sources.energy) return { motion, radar: hearRadarDetail(radar, "energy", value, atMs) };
  if (source !== sources.motion) return { motion, radar };
  const heard = hearMotion(motion, value >= 0.5, atMs);
  const isActivation = heard.isActive && !motion.isActive;
  return { motion: heard, radar: isActivation ? expectVisit(radar, atMs, rules) : radar };
}

/** What there is to say now; the very array of before when nothing of it has changed. */
function say(
  before: readonly Estimate[],
  isOccupied: boolean,
  belief: Belief,
  motion: MotionMemory,
  radar: RadarMemory,
  confidenceStep: number,
): readonly Estimate[] {
  const votes = Number(motion.isHealthy) + Number(radar.isHealthy);
  const occupied = restate(before[0], "occupied", Number(isOccupied), votes > 0 ? "good" : "suspect");
  const confidence = confide(before[1], belief, votes, confidenceStep);
  const motionHealth = restate(before[2], "motionHealth", Number(motion.isHealthy), "good");
  const radarHealth = restate(before[3], "radarHealth", Number(radar.isHealthy), "good");
  const isSame =
    occupied === before[0] &&
    confidence === before[1] &&
    motionHealth === before[2] &&
    radarHealth === before[3];
  return isSame ? before : [occupied, confidence, motionHealth, radarHealth];
}

function confide(before: Estimate | undefined, belief: Belief, votes: number, step: number): Estimate {
  if (votes === 0) return restate(before, "confidence", Number.NaN, "bad");
  const quality = votes === 2 ? "good" : "suspect";
  const isNear = before?.quality === quality && Math.abs(before.value - belief.probability) < step;
  return isNear ? before : restate(before, "confidence", belief.probability, quality);
}

/** The next moment at which time alone changes what is said. */
function nextChangeMs(
  { motion, radar, belief, positiveAtMs, isOccupied }: PresenceState,
  nowMs: number,
  model: BeliefModel,
  { holdMs, release, motionPeriodMs, radarPeriodMs, silentPeriods }: PresenceConstants,
): number {
  let next = Number.POSITIVE_INFINITY;
  if (motion.isHealthy) next = motion.heardAtMs + motionPeriodMs * silentPeriods + 1;
  if (radar.isHealthy) next = Math.min(next, radar.heardAtMs + radarPeriodMs * silentPeriods + 1);
  const isLapsing = isOccupied && (motion.isHealthy || radar.isHealthy) && positiveAtMs < nowMs;
  if (isLapsing) next = Math.min(next, Math.max(positiveAtMs + holdMs, model.reachesMs(belief, release)));
  return next > nowMs ? next : nowMs + 1;
}
