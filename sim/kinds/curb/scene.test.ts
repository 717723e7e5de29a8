import { describe, expect, it } from "vitest";
import { localClock } from "../../world/local-time.ts";
import { random } from "../../world/random.ts";
import { createWorld } from "../../world/street.ts";
import { createTraffic, makeVehicle } from "../../world/vehicles.ts";
import type { Stay } from "./parking.ts";
import { groundDistanceM, Scene } from "./scene.ts";

const startMs = Date.UTC(2026, 3, 14, 8);
const world = createWorld({
  ...{ seed: 1, startUnixMs: startMs, lengthM: 60 },
  location: { latitude: 45.07, longitude: 7.69, timeZone: "Europe/Rome" },
});
const nobody = createTraffic(1, 0, localClock("Europe/Rome"));
const stay: Stay = {
  vehicle: makeVehicle(1, "car", random(1, "car")),
  ...{ stopMs: startMs + 60_000, goMs: startMs + 600_000, inMs: 10_000, outMs: 5_000 },
  ...{ offsetM: 0.2, yM: 1.1, wantsWh: 0 },
};
const parkedMs = startMs + 300_000;

function sceneOf(spaces = 3): Scene {
  const scene = new Scene(world, nobody, 30, spaces);
  scene.enter(2, stay);
  return scene;
}

type Sensed = ReturnType<Scene["magnetometer"]>;

const beamOf = (scene: Scene, space: number) =>
  scene.lidar(space, random(1, `beam ${space}`), random(1, `walkers ${space}`));

describe("a kerb's scene", () => {
  it("covers the lock of the space in which a vehicle stands, from when it rolls over it until it is gone", () => {
    const scene = sceneOf();
    expect([1, 2, 3].map((space) => scene.isCovered(space, parkedMs))).toEqual([false, true, false]);
    expect(scene.isCovered(2, stay.stopMs - stay.inMs)).toBe(false);
    expect(scene.isCovered(2, stay.stopMs - 500)).toBe(true);
    expect(scene.isCovered(2, stay.goMs + stay.outMs - 100)).toBe(false);
  });

  it("shows a lidar the ground of an empty space, and the side of a car that stands there", () => {
    const scene = sceneOf();
    const middle = (space: number) => {
      const beam = beamOf(scene, space);
      const distances = Array.from({ length: 99 }, (_, index) => beam(parkedMs + index * 200));
      return distances.sort((a, b) => a - b)[49]!;
    };
    expect(middle(1)).toBeCloseTo(groundDistanceM, 1);
    // Its side is 0.2 m from the post; the beam falls 1 m in 2.07 m.
    expect(middle(2)).toBeCloseTo(0.2 * (groundDistanceM / 2.07), 1);
  });

  it("lets a magnetometer feel the vehicle above it, hardly the one beside, and drift with the warmth", () => {
    const scene = sceneOf();
    const magnitude = (space: number) => {
      const field: [number, number, number] = [0, 0, 0];
      scene.addVehicles(field, space, parkedMs);
      return Math.hypot(...field);
    };
    expect(magnitude(2)).toBeGreaterThan(5);
    expect(magnitude(1)).toBeLessThan(0.5);
    const sensed = scene.magnetometer(3, random(1, "field"))(parkedMs);
    // The earth's 48 µT at 45° north.
    expect(Math.hypot(...sensed)).toBeGreaterThan(44);
    expect(Math.hypot(...sensed)).toBeLessThan(52);
  });

  it("is the same for who looks more often, or a hundredth of a second later", () => {
    const scene = sceneOf();
    const hourMs = 3_600_000;
    const walkersSeen = (everyMs: number) => {
      const beam = beamOf(scene, 1);
      const looks = Array.from({ length: (4 * hourMs) / everyMs }, (_, index) =>
        beam(parkedMs + index * everyMs),
      );
      return looks.filter((m, index) => m < 1.9 && (looks[index - 1] ?? m) >= 1.9).length;
    };
    expect(walkersSeen(100)).toBeGreaterThan(10);
    expect(walkersSeen(50)).toBe(walkersSeen(100));
    const [seldom, often] = [0, 1].map(() => scene.magnetometer(3, random(1, "field"))) as [Sensed, Sensed];
    for (let atMs = parkedMs; atMs < parkedMs + hourMs; atMs += 2_000) {
      const [x] = seldom(atMs);
      for (const aheadMs of [-1_000, -500]) often(atMs + aheadMs);
      expect(Math.abs(often(atMs + 10)[0] - x)).toBeLessThan(0.1);
    }
    expect(new Set([0, 2_000, 4_000].map((ms) => seldom(parkedMs + ms)[0].toFixed(3))).size).toBe(3);
  });

  it("has the noise of its magnetometers at every instant, not only at those of a grid", () => {
    const field = sceneOf().magnetometer(3, random(1, "field"));
    // What is a second apart has the same drift and another noise. 37 ms go through all parts of a grid of 200 ms.
    const apart = Array.from({ length: 20_000 }, (_, index) => {
      const atMs = parkedMs + index * 1_037;
      return field(atMs + 1_000)[0] - field(atMs)[0];
    });
    const rms = Math.sqrt(apart.reduce((sum, one) => sum + one ** 2, 0) / apart.length / 2);
    expect(rms / 0.2).toBeGreaterThan(0.97);
    expect(rms / 0.2).toBeLessThan(1.03);
  });

  it("has a lorry beside a space for as long as it stands there", () => {
    const scene = new Scene(world, nobody, 30, 3);
    scene.doublePark(makeVehicle(2, "lorry", random(1, "lorry")), 3);
    expect(scene.vehiclesAt(parkedMs).map(({ type, xM }) => [type, xM])).toEqual([["lorry", 36]]);
    expect(scene.isCovered(3, parkedMs)).toBe(false);
    scene.doublePark(undefined, 3);
    expect(scene.vehiclesAt(parkedMs)).toEqual([]);
  });
});
