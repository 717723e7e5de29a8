import { type Quantity, temperature, truth } from "../quantities.ts";
import { changed, isGood, restate } from "./estimate.ts";
import type { Estimate, Estimator, Step } from "./estimator.ts";

export interface EmberSources {
  /** °C, of what lies in the ashtray, by an infrared thermometer. */
  readonly temperature: string;
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
  /** What neither the sun nor a hand does to a metal tray: °C. */
  readonly hotC: number;
  /** Warm already, and rising faster than the sun heats metal: °C, K/min. */
  readonly warmC: number;
  readonly steepKelvinPerMinute: number;
  /** Over this long the slope is taken, and it needs readings over half of it, ms. */
  readonly windowMs: number;
  /** Out when it was cooler than `warmC` for so long, ms. */
  readonly outMs: number;
}

/** A black tray in the July sun comes to some 65 °C, by some 3 K/min. A glowing end fills part of the view. */
export const emberLimits: EmberLimits = {
  hotC: 80,
  warmC: 45,
  steepKelvinPerMinute: 10,
  windowMs: 30_000,
  outMs: 120_000,
};

interface Reading {
  readonly atMs: number;
  readonly celsius: number;
}

export interface EmberState {
  readonly readings: readonly Reading[];
  readonly isBurning: boolean;
  readonly warmAtMs: number;
  readonly said: readonly Estimate[];
}

/**
 * Embers in an ashtray: `burning` when two readings in a row are above 80 °C, or when it is above 45 °C and has risen
 * by 10 K/min or more; until it has been below 45 °C for two minutes. `slope` is that of the last half minute.
 */
export function ember(
  { temperature: source }: EmberSources,
  limits: EmberLimits = emberLimits,
): Estimator<EmberState> {
  return {
    name: "ember",
    outputs: { burning: truth, slope: temperatureSlope },
    inputs: [source],
    initial: (saved) => ({
      readings: [],
      isBurning: saved === true,
      warmAtMs: Number.NEGATIVE_INFINITY,
      said: [],
    }),
    save: ({ isBurning }) => isBurning,

    step(before, sample): Step<EmberState> {
      if (!isGood(sample)) return { state: before, estimates: [] };
      const { atMs, value: celsius } = sample;
      const kept = before.readings.filter((reading) => atMs - reading.atMs <= limits.windowMs);
      const readings = [...kept, { atMs, celsius }];
      const slope = slopeKelvinPerMinute(readings, limits.windowMs);
      const isHot = celsius >= limits.hotC && (kept.at(-1)?.celsius ?? 0) >= limits.hotC;
      const isRising = celsius >= limits.warmC && slope !== undefined && slope >= limits.steepKelvinPerMinute;
      // After a restart it counts as warm until it was seen not to be.
      const isFirst = before.warmAtMs === Number.NEGATIVE_INFINITY;
      const warmAtMs = celsius >= limits.warmC || isFirst ? atMs : before.warmAtMs;
      const isBurning = isHot || isRising || (before.isBurning && atMs - warmAtMs < limits.outMs);
      const said = [
        restate(before.said[0], "burning", isBurning ? 1 : 0, "good"),
        slope === undefined
          ? restate(before.said[1], "slope", Number.NaN, "bad")
          : restate(before.said[1], "slope", slope, "good"),
      ];
      return {
        state: { readings, isBurning, warmAtMs, said },
        estimates: changed(before.said, said),
      };
    },
  };
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
