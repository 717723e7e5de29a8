import { describe, expect, it } from "vitest";
import { streetlight } from "#devices/furniture/index.ts";
import { random } from "../../world/random.ts";
import { createWorld } from "../../world/street.ts";
import type { Luminaire } from "./luminaire.ts";
import { surroundings, upright, zones } from "./surroundings.ts";

const startMs = Date.parse("2025-12-22T17:30+01:00");
const offMs = startMs + 3_600_000;
const world = createWorld({
  seed: 2,
  location: { latitude: 45.07, longitude: 7.69, timeZone: "Europe/Rome" },
  startUnixMs: startMs,
  lengthM: 90,
  outages: [{ offMs, onMs: offMs + 60_000 }],
});
const xM = 45;
const truthAt = (levelPercent: number, powerW: number) =>
  surroundings(world, {
    xM,
    luminaire: { levelPercent, powerW } as Luminaire,
  });
const truth = truthAt(50, 31.5);

describe("the surroundings of a pole", () => {
  it("name channels that the streetlight's parts have", () => {
    for (const source of Object.keys({ ...truth, ...upright(random(2, "test")) })) {
      const [role, channel] = source.split(".");
      expect(Object.keys(streetlight.roles[role!]!.accepts[0].channels), source).toContain(channel);
    }
  });

  it("let the photocell see daylight and some of the lamp", () => {
    expect(truth["light.illuminance"]!(startMs)).toBeCloseTo(world.daylightLux(startMs) + 0.75, 9);
    expect(truthAt(0, 0.3)["light.illuminance"]!(startMs)).toBe(world.daylightLux(startMs));
  });

  it("have the weather of the world", () => {
    const { temperatureC, relativeHumidityPercent, pressurePa } = world.weather(startMs);
    expect(truth["climate.temperature"]!(startMs)).toBe(temperatureC);
    expect(truth["climate.humidity"]!(startMs)).toBe(relativeHumidityPercent);
    expect(truth["climate.pressure"]!(startMs)).toBe(pressurePa);
  });

  it("let the meter see P = U · I · cos φ, and nothing in an outage", () => {
    const [voltage, current, power, factor] = ["voltage", "current", "activePower", "powerFactor"].map(
      (channel) => truth[`meter.${channel}`]!(startMs),
    );
    expect(voltage! * current! * factor!).toBeCloseTo(power!, 9);
    // The same when it is switched off: little power, and most of its current reactive.
    const off = truthAt(0, 0.3);
    const product = ["voltage", "current", "powerFactor"].map((channel) => off[`meter.${channel}`]!(startMs));
    expect(product.reduce((a, b) => a * b)).toBeCloseTo(0.3, 9);
    for (const source of [
      "meter.voltage",
      "meter.frequency",
      "meter.current",
      "supply.busVoltage",
      "supply.power",
    ])
      expect([source, truth[source]!(offMs + 1)]).toEqual([source, 0]);
  });

  it("let the radar see the nearest person within its zone, and nobody else", () => {
    let seen = 0;
    for (let atMs = startMs + 0.37; atMs < startMs + 3_600_000; atMs += 1_000) {
      const near = world.people
        .peopleAt(atMs)
        .filter((person) => Math.abs(person.xM - xM) <= zones.radarM)
        .sort((a, b) => Math.abs(a.xM - xM) - Math.abs(b.xM - xM))[0];
      expect(truth["radar.presence"]!(atMs)).toBe(near ? 1 : 0);
      const distance = near ? Math.hypot(near.xM - xM, 2) : 0;
      expect(truth["radar.distance"]!(atMs)).toBeCloseTo(distance, 9);
      const energies = ["moving", "stationary"].map((which) => truth[`radar.${which}Energy`]!(atMs));
      expect(energies.filter((energy) => energy > 0)).toHaveLength(near ? 1 : 0);
      for (const energy of energies) expect(energy).toBeLessThanOrEqual(100);
      seen += near ? 1 : 0;
    }
    expect(seen).toBeGreaterThan(100);
  });

  it("hold the pole upright: gravity, and a tremble", () => {
    const sources = upright(random(2, "test"));
    const squares = ["X", "Y", "Z"].map((axis) => sources[`tilt.acceleration${axis}`]!(startMs) ** 2);
    expect(Math.sqrt(squares.reduce((a, b) => a + b))).toBeCloseTo(9.80665, 1);
  });
});
