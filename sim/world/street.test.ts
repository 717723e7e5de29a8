import { expect, it } from "vitest";
import { createWorld, type WorldOptions } from "./street.ts";
import type { Weather } from "./weather.ts";

const startUnixMs = Date.UTC(2026, 5, 20);
const options: WorldOptions = {
  seed: 42,
  location: { latitude: 41.9, longitude: 12.5, timeZone: "Europe/Rome" },
  startUnixMs,
  lengthM: 500,
  stopPlacesM: [120],
  outages: [{ offMs: startUnixMs + 3_600_000, onMs: startUnixMs + 7_200_000 }],
};

/** All that can be sensed in two days, every ten minutes. */
function record(seed: number): string {
  const world = createWorld({ ...options, seed });
  const lines: string[] = [];
  for (let unixMs = startUnixMs; unixMs < startUnixMs + 2 * 86_400_000; unixMs += 600_000)
    lines.push(
      JSON.stringify([
        world.weather(unixMs),
        world.daylightLux(unixMs),
        world.sunElevationDeg(unixMs),
        world.people.peopleAt(unixMs),
        world.people.occupancy(120, 8, unixMs, unixMs + 600_000),
        world.mains.voltageV(unixMs),
        world.mains.frequencyHz(unixMs),
      ]),
    );
  return lines.join("\n");
}

it("is the same to the byte from the same seed, and another street from another", () => {
  expect(record(42)).toBe(record(42));
  expect(record(43)).not.toBe(record(42));
});

const sky = (cloudCover: number): Weather => ({
  at: () => ({
    temperatureC: 20,
    relativeHumidityPercent: 50,
    pressurePa: 101_325,
    cloudCover,
    windSpeedMps: 2,
    precipitationMmPerHour: 0,
  }),
});

it("dims the daylight by the clouds of its own weather", () => {
  const noon = startUnixMs + 11 * 3_600_000;
  const clear = createWorld({ ...options, weather: sky(0) });
  const overcast = createWorld({ ...options, weather: sky(1) });
  expect(overcast.daylightLux(noon) / clear.daylightLux(noon)).toBeCloseTo(0.25, 6);
  expect(clear.daylightLux(noon)).toBeGreaterThan(90_000);
  // Local midnight in June: the sun is some 25° down.
  expect(clear.daylightLux(startUnixMs + 23 * 3_600_000)).toBeLessThan(0.3);
  expect(clear.sunElevationDeg(startUnixMs + 23 * 3_600_000)).toBeLessThan(-20);
});

it("computes an instant once however often it is asked for", () => {
  let asked = 0;
  const counted: Weather = {
    at: (unixMs) => {
      asked++;
      return sky(unixMs % 2).at(unixMs);
    },
  };
  const world = createWorld({ ...options, weather: counted });
  for (let sensor = 0; sensor < 1_000; sensor++) {
    world.daylightLux(startUnixMs);
    world.weather(startUnixMs);
  }
  expect(asked).toBe(1);
  expect(world.weather(startUnixMs + 1).cloudCover).toBe(1);
  expect(world.weather(startUnixMs).cloudCover).toBe(0);
});

it("has its people come by the local clock: more at 17 h in Rome than at 17 h UTC on a weekday", () => {
  const monday = Date.UTC(2026, 5, 22);
  const footfall = { perHour: (localMs: number) => (new Date(localMs).getUTCHours() === 17 ? 500 : 0) };
  const { people } = createWorld({ ...options, footfall });
  expect(people.visits(250, 5, monday + 14 * 3_600_000, monday + 15 * 3_600_000)).toEqual([]);
  expect(people.visits(250, 5, monday + 15 * 3_600_000, monday + 16 * 3_600_000).length).toBeGreaterThan(300);
});

it.each([
  [{ location: { ...options.location, latitude: 91 } }, "latitude 91"],
  [{ location: { ...options.location, longitude: Number.NaN } }, "longitude NaN"],
  [{ location: { ...options.location, timeZone: "Mars/Olympus" } }, '"Mars/Olympus" is no IANA time zone'],
  [{ lengthM: 0 }, "a street of 0 m"],
  [{ startUnixMs: Number.POSITIVE_INFINITY }, "the start Infinity"],
  [{ stopPlacesM: [501] }, "501 m is not on the street of 500 m"],
  [{ outages: [{ offMs: 2, onMs: 1 }] }, "outage 1 ends"],
])("refuses what cannot be: %o", (change, message) => {
  expect(() => createWorld({ ...options, ...change })).toThrow(message);
});

it("refuses a seed that is no integer at once", () => {
  expect(() => createWorld({ ...options, seed: 1.5 })).toThrow("a seed is an integer");
});
