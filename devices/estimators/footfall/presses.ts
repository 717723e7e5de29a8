import { distance, energy, mass, type Quantity, voltage } from "../../quantities.ts";
import type { Block, Detected, Detection, Detector } from "../../stream.ts";
import {
  type CornerIndex,
  type Corners,
  hear as hearCorner,
  isLevelledAnew,
  isSilent,
  standOf,
  unheardCorners,
} from "./corners.ts";
import { type Edges, follow as followLoad, type Load, noLoad, standing } from "./load.ts";
import { cornerChannels, loadKg, tapChannel, tile } from "./tile.ts";
import { follow, unknownZero, type Zero } from "./zero.ts";

/** How fast a load comes onto a tile. */
export const loadingRate: Quantity = {
  ...mass,
  name: "loading rate",
  symbol: "dm/dt",
  unit: "kg/s",
  unitCode: "2M",
  min: 0,
  max: 1e6,
  decimals: 0,
};

/** How far a corner of a tile has given way. Its sensor's zero wanders by hundredths of a millimetre. */
export const deflection: Quantity = { ...distance, name: "deflection", min: -1, max: 1, decimals: 4 };

export interface PressLimits {
  /** The generator moves when it gives this many times its noise, V; and never with less than the least. */
  readonly noiseTimes: number;
  readonly generatorVoltsMin: number;
  /** Loads that rise by less are no press, kg; nor is what falls by less an end of one. */
  readonly riseKgMin: number;
  /** What rises slower at its fastest has crept, kg/s: who stands sways. */
  readonly creepKgPerS: number;
  /** Share of its rise by which a load must fall again for the press to be over. */
  readonly fallShare: number;
  /** A press that takes longer is told as far as it got, ms. */
  readonly longestMs: number;
  /** Where it was is looked at so long after it began: before the foot rolls on, ms. */
  readonly placeAfterMs: number;
  /** Two feet can be told apart when they come this long after each other, ms, */
  readonly apartMs: number;
  /** and the second one faster than the first one was then, by so much, kg/s, and this share of its fastest. */
  readonly againKgPerS: number;
  readonly againShare: number;
}

export const pressLimits: PressLimits = {
  noiseTimes: 6,
  generatorVoltsMin: 0.3,
  riseKgMin: 7,
  creepKgPerS: 20,
  fallShare: 0.06,
  longestMs: 320,
  placeAfterMs: 90,
  apartMs: 56,
  againKgPerS: 90,
  againShare: 0.2,
};

/** Of the generator, V, as far as is known at first. */
const unknownTap = unknownZero(0, 0.02);
/** Converter inputs have a live zero: below this, V, nothing is connected, or the converter was just reset. */
const liveVolts = 0.1;
/** Above the supply, V, for longer than the hardest jump takes, ms, the tap is driven by something else than a plate. */
const driven = { volts: 3.4, ms: 100 } as const;
/** A plate that would have gone this far one way, m, has not moved: the zero of its tap is wrong. */
const wayMaxM = 2 * tile.travelM;
/** At rest for this long, ms, the corners tell their level; the stream may be slower. */
const restMs = 1_000;
/** The level of the corners is told this often, ms. */
const levelEveryMs = 10_000;
/** How fast a load rises is taken over about this time, ms: a heel's transient is shorter. */
const rateMs = 20;

/** A press under way. */
interface Rise {
  readonly atMs: number;
  /** By how much the load has risen at each edge, where it came down. */
  readonly placed: Edges | undefined;
  readonly peakKg: number;
  readonly peakVolts: number;
  readonly peakKgPerS: number;
  /** The least that it rose by since it was at its fastest, kg/s. */
  readonly dipKgPerS: number;
}

export interface PressState {
  readonly tap: Zero;
  /** Since when the tap has been above the supply. */
  readonly drivenSinceMs: number | undefined;
  /** How far the plate has gone since it last stood still, m, as its generator tells. */
  readonly wayM: number;
  readonly corners: Corners;
  readonly load: Load;
  /** The least load at each edge since the last press, and by how much both ends together have risen since, kg. */
  readonly least: Edges;
  readonly risenKg: number;
  readonly laggingKg: number;
  readonly risenKgPerS: number;
  readonly rise: Rise | undefined;
  readonly movedAtMs: number;
  readonly joules: number;
  readonly levelAtMs: number;
  /** Since when the converter, or one of its inputs, has had nothing to say. */
  readonly deadSinceMs: number | undefined;
}

type Draft = { -readonly [Field in keyof PressState]: PressState[Field] };

const initial = (): PressState => ({
  tap: unknownTap,
  drivenSinceMs: undefined,
  wayM: 0,
  corners: unheardCorners,
  load: noLoad,
  least: [0, 0, 0, 0],
  risenKg: 0,
  laggingKg: 0,
  risenKgPerS: 0,
  rise: undefined,
  movedAtMs: Number.NEGATIVE_INFINITY,
  joules: 0,
  levelAtMs: Number.NEGATIVE_INFINITY,
  deadSinceMs: undefined,
});

/**
 * Everything that comes down onto one tile: feet, and wheels too. A press is told when the load has passed its first
 * peak, with its own time:
 * - `along` and `across`: where on the tile, m from the edge where it begins and from the right one;
 * - `peak`: of the generator's voltage; `loading`: how fast the load came;
 * - `press`: by how much the load rose, kg; told last.
 * Then `energy`, what the generator gave since it was told last, J; and when the tile is at rest, now and then,
 * `corner1` to `corner3`: how far each corner stands off the level of the drawing, m.
 *
 * The threshold follows the generator's noise; zeros follow drift; loads, not voltages, are compared: a second foot
 * beside the first one, or the push-off of a foot that has been told, rise from where the load was.
 */
export function presses(limits: PressLimits = pressLimits): Detector<PressState> {
  return {
    outputs: {
      along: distance,
      across: distance,
      peak: voltage,
      loading: loadingRate,
      press: mass,
      energy,
      corner1: deflection,
      corner2: deflection,
      corner3: deflection,
    },
    initial,
    detect(before, block): Detected<PressState> {
      const state: Draft = { ...before };
      const detections: Detection[] = [];
      for (let slot = 0; slot < block.slots; slot++) hear(state, block, slot, limits, detections);
      const isMoving = state.load.atMs - state.movedAtMs < restMs;
      return { state, detections, isMoving };
    },
  };
}

function hear(
  state: Draft,
  { atMs, values }: Block,
  slot: number,
  limits: PressLimits,
  told: Detection[],
): void {
  const nowMs = atMs[slot]!;
  const tapVolts = tapHeard(state, values[tapChannel]![slot]!, nowMs);
  if (Number.isNaN(tapVolts) || isSilent(state.corners, nowMs)) fallSilent(state, nowMs, told);
  else state.deadSinceMs = undefined;
  if (Number.isNaN(tapVolts)) return;
  const volts = hearTap(state, tapVolts, nowMs, limits);
  const isAtRest = nowMs - state.movedAtMs > restMs;
  const heard = cornerHeard(values, slot);
  if (heard !== undefined) {
    const volts = values[cornerChannels[heard]]![slot]!;
    const corners = hearCorner(state.corners, heard, volts, nowMs, isAtRest ? state.movedAtMs : undefined);
    const isAnew = isLevelledAnew(state.corners, corners);
    state.corners = corners;
    if (isAnew) startAnew(state, nowMs);
  }
  const spanMs = spanOf(state, nowMs);
  state.load = followLoad(state.load, nowMs, volts, standOf(state.corners, nowMs, state.load.velocityMps));
  rise(state, spanMs, limits, told);
  if (isAtRest) rest(state, nowMs, told);
}

/** A zero has moved: what the load changes by is nobody's step. */
function startAnew(state: Draft, nowMs: number): void {
  const stand = standOf(state.corners, nowMs, 0);
  state.load = stand ? standing(state.load.atMs, stand) : { ...noLoad, atMs: state.load.atMs };
  state.rise = undefined;
  restart(state);
}

const live = (volts: number) => (volts > liveVolts ? volts : Number.NaN);

/** The corner whose turn it was in a slot; undefined where it told nothing. */
function cornerHeard(values: Block["values"], slot: number): CornerIndex | undefined {
  if (!Number.isNaN(live(values[cornerChannels[0]]![slot]!))) return 0;
  if (!Number.isNaN(live(values[cornerChannels[1]]![slot]!))) return 1;
  return Number.isNaN(live(values[cornerChannels[2]]![slot]!)) ? undefined : 2;
}

function tapHeard(state: Draft, volts: number, nowMs: number): number {
  state.drivenSinceMs = volts > driven.volts ? (state.drivenSinceMs ?? nowMs) : undefined;
  const isDriven = state.drivenSinceMs !== undefined && nowMs - state.drivenSinceMs > driven.ms;
  if (!isDriven) return live(volts);
  state.joules = 0;
  state.rise = undefined;
  return Number.NaN;
}

const spanOf = ({ load }: Draft, nowMs: number) => (Number.isNaN(load.atMs) ? 0 : nowMs - load.atMs);

/** Volts of the generator, without the drift of its tap. */
function hearTap(state: Draft, tapVolts: number, nowMs: number, limits: PressLimits): number {
  const spanMs = spanOf(state, nowMs);
  const raw = (tapVolts - tile.tapZeroVolts) * tile.tapDivider;
  const threshold = Math.max(limits.generatorVoltsMin, limits.noiseTimes * state.tap.noise);
  state.tap = follow(state.tap, raw, spanMs, threshold / 3);
  const volts = raw - state.tap.value;
  const wayM = state.wayM + (volts / tile.generatorVoltsPerMps) * (spanMs / 1_000);
  state.wayM = Math.abs(volts) > threshold / 2 ? wayM : 0;
  if (Math.abs(wayM) > wayMaxM) return unsettled(state, raw);
  if (Math.abs(volts) > threshold) state.movedAtMs = nowMs;
  if (Math.abs(volts) > threshold / 2) state.joules += (volts ** 2 / tile.loadOhms) * (spanMs / 1_000);
  return volts;
}

/** The tap was shifted at once: by a fault, or by its mending. What it told meanwhile was no movement. */
function unsettled(state: Draft, raw: number): number {
  state.tap = { ...state.tap, value: raw };
  state.wayM = 0;
  state.joules = 0;
  state.rise = undefined;
  return 0;
}

const difference = (now: Edges, before: Edges): Edges => [
  now[0] - before[0],
  now[1] - before[1],
  now[2] - before[2],
  now[3] - before[3],
];

/** Follows the load up to its next peak, and tells the press. */
function rise(state: Draft, spanMs: number, limits: PressLimits, told: Detection[]): void {
  const { load, rise } = state;
  sink(state, spanMs);
  if (rise === undefined) {
    if (state.risenKg > limits.riseKgMin) state.rise = begun(state);
    return;
  }
  if (isSecond(rise, state.risenKgPerS, limits)) {
    tell(state, rise, limits, told);
    restart(state);
    state.rise = begun(state);
    return;
  }
  const sinceMs = load.atMs - rise.atMs;
  const higher = followed(state, rise, sinceMs > limits.apartMs);
  if (higher.placed === undefined && sinceMs >= limits.placeAfterMs)
    higher.placed = difference(load.edges, state.least);
  const fallKg = Math.max(limits.riseKgMin / 2, limits.fallShare * higher.peakKg);
  // A hard heel rebounds before the body comes down.
  const isHeel = sinceMs < limits.apartMs && state.risenKg > higher.peakKg / 2;
  const isOver = (!isHeel && state.risenKg < higher.peakKg - fallKg) || sinceMs > limits.longestMs;
  state.rise = isOver ? undefined : higher;
  if (!isOver) return;
  tell(state, higher, limits, told);
  restart(state);
}

/** The least at each edge goes down with the load; how far both ends stand above it is what has come down. */
function sink(state: Draft, spanMs: number): void {
  const { edges } = state.load;
  const [begin, end, right, left] = state.least;
  const least: Edges = [
    Math.min(begin, edges[0]),
    Math.min(end, edges[1]),
    Math.min(right, edges[2]),
    Math.min(left, edges[3]),
  ];
  const risenKg = edges[0] - least[0] + edges[1] - least[1];
  state.laggingKg += (1 - Math.exp(-spanMs / rateMs)) * (risenKg - state.laggingKg);
  state.risenKgPerS = ((risenKg - state.laggingKg) / rateMs) * 1_000;
  state.risenKg = risenKg;
  state.least = least;
}

/** From here on loads are compared with the present one. */
function restart(state: Draft): void {
  state.least = state.load.edges;
  state.laggingKg -= state.risenKg;
  state.risenKg = 0;
}

const begun = ({ load, risenKg, risenKgPerS }: Draft): Rise => ({
  atMs: load.atMs,
  placed: undefined,
  peakKg: risenKg,
  peakVolts: volts(load),
  peakKgPerS: risenKgPerS,
  dipKgPerS: Number.POSITIVE_INFINITY,
});

function followed(
  { load, risenKg, risenKgPerS }: Draft,
  rise: Rise,
  isPastHeel: boolean,
): { -readonly [Field in keyof Rise]: Rise[Field] } {
  return {
    ...rise,
    peakKg: Math.max(risenKg, rise.peakKg),
    peakVolts: Math.max(volts(load), rise.peakVolts),
    peakKgPerS: Math.max(risenKgPerS, rise.peakKgPerS),
    dipKgPerS: isPastHeel ? Math.min(risenKgPerS, rise.dipKgPerS) : rise.dipKgPerS,
  };
}

/** One foot rises ever more slowly once its heel is down: a load that comes faster again is another foot's. */
const isSecond = (
  { dipKgPerS, peakKgPerS }: Rise,
  kgPerS: number,
  { againKgPerS, againShare }: PressLimits,
) => kgPerS > Math.max(dipKgPerS, 0) + Math.max(againKgPerS, againShare * peakKgPerS);

const volts = ({ velocityMps }: Load) => velocityMps * tile.generatorVoltsPerMps;

function tell(
  state: Draft,
  { atMs, placed, peakKg, peakVolts, peakKgPerS }: Rise,
  { creepKgPerS }: PressLimits,
  told: Detection[],
): void {
  if (peakKgPerS < creepKgPerS) return;
  const { load, least } = state;
  const [begin, end, right, left] = placed ?? difference(load.edges, least);
  const say = (output: string, value: number) => told.push({ output, value, quality: "good", atMs });
  say("along", tile.lengthM * between([begin, end], centreOf(load, 0)));
  say("across", tile.widthM * between([right, left], centreOf(load, 1)));
  say("peak", peakVolts);
  say("loading", peakKgPerS);
  say("press", peakKg);
  sayEnergy(state, atMs, told);
}

/** A foot that leaves takes from one edge what the next foot brings to the other: this share of it, at least. */
const leavingShare = 0.25;

/**
 * Where a load came down between two edges, 0 at the first and 1 at the second: by how much more it is at each, or, where another load
 * leaves the tile at the same time, by where all of it is in the end.
 */
function between(risen: readonly [number, number], centre: number): number {
  if (Math.min(...risen) < -leavingShare * Math.max(...risen)) return centre;
  const [first, second] = [Math.max(risen[0], 0), Math.max(risen[1], 0)];
  return first + second === 0 ? centre : second / (first + second);
}

/** Where all that is on the tile presses: 0 at the first edge, 1 at the second. */
function centreOf({ deflectionM, laggingKg }: Load, axis: 0 | 1): number {
  const off = laggingKg[axis] / Math.max(loadKg(deflectionM), 1);
  return (1 + Math.max(-1, Math.min(1, off))) / 2;
}

function sayEnergy(state: Draft, atMs: number, told: Detection[]): void {
  if (state.joules === 0) return;
  told.push({ output: "energy", value: state.joules, quality: "good", atMs });
  state.joules = 0;
}

/** Nothing moves: what was gathered is told, and where the corners stand. */
function rest(state: Draft, nowMs: number, told: Detection[]): void {
  sayEnergy(state, state.movedAtMs, told);
  const isKnown = state.corners.every(({ zero }) => zero.heardMs > 0);
  if (!isKnown || nowMs - state.levelAtMs < levelEveryMs) return;
  state.levelAtMs = nowMs;
  for (const [index, { zero }] of state.corners.entries())
    told.push({ output: `corner${index + 1}`, value: zero.value, quality: "good", atMs: nowMs });
}

/** A converter that says nothing for a second is blind. */
function fallSilent(state: Draft, nowMs: number, told: Detection[]): void {
  state.deadSinceMs ??= nowMs;
  if (!(nowMs - state.deadSinceMs > restMs)) return;
  state.deadSinceMs = Number.POSITIVE_INFINITY;
  told.push({ output: "press", value: Number.NaN, quality: "bad", atMs: nowMs });
}
