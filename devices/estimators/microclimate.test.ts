import { describe, expect, it } from "vitest";
import { relativeHumidity, temperature, windSpeed } from "../quantities.ts";
import type { Quality, Sample } from "../sample.ts";
import type { Context, Estimate } from "./estimator.ts";
import { dewPoint, heatIndex, microclimate, rothfusz } from "./microclimate.ts";
import validation from "./testdata/comfort-validation.json" with { type: "json" };

/** Saturation pressure of water, °C and Pa: IAPWS-IF97, International Steam Tables (2008), table 1. */
const steam = [
  [5, 872.6],
  [10, 1_228.2],
  [15, 1_705.7],
  [20, 2_339.3],
  [25, 3_169.8],
  [30, 4_247.0],
  [40, 7_384.9],
] as const;

describe("dewPoint", () => {
  const pairs = steam.flatMap((dew) => steam.filter((air) => air[0] > dew[0]).map((air) => ({ air, dew })));
  it.each(pairs)("agrees with the steam table: air $air.0 °C, dew $dew.0 °C", ({ air, dew }) => {
    expect(dewPoint(air[0], (100 * dew[1]) / air[1])).toBeCloseTo(dew[0], 1);
  });

  it("is the air temperature in saturated air", () => expect(dewPoint(12.5, 100)).toBeCloseTo(12.5, 9));

  it.each([
    [-45.1, 50],
    [60.1, 50],
    [20, 0],
    [20, 100.1],
    [-44, 50],
    [Number.NaN, 50],
  ])("says nothing at %f °C, %f percent", (air, humidity) => expect(dewPoint(air, humidity)).toBeUndefined());
});

const celsius = (fahrenheit: number) => (fahrenheit - 32) / 1.8;
const fahrenheit = (degreesCelsius: number) => degreesCelsius * 1.8 + 32;

/** NOAA National Weather Service, Heat Index chart: °F by row, from 40 %RH in steps of 5. */
const chart: readonly (readonly [number, readonly number[]])[] = [
  [104, [119, 124, 131, 137]],
  [100, [109, 114, 118, 124, 129, 136]],
  [96, [101, 104, 108, 112, 116, 121, 126, 132]],
  [92, [94, 96, 99, 101, 105, 108, 112, 116, 121, 126, 131]],
  [88, [88, 89, 91, 93, 95, 98, 100, 103, 106, 110, 113, 117, 121]],
  [86, [85, 87, 88, 89, 91, 93, 95, 97, 100, 102]],
  [82, [81, 82, 83, 84, 84, 85, 86, 88, 89, 90]],
];
const cells = chart.flatMap(([t, row]) => row.map((index, column) => ({ t, rh: 40 + 5 * column, index })));

describe("heatIndex", () => {
  it.each(cells)("agrees with the service's chart: $t °F, $rh %RH is $index °F", ({ t, rh, index }) => {
    expect(Math.abs(fahrenheit(heatIndex(celsius(t), rh)!) - index)).toBeLessThan(1);
  });

  // The service's own calculator (wpc.ncep.noaa.gov/html/heatindex.shtml), as read on 2019-07-17 for MetPy's tests.
  it.each([
    [86, 45, 87],
    [111, 27, 121],
    [96, 60, 116],
  ])("agrees with the service's calculator: %i °F, %i percent is %i °F", (t, rh, index) => {
    expect(Math.abs(fahrenheit(heatIndex(celsius(t), rh)!) - index)).toBeLessThan(1);
  });

  // Only the regression is tabulated there, also where the service no longer applies it.
  it.each(validation.rothfusz)("has the regression of the validation table at $airTemperature °C", (row) => {
    const regression = celsius(rothfusz(fahrenheit(row.airTemperature), row.relativeHumidity));
    expect(Math.abs(regression - row.heatIndex)).toBeLessThanOrEqual(validation.toleranceCelsius);
  });

  // The adjustments worked out by hand where their roots are whole: "The Heat Index Equation", WPC.
  it.each([
    { t: 95, rh: 5, adjustment: -2, of: "(13 − 5)/4 · √(17/17)" },
    { t: 95, rh: 9, adjustment: -1, of: "(13 − 9)/4 · √(17/17)" },
    { t: 82, rh: 95, adjustment: 1, of: "(95 − 85)/10 · (87 − 82)/5" },
    { t: 84.5, rh: 95, adjustment: 0.5, of: "(95 − 85)/10 · (87 − 84.5)/5" },
  ])("adjusts by $adjustment °F at $t °F, $rh %RH", ({ t, rh, adjustment }) => {
    expect(fahrenheit(heatIndex(celsius(t), rh)!) - rothfusz(t, rh)).toBeCloseTo(adjustment, 6);
  });

  it("uses the simple formula below 80 °F: 70 °F at 50 %RH is 0.5 · (70 + 61 + 2.4 + 4.7) °F", () => {
    expect(fahrenheit(heatIndex(celsius(70), 50)!)).toBeCloseTo(69.05, 6);
  });

  it.each([
    [4.4, 99],
    [45, 20],
    [30, -1],
    [30, 101],
    [43, 70],
    [Number.NaN, 50],
  ])("says nothing at %f °C, %f percent", (air, rh) => expect(heatIndex(air, rh)).toBeUndefined());
});

describe("microclimate", () => {
  const context = (nowMs: number, settings: Record<string, unknown> = {}): Context => ({
    nowMs,
    wallMs: undefined,
    clock: "none",
    latitude: 45,
    longitude: 9,
    timeZone: "Europe/Rome",
    device: "pier/lamp-1",
    settings,
    commands: [],
  });
  const quantities = {
    "air.temperature": temperature,
    "air.humidity": relativeHumidity,
    "air.wind": windSpeed,
  };
  const sample = (
    source: keyof typeof quantities | "globe.temperature",
    value: number,
    atMs: number,
    quality: Quality = "good",
  ): Sample => ({
    source,
    value,
    quality,
    atMs,
    quantity: source === "globe.temperature" ? temperature : quantities[source],
    wallMs: undefined,
    clock: "none",
    boot: 1,
  });

  const poor = microclimate({ temperature: "air.temperature", humidity: "air.humidity" });
  const run = (
    estimator: typeof poor,
    samples: readonly Sample[],
    settings: Record<string, unknown> = {},
  ): Record<string, Estimate> => {
    let state = estimator.initial(undefined);
    const latest: Record<string, Estimate> = {};
    for (const next of samples) {
      const step = estimator.step(state, next, context(next.atMs, settings));
      state = step.state;
      for (const estimate of step.estimates) latest[estimate.output] = estimate;
    }
    return latest;
  };

  it("is bad until it has both temperature and humidity", () => {
    const { dewPoint, utci } = run(poor, [sample("air.temperature", 25, 0)]);
    expect(dewPoint).toEqual({ output: "dewPoint", value: Number.NaN, quality: "bad" });
    expect(utci!.quality).toBe("bad");
  });

  it("marks UTCI as suspect where radiation and wind are assumed", () => {
    const samples = [sample("air.temperature", 25, 0), sample("air.humidity", 50, 0)];
    const latest = run(poor, samples, { assumedWindSpeed: 1 });
    expect(latest.dewPoint!.quality).toBe("good");
    expect(latest.utci!.quality).toBe("suspect");
    // Validation table: 25 °C, radiant 25 °C, 1 m/s, 50 %RH is 24.6 °C.
    expect(latest.utci!.value).toBeCloseTo(24.6, 1);
  });

  it("gives a good UTCI where radiation and wind are measured", () => {
    const rich = microclimate({
      temperature: "air.temperature",
      humidity: "air.humidity",
      meanRadiantTemperature: "globe.temperature",
      wind: "air.wind",
    });
    const latest = run(rich, [
      sample("air.temperature", 25, 0),
      sample("air.humidity", 50, 0),
      sample("globe.temperature", 27, 0),
      sample("air.wind", 1, 0),
    ]);
    expect(latest.utci!.quality).toBe("good");
    expect(latest.utci!.value).toBeCloseTo(25.2, 1);
  });

  it("does not let a bad or suspect sample in, and goes bad when the last good one is too old", () => {
    const good = [sample("air.temperature", 25, 0), sample("air.humidity", 50, 0)];
    const before = run(poor, good);
    const suspect = [
      sample("air.temperature", 40, 1_000, "suspect"),
      sample("air.humidity", 9, 1_000, "bad"),
    ];
    expect(run(poor, [...good, ...suspect])).toEqual(before);
    const late = sample("air.temperature", Number.NaN, 600_001, "bad");
    expect(run(poor, [...good, late]).dewPoint!.quality).toBe("bad");
  });
});
