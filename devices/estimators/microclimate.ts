import { temperature } from "../quantities.ts";
import { changed, isGood, restate } from "./estimate.ts";
import type { Context, Estimate, Estimator, Step } from "./estimator.ts";
import { saturationVapourPressurePa, utci } from "./utci.ts";

/**
 * Dew point over water by the Magnus formula with the constants of WMO-No. 8, annex 4.B (D. Sonntag, Z. Meteorol.
 * 70 (1990) 340–344).
 * @param airTemperature °C, −45 to 60
 * @param relativeHumidity %RH over water, above 0 to 100
 * @returns °C, or undefined when an input or the result lies outside −45 to 60 °C
 */
export function dewPoint(airTemperature: number, relativeHumidity: number): number | undefined {
  const isCovered = isMagnusRange(airTemperature) && relativeHumidity > 0 && relativeHumidity <= 100;
  if (!isCovered) return undefined;
  const exponent =
    Math.log(relativeHumidity / 100) + (magnus.a * airTemperature) / (magnus.b + airTemperature);
  const result = (magnus.b * exponent) / (magnus.a - exponent);
  return isMagnusRange(result) ? result : undefined;
}

const magnus = { a: 17.62, b: 243.12 };
const isMagnusRange = (celsius: number) => celsius >= -45 && celsius <= 60;

/**
 * Heat index as the U.S. National Weather Service computes it ("The Heat Index Equation", Weather Prediction
 * Center): Steadman's simple formula below 80 °F, else Rothfusz's regression (SR 90-23, 1990) with the
 * adjustments for dry and for damp air.
 * @param airTemperature °C, above 4.4 to 44.4: from 40 °F, where the service begins, to 112 °F, where its adjustments end
 * @param relativeHumidity %RH, 0 to 100
 * @returns °C, or undefined outside these ranges and above 58.6 °C, where the service's chart ends (137 °F, rounded)
 */
export function heatIndex(airTemperature: number, relativeHumidity: number): number | undefined {
  const t = fahrenheit(airTemperature);
  const isCovered = t > 40 && t <= 112 && relativeHumidity >= 0 && relativeHumidity <= 100;
  if (!isCovered) return undefined;
  const simple = 0.5 * (t + 61 + (t - 68) * 1.2 + relativeHumidity * 0.094);
  if (simple < 80) return celsius(simple);
  const full = rothfusz(t, relativeHumidity) + adjustment(t, relativeHumidity);
  return full < 137.5 ? celsius(full) : undefined;
}

/** @param t °F, @param rh %RH, @returns °F */
export function rothfusz(t: number, rh: number): number {
  return (
    -42.379 +
    2.04901523 * t +
    10.14333127 * rh -
    0.22475541 * t * rh -
    6.83783e-3 * t * t -
    5.481717e-2 * rh * rh +
    1.22874e-3 * t * t * rh +
    8.5282e-4 * t * rh * rh -
    1.99e-6 * t * t * rh * rh
  );
}

function adjustment(t: number, rh: number): number {
  if (rh < 13 && t >= 80 && t <= 112) return -((13 - rh) / 4) * Math.sqrt((17 - Math.abs(t - 95)) / 17);
  if (rh > 85 && t >= 80 && t <= 87) return ((rh - 85) / 10) * ((87 - t) / 5);
  return 0;
}

const fahrenheit = (degreesCelsius: number) => degreesCelsius * 1.8 + 32;
const celsius = (degreesFahrenheit: number) => (degreesFahrenheit - 32) / 1.8;

/** Sources by role. Without a globe thermometer or an anemometer, UTCI rests on assumptions and is `suspect`. */
export interface MicroclimateSources {
  readonly temperature: string;
  readonly humidity: string;
  readonly meanRadiantTemperature?: string;
  /** At 10 m above ground. */
  readonly wind?: string;
}

/**
 * UTCI's own reference environment (Bröde 2012): radiant temperature that of the air, 0.5 m/s at 10 m. The setting
 * `assumedWindSpeed` (m/s) replaces the latter where the place is known to be windier.
 */
const referenceWindSpeed = 0.5;

const inputs = ["temperature", "humidity", "meanRadiantTemperature", "wind"] as const;
type Input = (typeof inputs)[number];

interface Reading {
  readonly value: number;
  readonly atMs: number;
}

export interface MicroclimateState {
  readonly readings: Readonly<Partial<Record<Input, Reading>>>;
  readonly said: readonly Estimate[];
}

/**
 * Dew point, heat index and UTCI of the air around a pole. An output is `bad` while an input is missing, older
 * than `maxAgeMs`, or outside the range of the formula.
 */
export function microclimate(
  sources: MicroclimateSources,
  { maxAgeMs = 600_000 }: { readonly maxAgeMs?: number } = {},
): Estimator<MicroclimateState> {
  const inputOf = new Map<string, Input>();
  for (const input of inputs) if (sources[input] !== undefined) inputOf.set(sources[input], input);

  const fresh = (state: MicroclimateState, input: Input, nowMs: number) => {
    const reading = state.readings[input];
    return reading !== undefined && nowMs - reading.atMs <= maxAgeMs ? reading.value : undefined;
  };

  const expiryMs = (state: MicroclimateState, nowMs: number) => {
    let first = Number.POSITIVE_INFINITY;
    for (const reading of Object.values(state.readings)) {
      const end = reading.atMs + maxAgeMs + 1;
      if (end > nowMs) first = Math.min(first, end);
    }
    return first;
  };

  return {
    name: "microclimate",
    outputs: { dewPoint: temperature, heatIndex: temperature, utci: temperature },
    inputs: [...inputOf.keys()],
    initial: () => ({ readings: {}, said: [] }),

    step(before, sample, context): Step<MicroclimateState> {
      const input = sample && inputOf.get(sample.source);
      const readings =
        input !== undefined && isGood(sample)
          ? { ...before.readings, [input]: { value: sample.value, atMs: sample.atMs } }
          : before.readings;
      const heard = { ...before, readings };
      const read = (name: Input) => fresh(heard, name, context.nowMs);
      const said = estimates(read, context, before.said);
      const wakeAtMs = expiryMs(heard, context.nowMs);
      return {
        state: { readings, said },
        estimates: changed(before.said, said),
        ...(Number.isFinite(wakeAtMs) && { wakeAtMs }),
      };
    },
  };
}

function estimates(
  read: (input: Input) => number | undefined,
  context: Context,
  before: readonly Estimate[],
): Estimate[] {
  const air = read("temperature");
  const humidity = read("humidity");
  const isKnown = air !== undefined && humidity !== undefined;
  const radiant = read("meanRadiantTemperature");
  const wind = read("wind");
  const felt =
    isKnown &&
    utci({
      airTemperature: air,
      meanRadiantTemperature: radiant ?? air,
      windSpeed: wind ?? assumedWindSpeed(context),
      vapourPressurePa: (saturationVapourPressurePa(air) * humidity) / 100,
    });
  const isMeasured = radiant !== undefined && wind !== undefined;
  return [
    estimate(before[0], "dewPoint", isKnown && dewPoint(air, humidity), "good"),
    estimate(before[1], "heatIndex", isKnown && heatIndex(air, humidity), "good"),
    estimate(before[2], "utci", felt, isMeasured ? "good" : "suspect"),
  ];
}

function estimate(
  before: Estimate | undefined,
  output: string,
  value: number | undefined | false,
  quality: Estimate["quality"],
): Estimate {
  const isKnown = typeof value === "number";
  return restate(before, output, isKnown ? value : Number.NaN, isKnown ? quality : "bad");
}

function assumedWindSpeed({ settings }: Context): number {
  const declared = settings.assumedWindSpeed;
  return typeof declared === "number" ? declared : referenceWindSpeed;
}
