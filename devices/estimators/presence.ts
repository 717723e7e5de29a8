import { probability, truth } from "../quantities.ts";
import type { Sample } from "../sample.ts";
import { isGood, nothing, restate } from "./estimate.ts";
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

interface Said {
  readonly occupied: Estimate | undefined;
  readonly confidence: Estimate | undefined;
  readonly motionHealth: Estimate | undefined;
  readonly radarHealth: Estimate | undefined;
}

export interface PresenceState {
  readonly motion: MotionMemory;
  readonly radar: RadarMemory;
  readonly belief: Belief;
  readonly positiveAtMs: number;
  readonly isOccupied: boolean;
  readonly said: Said;
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
      said: { occupied: undefined, confidence: undefined, motionHealth: undefined, radarHealth: undefined },
    }),
    step(before, sample, { nowMs }): Step<PresenceState> {
      const heard = isGood(sample) ? hear(before, sample, sources, declared) : before;
      const judged = judge(heard, nowMs, declared);
      const belief = model.update(judged.belief, judged.motion, judged.radar, nowMs);
      const state = decide({ ...judged, belief }, nowMs, declared);
      return tell(state, nowMs, model, declared);
    },
  };
}

function hear(
  state: PresenceState,
  sample: Sample,
  sources: PresenceSources,
  rules: HealthRules,
): PresenceState {
  const { source, value, atMs } = sample;
  if (source === sources.radar)
    return { ...state, radar: hearRadarPresence(state.radar, value >= 0.5, atMs) };
  if (source === sources.distance)
    return { ...state, radar: hearRadarDetail(state.radar, "distance", value, atMs) };
  if (source === sources.energy)
    return { ...state, radar: hearRadarDetail(state.radar, "energy", value, atMs) };
  if (source !== sources.motion) return state;
  const motion = hearMotion(state.motion, value >= 0.5, atMs);
  if (motion.isActive === state.motion.isActive) return { ...state, motion };
  if (motion.isActive) return { ...state, motion, radar: expectVisit(state.radar, atMs, rules) };
  return { ...state, motion, positiveAtMs: state.motion.isHealthy ? atMs : state.positiveAtMs };
}

function judge(state: PresenceState, nowMs: number, rules: HealthRules): PresenceState {
  const radar = judgeRadar(state.radar, state.motion, nowMs, rules);
  const motion = judgeMotion(state.motion, radar, nowMs, rules);
  return radar === state.radar && motion === state.motion ? state : { ...state, radar, motion };
}

function decide(state: PresenceState, nowMs: number, { holdMs, release }: PresenceConstants): PresenceState {
  const { motion, radar } = state;
  const isPositive = (motion.isHealthy && motion.isActive) || (radar.isHealthy && radar.isActive);
  if (isPositive) return { ...state, positiveAtMs: nowMs, isOccupied: true };
  const isBlind = !motion.isHealthy && !radar.isHealthy;
  const isHeld = nowMs - state.positiveAtMs < holdMs;
  const isLikely = state.isOccupied && state.belief.probability > release;
  return { ...state, isOccupied: isBlind || isHeld || isLikely };
}

function tell(
  state: PresenceState,
  nowMs: number,
  model: BeliefModel,
  constants: PresenceConstants,
): Step<PresenceState> {
  const { motion, radar, said } = state;
  const votes = Number(motion.isHealthy) + Number(radar.isHealthy);
  const now: Said = {
    occupied: restate(said.occupied, "occupied", Number(state.isOccupied), votes > 0 ? "good" : "suspect"),
    confidence: confidence(said.confidence, state, votes, constants.confidenceStep),
    motionHealth: restate(said.motionHealth, "motionHealth", Number(motion.isHealthy), "good"),
    radarHealth: restate(said.radarHealth, "radarHealth", Number(radar.isHealthy), "good"),
  };
  const wakeAtMs = nextChangeMs(state, nowMs, model, constants);
  const isWaking = Number.isFinite(wakeAtMs);
  const estimates = news(said, now);
  if (estimates === nothing) return isWaking ? { state, estimates, wakeAtMs } : { state, estimates };
  const told = { ...state, said: now };
  return isWaking ? { state: told, estimates, wakeAtMs } : { state: told, estimates };
}

function confidence(
  before: Estimate | undefined,
  state: PresenceState,
  votes: number,
  step: number,
): Estimate {
  if (votes === 0) return restate(before, "confidence", Number.NaN, "bad");
  const quality = votes === 2 ? "good" : "suspect";
  const { probability } = state.belief;
  const isNear = before?.quality === quality && Math.abs(before.value - probability) < step;
  return isNear ? before : restate(before, "confidence", probability, quality);
}

function news(before: Said, now: Said): readonly Estimate[] {
  const estimates: Estimate[] = [];
  if (now.occupied !== before.occupied) estimates.push(now.occupied!);
  if (now.confidence !== before.confidence) estimates.push(now.confidence!);
  if (now.motionHealth !== before.motionHealth) estimates.push(now.motionHealth!);
  if (now.radarHealth !== before.radarHealth) estimates.push(now.radarHealth!);
  return estimates.length === 0 ? nothing : estimates;
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
