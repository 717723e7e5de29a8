import { type Quantity, temperature, truth } from "../quantities.ts";
import type { Sample } from "../sample.ts";
import { changed, isGood, nothing, restate } from "./estimate.ts";
import type { Estimate, Estimator, Step } from "./estimator.ts";
import { coolingC, type Exposure, warmestC, warmingK, warmingRate } from "./sun-warmth.ts";

export interface EmberSources {
  /** °C, of what lies in the ashtray, by an infrared thermometer. */
  readonly temperature: string;
  /** °C, of the air around it. */
  readonly air: string;
  /** lx, on the horizontal. */
  readonly illuminance: string;
  /** Degrees of the Sun's centre above the horizon. */
  readonly sunElevation: string;
}

/** How fast a temperature rises. */
export const temperatureSlope: Quantity = {
  ...temperature,
  name: "temperature slope",
  symbol: "dT/dt",
  unit: "K/min",
  unitCode: "ZZ",
  min: -100_000,
  max: 100_000,
  decimals: 1,
};

export interface EmberLimits {
  /**
   * Far below the 218 to 246 °C at which paper ignites (NFPA, Fire Protection Handbook): a glowing end fills only a
   * part of the view. °C.
   */
  readonly hotC: number;
  /** Less than this is no ember, °C. */
  readonly warmC: number;
  /** Faster than sun heats metal: K/min, or so many times what it can; over so long, of which readings span half. ms. */
  readonly steepKelvinPerMinute: number;
  readonly steepShare: number;
  readonly windowMs: number;
  /** Hotter by so much than sun and air can explain, for so long. K, ms. */
  readonly excessK: number;
  readonly excessMs: number;
  /** Or risen by so much more than they can explain, over so long: what smoulders. K, ms. */
  readonly riseK: number;
  readonly riseMs: number;
  /** Out when it was cool for so long, ms: below `warmC`, or so far below what the sun can explain, K. */
  readonly outMs: number;
  readonly outK: number;
}

export const emberLimits: EmberLimits = {
  hotC: 80,
  warmC: 45,
  steepKelvinPerMinute: 10,
  steepShare: 1.2,
  windowMs: 30_000,
  excessK: 6,
  excessMs: 60_000,
  riseK: 5,
  riseMs: 300_000,
  outMs: 120_000,
  outK: 15,
};

/** What smoulders is looked back upon at readings so far apart, ms. */
const traceMs = 15_000;
/** A reading of the weather older than this says nothing, ms. */
const weatherMs = 1_800_000;

interface Reading {
  readonly atMs: number;
  readonly celsius: number;
}

type Weather = Readonly<Partial<Record<keyof Exposure, { readonly atMs: number; readonly value: number }>>>;

export interface EmberState {
  readonly weather: Weather;
  /** The most that sun and air explain, as of when; before anything is known, that of a summer afternoon. */
  readonly warmestC: number;
  readonly warmestAtMs: number | undefined;
  /** Of the last half minute, and every quarter of a minute of the last five. */
  readonly readings: readonly Reading[];
  readonly trace: readonly Reading[];
  /** Since when it has been hotter than sun and air explain. */
  readonly excessSinceMs: number | undefined;
  readonly isBurning: boolean;
  readonly warmAtMs: number;
  readonly said: readonly Estimate[];
}

/**
 * Embers in an ashtray: `burning` when two readings in a row are above 80 °C; when it is above 45 °C and has risen by
 * 10 K/min or more for half a minute, or for five minutes by 5 K more than sun and air can explain; or when it has been
 * 6 K hotter than they can explain for a minute. Where the sun explains 80 °C, the first needs 6 K more. It is out when
 * it has been below 45 °C, or 15 K below what the sun can explain, for two minutes. `slope` is that of the last half
 * minute.
 */
export function ember(sources: EmberSources, limits: EmberLimits = emberLimits): Estimator<EmberState> {
  const weatherOf: Readonly<Record<string, keyof Exposure>> = {
    [sources.air]: "airC",
    [sources.illuminance]: "illuminanceLux",
    [sources.sunElevation]: "sunElevation",
  };
  return {
    name: "ember",
    outputs: { burning: truth, slope: temperatureSlope },
    inputs: [sources.temperature, sources.air, sources.illuminance, sources.sunElevation],
    initial: (saved) => ({
      weather: {},
      warmestC: warmestC({ airC: undefined, illuminanceLux: undefined, sunElevation: undefined }),
      warmestAtMs: undefined,
      readings: [],
      trace: [],
      excessSinceMs: undefined,
      isBurning: saved === true,
      warmAtMs: Number.NEGATIVE_INFINITY,
      said: [],
    }),
    save: ({ isBurning }) => isBurning,

    step(before, sample): Step<EmberState> {
      if (!isGood(sample)) return { state: before, estimates: nothing };
      const { source, atMs, value } = sample;
      const name = weatherOf[source];
      if (name !== undefined)
        return {
          state: { ...before, weather: { ...before.weather, [name]: { atMs, value } } },
          estimates: nothing,
        };
      return hear(before, sample, limits);
    },
  };
}

function hear(before: EmberState, { atMs, value: celsius }: Sample, limits: EmberLimits): Step<EmberState> {
  const warmest = explainedC(before, atMs);
  const kept = before.readings.filter((reading) => atMs - reading.atMs <= limits.windowMs);
  const readings = [...kept, { atMs, celsius }];
  const trace = traced(before.trace, { atMs, celsius }, limits);
  const slope = slopeKelvinPerMinute(readings, limits.windowMs);
  // One reading alone may be a reflection.
  const calmC = Math.min(celsius, kept.at(-1)?.celsius ?? Number.NEGATIVE_INFINITY);
  const excessC = Math.max(limits.warmC, warmest + limits.excessK);
  const excessSinceMs = celsius >= excessC ? (before.excessSinceMs ?? atMs) : undefined;
  const hotC = Math.max(limits.hotC, excessC);
  const isHot = calmC >= hotC;
  const isExcessive = excessSinceMs !== undefined && atMs - excessSinceMs >= limits.excessMs;
  const isSteep = slope !== undefined && slope >= steepest(readings[0]!.celsius, warmest, limits);
  const isRising = celsius >= limits.warmC && (isSteep || isSmouldering(trace, calmC, warmest, limits));
  // After a restart it counts as warm until it was seen not to be.
  const isFirst = before.warmAtMs === Number.NEGATIVE_INFINITY;
  const coolC = Math.max(limits.warmC, warmest - limits.outK);
  const warmAtMs = celsius >= coolC || isFirst ? atMs : before.warmAtMs;
  const isLasting = before.isBurning && atMs - warmAtMs < limits.outMs;
  const isBurning = isHot || isExcessive || isRising || isLasting;
  const said = [
    restate(before.said[0], "burning", isBurning ? 1 : 0, "good"),
    slope === undefined
      ? restate(before.said[1], "slope", Number.NaN, "bad")
      : restate(before.said[1], "slope", slope, "good"),
  ];
  return {
    state: {
      ...{ weather: before.weather, warmestC: warmest, warmestAtMs: atMs },
      ...{ readings, trace, excessSinceMs, isBurning, warmAtMs, said },
    },
    estimates: changed(before.said, said),
  };
}

/** The most that air and sun explain now; what they explained before fades as metal cools. */
function explainedC({ weather, warmestC: beforeC, warmestAtMs }: EmberState, atMs: number): number {
  const fresh = (name: keyof Exposure) => {
    const reading = weather[name];
    return reading !== undefined && atMs - reading.atMs <= weatherMs ? reading.value : undefined;
  };
  const nowC = warmestC({
    airC: fresh("airC"),
    illuminanceLux: fresh("illuminanceLux"),
    sunElevation: fresh("sunElevation"),
  });
  return coolingC(beforeC, nowC, atMs - (warmestAtMs ?? atMs));
}

function traced(trace: readonly Reading[], reading: Reading, { riseMs }: EmberLimits): readonly Reading[] {
  const last = trace.at(-1);
  if (last !== undefined && reading.atMs - last.atMs < traceMs) return trace;
  return [...trace.filter(({ atMs }) => reading.atMs - atMs <= riseMs), reading];
}

/** A light tray that comes out of the shade on a hot day warms faster than an ordinary one. */
const steepest = (fromC: number, warmest: number, { steepKelvinPerMinute, steepShare }: EmberLimits) =>
  Math.max(steepKelvinPerMinute, steepShare * warmingRate(fromC, warmest));

/** Warmer than five minutes ago by more than sun and air explain. */
function isSmouldering(
  trace: readonly Reading[],
  celsius: number,
  warmest: number,
  { riseMs, riseK }: EmberLimits,
): boolean {
  const [first] = trace;
  const spanMs = trace.at(-1)!.atMs - first!.atMs;
  if (spanMs < riseMs - 2 * traceMs) return false;
  return celsius - first!.celsius > warmingK(first!.celsius, warmest, riseMs) + riseK;
}

/** By least squares; undefined for readings that span less than half of the window. */
function slopeKelvinPerMinute(readings: readonly Reading[], windowMs: number): number | undefined {
  const originMs = readings[0]!.atMs;
  if (readings.at(-1)!.atMs - originMs < windowMs / 2) return undefined;
  const minutes = readings.map(({ atMs }) => (atMs - originMs) / 60_000);
  const meanMinutes = mean(minutes);
  const meanCelsius = mean(readings.map(({ celsius }) => celsius));
  let covariance = 0;
  let variance = 0;
  for (const [index, { celsius }] of readings.entries()) {
    covariance += (minutes[index]! - meanMinutes) * (celsius - meanCelsius);
    variance += (minutes[index]! - meanMinutes) ** 2;
  }
  return covariance / variance;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
