import { duration, magneticFluxDensity, truth } from "../../quantities.ts";
import type { Sample } from "../../sample.ts";
import { changed, isGood, nothing, restate } from "../estimate.ts";
import type { Context, Estimate, Estimator, Step } from "../estimator.ts";
import { type Evidence, evidence, type Patience, patience } from "./evidence.ts";
import {
  hearDistance,
  type LidarMemory,
  type LidarRules,
  lidarRules,
  lidarVerdict,
  unreadLidar,
} from "./lidar.ts";
import {
  type FieldVector,
  hearAxis,
  hearField,
  type MagneticMemory,
  type MagneticRules,
  magneticRules,
  magneticVerdict,
  noTrace,
  separation,
  unreadField,
  type VehicleTrace,
} from "./magnetic.ts";

export interface SpaceSources {
  readonly x: string;
  readonly y: string;
  readonly z: string;
  /** Of a lidar, which not every space has. */
  readonly distance: string;
  /** Something else that calls for readings close together: a lock that is to move. */
  readonly attention?: string;
  /** A signal after which the present field is that of the empty space. */
  readonly calibrate?: string;
}

export interface SpaceConstants extends Patience {
  readonly magnetic: MagneticRules;
  readonly lidar: LidarRules;
  /** A field that does not come to rest for this long is a vehicle's all the same. */
  readonly restlessMs: number;
  /** Sensors that contradict each other for this long: one of them is wrong. */
  readonly disagreementMs: number;
  /** The first field is that of the empty space only if the lidar sees the ground: a vehicle may stand there. */
  readonly isBegunByBeam: boolean;
}

export const spaceConstants: SpaceConstants = {
  ...patience,
  magnetic: magneticRules,
  lidar: lidarRules,
  restlessMs: 20_000,
  disagreementMs: 10 * 60_000,
  isBegunByBeam: false,
};

/** Of a space with a lock, which rises when it is clear: what its magnetometer calls empty was seen to be. */
export const lockedSpace: Partial<SpaceConstants> = {
  isBegunByBeam: true,
  magnetic: { ...magneticRules, residueMs: Number.POSITIVE_INFINITY },
};

/** A change that is seen, and not yet believed. */
interface Wish {
  readonly isOccupied: boolean;
  readonly sinceMs: number;
  /** Since when the field has stood still, and at what. */
  readonly stillSinceMs: number;
  readonly field: FieldVector | undefined;
  /** Readings on end that spoke against it. */
  readonly contrary: number;
}

export interface SpaceState {
  readonly magnetic: MagneticMemory;
  readonly trace: VehicleTrace;
  readonly lidar: LidarMemory;
  /** Undefined until the sensors have told once. */
  readonly isOccupied: boolean | undefined;
  readonly wish: Wish | undefined;
  readonly contradictedSinceMs: number | undefined;
  readonly isWatched: boolean;
  /** Occupied, disagreement, attention. */
  readonly said: readonly Estimate[];
}

/**
 * Whether a vehicle stands in one space of a kerb, from a magnetometer in the ground and, where there is one, a
 * lidar across it.
 *
 * `occupied` is `suspect` while a sensor that is fitted cannot tell, `bad` while none can. `latency` tells, just
 * before `occupied` changes, how long ago the change was first seen (s). `deviation` of the field from that of the
 * empty space (µT) comes with every reading. `attention` is 1 while readings should come close together.
 * Settings: `groundDistance` (m). Signal: `calibrate` with `space`.
 */
export function space(
  number: number,
  sources: SpaceSources,
  constants: Partial<SpaceConstants> = {},
): Estimator<SpaceState> {
  const rules = { ...spaceConstants, ...constants };
  const { x, y, z, distance, attention, calibrate } = sources;
  return {
    name: `space${number}`,
    inputs: [x, y, z, distance, attention, calibrate].filter((source) => source !== undefined),
    outputs: {
      occupied: truth,
      latency: duration,
      deviation: magneticFluxDensity,
      disagreement: truth,
      attention: truth,
    },
    initial: (saved) => {
      const { empty, isOccupied } = keptOf(saved);
      return {
        magnetic: unreadField(empty),
        trace: noTrace,
        lidar: unreadLidar,
        isOccupied,
        wish: undefined,
        contradictedSinceMs: undefined,
        isWatched: false,
        said: [],
      };
    },
    step(before, sample, context): Step<SpaceState> {
      const value = isGood(sample) ? sample.value : Number.NaN;
      // Two thirds of all samples only begin a reading.
      if (sample?.source === x || sample?.source === y) {
        const magnetic = hearAxis(before.magnetic, sample.source === x ? 0 : 1, value);
        return quiet({ ...before, magnetic }, nothing, context.nowMs, rules);
      }
      const heard = hear(before, sample, value, sources, context, rules);
      const isVouched = sample !== undefined && sample.source === calibrate;
      const state = isVouched ? calibrated(heard, number, context) : heard;
      return judge(state, sample, sources, context, rules);
    },
    save: ({ magnetic: { empty }, isOccupied }) => ({ empty, isOccupied }),
  };
}

/** Takes in one sample that is no X or Y. */
function hear(
  state: SpaceState,
  sample: Sample | undefined,
  value: number,
  sources: SpaceSources,
  context: Context,
  rules: SpaceConstants,
): SpaceState {
  if (sample === undefined) return state;
  const { source, atMs } = sample;
  if (source === sources.distance) return { ...state, lidar: hearDistance(value, atMs) };
  if (source === sources.attention) return { ...state, isWatched: value >= 0.5 };
  if (source !== sources.z) return state;
  const isGroundSeen =
    lidarVerdict(state.lidar, groundDistanceM(context), context.nowMs, rules.lidar) === "clear";
  const lesson = {
    mayBegin: isGroundSeen || !rules.isBegunByBeam,
    mayFollow: state.isOccupied === false && state.wish === undefined,
  };
  return { ...state, magnetic: hearField(state.magnetic, value, atMs, lesson, rules.magnetic) };
}

/** The operator vouches that the space is empty. */
function calibrated(state: SpaceState, number: number, { commands }: Context): SpaceState {
  const isMeant = commands.some(({ name, args }) => name === "calibrate" && args.space === number);
  const { field } = state.magnetic;
  if (!isMeant || field === undefined) return state;
  const magnetic = { ...state.magnetic, empty: field, deviationMicrotesla: 0 };
  return { ...state, magnetic, isOccupied: false, wish: undefined };
}

function judge(
  state: SpaceState,
  sample: Sample | undefined,
  { z }: SpaceSources,
  context: Context,
  rules: SpaceConstants,
): Step<SpaceState> {
  const { nowMs } = context;
  const { magnetic, lidar } = state;
  const trace = traced(state, nowMs, rules);
  const field = magneticVerdict(magnetic, trace, nowMs, rules.magnetic);
  const beam = lidarVerdict(lidar, groundDistanceM(context), nowMs, rules.lidar);
  const isStrong = magnetic.deviationMicrotesla >= rules.magnetic.strongMicrotesla;
  const told = evidence(field, beam, isStrong, rules);
  const wish = told && wished(state, told, nowMs, rules);
  const isMeant = told !== undefined && wish?.isOccupied === told.isOccupied;
  const isBelieved = isMeant && isMature(wish, told, nowMs, rules);
  const isOccupied = isBelieved ? wish.isOccupied : state.isOccupied;
  const contradictedSinceMs = told?.isContradictory ? (state.contradictedSinceMs ?? nowMs) : undefined;
  const isSure = field !== "unknown" && (beam !== "unknown" || !lidar.isFitted);
  const quality = told === undefined || isOccupied === undefined ? "bad" : isSure ? "good" : "suspect";
  const isDisputed = nowMs - (contradictedSinceMs ?? nowMs) >= rules.disagreementMs;
  const isUnsettled = (wish !== undefined && !isBelieved) || state.isWatched;
  const [occupied, disagreement, attention] = state.said;
  const said = [
    restate(occupied, "occupied", quality === "bad" ? Number.NaN : Number(isOccupied), quality),
    restate(disagreement, "disagreement", Number(isDisputed), "good"),
    restate(attention, "attention", Number(isUnsettled), "good"),
  ];
  const estimates = [
    ...(sample?.source === z ? [deviationOf(magnetic)] : nothing),
    ...(isBelieved ? [latency(nowMs - wish.sinceMs)] : nothing),
    ...changed(state.said, said),
  ];
  const next: SpaceState = {
    ...{ magnetic, lidar, isOccupied, contradictedSinceMs, said, isWatched: state.isWatched },
    wish: isBelieved ? undefined : wish,
    trace: isBelieved ? { ...noTrace, parked: isOccupied ? magnetic.field : undefined } : trace,
  };
  return quiet(next, estimates, nowMs, rules);
}

/** The vehicle's trace with the newest reading. */
function traced(
  { magnetic, trace, isOccupied, wish }: SpaceState,
  nowMs: number,
  rules: SpaceConstants,
): VehicleTrace {
  // A vehicle that leaves is strong too, and does not stay.
  const isPeak = !isOccupied && magnetic.deviationMicrotesla >= rules.magnetic.strongMicrotesla;
  const isComing = wish?.isOccupied === true;
  if (!isPeak && isComing === trace.isComing) return trace;
  return { ...trace, isComing, peakAtMs: isPeak ? nowMs : trace.peakAtMs };
}

/** The change that the evidence calls for; undefined while it is as it was. */
function wished(
  { wish, isOccupied, magnetic: { field } }: SpaceState,
  told: Evidence,
  nowMs: number,
  { magnetic: { stillMicrotesla } }: SpaceConstants,
): Wish | undefined {
  // One reading against it is noise.
  if (told.isOccupied === isOccupied) return wish && wish.contrary < 1 ? { ...wish, contrary: 1 } : undefined;
  if (wish?.isOccupied !== told.isOccupied)
    return {
      ...{ isOccupied: told.isOccupied, sinceMs: nowMs, stillSinceMs: nowMs, field },
      contrary: 0,
    };
  const isStill = !field || !wish.field || separation(field, wish.field) < stillMicrotesla;
  const next = { ...wish, contrary: 0 };
  return isStill ? next : { ...next, stillSinceMs: nowMs, field };
}

/** Leaving is believed while the field still moves; a vehicle must stand. */
function isMature(wish: Wish, { afterMs }: Evidence, nowMs: number, { restlessMs }: SpaceConstants): boolean {
  const sinceMs = wish.isOccupied ? wish.stillSinceMs : wish.sinceMs;
  return nowMs - sinceMs >= afterMs || nowMs - wish.sinceMs >= Math.max(restlessMs, afterMs);
}

/** Distance from the lidar to the ground of the empty space, m, as the unit's settings have it. */
export function groundDistanceM({ settings: { groundDistance } }: Pick<Context, "settings">): number {
  return typeof groundDistance === "number" ? groundDistance : Number.NaN;
}

const deviationOf = ({ field, deviationMicrotesla }: MagneticMemory): Estimate =>
  field === undefined || Number.isNaN(deviationMicrotesla)
    ? { output: "deviation", value: Number.NaN, quality: "bad" }
    : { output: "deviation", value: deviationMicrotesla, quality: "good" };

const latency = (spanMs: number): Estimate => ({
  output: "latency",
  value: spanMs / 1_000,
  quality: "good",
});

/** A step that wants another when a sensor that has spoken will have been silent for too long. */
function quiet(
  state: SpaceState,
  estimates: readonly Estimate[],
  nowMs: number,
  rules: SpaceConstants,
): Step<SpaceState> {
  const fieldMs = state.magnetic.readAtMs + rules.magnetic.silentMs + 1;
  const beamMs = state.lidar.readAtMs + rules.lidar.silentMs + 1;
  const [first = Number.POSITIVE_INFINITY] = [fieldMs, beamMs]
    .filter((ms) => ms > nowMs)
    .sort((a, b) => a - b);
  return Number.isFinite(first) ? { state, estimates, wakeAtMs: first } : { state, estimates };
}

function keptOf(saved: unknown): Pick<SpaceState, "isOccupied"> & { empty: FieldVector | undefined } {
  if (saved === null || typeof saved !== "object") return { empty: undefined, isOccupied: undefined };
  const { empty, isOccupied } = saved as { empty?: unknown; isOccupied?: unknown };
  const isVector = Array.isArray(empty) && empty.length === 3 && empty.every(Number.isFinite);
  return {
    empty: isVector ? (empty as unknown as FieldVector) : undefined,
    isOccupied: typeof isOccupied === "boolean" ? isOccupied : undefined,
  };
}
