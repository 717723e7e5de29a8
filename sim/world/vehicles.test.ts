import { describe, expect, it } from "vitest";
import { localClock } from "./local-time.ts";
import { random } from "./random.ts";
import {
  addField,
  createTraffic,
  lanes,
  makeVehicle,
  parkedM,
  positionM,
  type VehicleType,
} from "./vehicles.ts";

const local = localClock("Europe/Rome");
const hourMs = 3_600_000;
/** A Tuesday, 08:00 local. */
const tuesdayMs = Date.UTC(2026, 3, 14, 6);

/** Magnitudes of the field of 500 vehicles at a sensor in the middle of a space, µT, in order. */
function fields(type: VehicleType, xM: number, yM: number): number[] {
  const draws = random(5, `${type} ${xM} ${yM}`);
  const at = { xM: 0, yM: parkedM, depthM: 0.08 };
  return Array.from({ length: 500 }, (_, id) => {
    const field: [number, number, number] = [0, 0, 0];
    addField(field, makeVehicle(id, type, draws), { xM, yM, heading: 1 }, at);
    return Math.hypot(...field);
  }).sort((a, b) => a - b);
}
const quantile = (values: readonly number[], share: number) => values[Math.floor(share * values.length)]!;

describe("the field of a vehicle", () => {
  it("is that of a dipole: µ0/4π · 2m/r³ above it, half of that and turned round beside it", () => {
    const vehicle = {
      ...{ id: 1, type: "car" as const, lengthM: 1, widthM: 1, clearanceM: 0 },
      dipoles: [{ alongM: 0, heightM: 0, moment: [0, 0, 10] as const }],
    };
    const at = (xM: number, depthM: number) => {
      const field: [number, number, number] = [0, 0, 0];
      addField(field, vehicle, { xM: 0, yM: 0, heading: 1 }, { xM, yM: 0, depthM });
      return field[2];
    };
    // µ0/4π = 10⁻⁷ H/m: 10 A·m² at 1 m give 2 µT on the axis, −1 µT beside it; an eighth at 2 m.
    expect(at(0, 1)).toBeCloseTo(2, 9);
    expect(at(1, 0)).toBeCloseTo(-1, 9);
    expect(at(0, 2)).toBeCloseTo(0.25, 9);
  });

  it("is tens of µT under a car, a few beside a lorry in the next lane, and nearly nothing one space away", () => {
    const above = fields("car", 0.2, 1.1);
    expect(quantile(above, 0.5)).toBeGreaterThan(10);
    expect(quantile(above, 0.95)).toBeLessThan(60);
    expect(quantile(fields("lorry", 0, lanes.nearM), 0.99)).toBeLessThan(4);
    expect(quantile(fields("lorry", 0, lanes.nearM), 0.5)).toBeGreaterThan(1);
    expect(quantile(fields("car", 6, 1.1), 0.99)).toBeLessThan(0.5);
  });
});

describe("the traffic of a street", () => {
  it("is the same whatever was asked before", () => {
    const one = createTraffic(3, 400, local);
    const other = createTraffic(3, 400, local);
    other.near(50, 20, tuesdayMs + 30 * hourMs);
    other.near(50, 20, tuesdayMs - 30 * hourMs);
    for (let atMs = tuesdayMs; atMs < tuesdayMs + hourMs; atMs += 60_000)
      expect(one.near(50, 20, atMs)).toEqual(other.near(50, 20, atMs));
  });

  it("passes as many as it should, in both directions, each where its speed takes it", () => {
    const traffic = createTraffic(4, 400, local);
    const seen = new Map<number, number>();
    for (let atMs = tuesdayMs; atMs < tuesdayMs + hourMs; atMs += 500)
      for (const passage of traffic.near(50, 5, atMs)) {
        expect(Math.abs(positionM(passage, atMs) - 50)).toBeLessThanOrEqual(5);
        seen.set(passage.vehicle.id, passage.velocityMps);
      }
    // Poisson: 400 ± 5 standard deviations.
    expect(seen.size).toBeGreaterThan(300);
    expect(seen.size).toBeLessThan(500);
    const near = [...seen.values()].filter((velocityMps) => velocityMps > 0).length;
    expect(near / seen.size).toBeGreaterThan(0.35);
    expect(near / seen.size).toBeLessThan(0.65);
  });

  it("is asleep at night, and nobody at all where nobody drives", () => {
    const count = (peak: number, fromMs: number) => {
      const traffic = createTraffic(4, peak, local);
      const ids = new Set<number>();
      for (let atMs = fromMs; atMs < fromMs + hourMs; atMs += 500)
        for (const { vehicle } of traffic.near(50, 5, atMs)) ids.add(vehicle.id);
      return ids.size;
    };
    expect(count(400, tuesdayMs - 5 * hourMs)).toBeLessThan(60);
    expect(count(0, tuesdayMs)).toBe(0);
    expect(() => createTraffic(1, -1, local)).toThrow(/vehicles per hour/);
  });
});
