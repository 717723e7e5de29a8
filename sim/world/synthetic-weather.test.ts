import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pressure, probability, relativeHumidity, temperature, windSpeed } from "#devices/quantities.ts";
import { isPlausible } from "#devices/sample.ts";
import { syntheticWeather } from "./synthetic-weather.ts";
import type { WeatherState } from "./weather.ts";

const hourMs = 3_600_000;
const rome = { latitude: 41.9, longitude: 12.5 };
const sydney = { latitude: -33.9, longitude: 151.2 };
const yearMs = Date.UTC(2026, 0, 1);
const yearOf = (weather: ReturnType<typeof syntheticWeather>) =>
  Array.from({ length: 8_760 }, (_, hour) => weather.at(yearMs + hour * hourMs));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

it("is the same for the same seed in whatever order it is asked", () => {
  const instants = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(instants, (hours) => {
      const shared = syntheticWeather(11, rome);
      for (const hour of hours) {
        const unixMs = yearMs + hour * 0.37 * hourMs;
        expect(shared.at(unixMs)).toEqual(syntheticWeather(11, rome).at(unixMs));
      }
    }),
    { numRuns: 10 },
  );
  expect(syntheticWeather(12, rome).at(yearMs)).not.toEqual(syntheticWeather(11, rome).at(yearMs));
});

describe("a year of it", () => {
  const year = yearOf(syntheticWeather(5, rome));

  it.each([-80, -34, 0, 42, 60, 80])(
    "stays within what our quantities believe at latitude %d",
    (latitude) => {
      const states = yearOf(syntheticWeather(6, { latitude, longitude: 0 }));
      const plausible = (state: WeatherState) =>
        isPlausible(temperature, state.temperatureC) &&
        isPlausible(relativeHumidity, state.relativeHumidityPercent) &&
        isPlausible(pressure, state.pressurePa) &&
        isPlausible(windSpeed, state.windSpeedMps) &&
        isPlausible(probability, state.cloudCover) &&
        state.precipitationMmPerHour >= 0;
      expect(states.filter((state) => !plausible(state))).toEqual([]);
    },
  );

  it("is warm in July in Rome, in January in Sydney", () => {
    const month = (states: typeof year, first: number) =>
      mean(states.slice(first * 730, first * 730 + 730).map((state) => state.temperatureC));
    expect(month(year, 6) - month(year, 0)).toBeGreaterThan(12);
    const south = yearOf(syntheticWeather(5, sydney));
    expect(month(south, 0) - month(south, 6)).toBeGreaterThan(8);
  });

  it("is warmer at 15 h local solar time than at 3 h", () => {
    const utcHour = (solarHour: number) => (solarHour - Math.round(rome.longitude / 15) + 24) % 24;
    const at = (solarHour: number) =>
      mean(year.filter((_, hour) => hour % 24 === utcHour(solarHour)).map((state) => state.temperatureC));
    expect(at(15) - at(3)).toBeGreaterThan(4);
    expect(at(15) - at(3)).toBeLessThan(12);
  });

  it("rains on some hours only, always from clouds, some hundred millimetres in all", () => {
    const wet = year.filter((state) => state.precipitationMmPerHour > 0);
    expect(wet.length / year.length).toBeGreaterThan(0.02);
    expect(wet.length / year.length).toBeLessThan(0.2);
    expect(Math.min(...wet.map((state) => state.cloudCover))).toBeGreaterThan(0.7);
    const totalMm = wet.reduce((sum, state) => sum + state.precipitationMmPerHour, 0);
    expect(totalMm).toBeGreaterThan(200);
    expect(totalMm).toBeLessThan(2_000);
  });

  it("brings lower pressure with more cloud", () => {
    const cloudy = year.filter((state) => state.cloudCover > 0.9).map((state) => state.pressurePa);
    const clear = year.filter((state) => state.cloudCover < 0.3).map((state) => state.pressurePa);
    expect(mean(clear) - mean(cloudy)).toBeGreaterThan(100);
  });

  it("has no jumps: within a minute less than 0.2 °C, 20 Pa and 3 % of sky", () => {
    const weather = syntheticWeather(5, rome);
    const most = { temperatureC: 0, pressurePa: 0, cloudCover: 0 };
    let from = weather.at(yearMs);
    for (let minute = 1; minute < 14 * 1_440; minute++) {
      const to = weather.at(yearMs + minute * 60_000);
      for (const name of ["temperatureC", "pressurePa", "cloudCover"] as const)
        most[name] = Math.max(most[name], Math.abs(to[name] - from[name]));
      from = to;
    }
    expect(most.temperatureC).toBeLessThan(0.2);
    expect(most.pressurePa).toBeLessThan(20);
    expect(most.cloudCover).toBeLessThan(0.03);
  });
});
