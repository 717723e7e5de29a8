import { expect, it } from "vitest";
import type { PageState } from "../view.ts";
import { VehicleMotion } from "./vehicle-motion.ts";

const state = (nowMs: number, places: Readonly<Record<string, number>>, speed = 1): PageState =>
  ({
    nowMs,
    speed,
    vehicles: Object.fromEntries(
      Object.entries(places).map(([id, xM]) => [
        id,
        { id, type: "car", lengthM: 4.5, xM, yM: 3.9, heading: 1 },
      ]),
    ),
  }) as PageState;

const shownBy = (motion: VehicleMotion) =>
  Object.fromEntries([...motion.shown].map((one) => [one.vehicle.id, one]));

it("moves a vehicle evenly from one message to the next, and tells its speed", () => {
  const motion = new VehicleMotion();
  motion.hear(state(0, { a: 10, b: 30 }), 1_000);
  motion.hear(state(100, { a: 11, b: 30 }), 1_100);
  motion.advance(1_150);
  expect(shownBy(motion)).toMatchObject({ a: { xM: 10.5, velocityMps: 10 }, b: { xM: 30, velocityMps: 0 } });
  motion.advance(1_300);
  expect(shownBy(motion).a!.xM).toBe(11);
});

it("lets who comes and goes fade", () => {
  const motion = new VehicleMotion();
  motion.hear(state(0, { a: 10 }), 1_000);
  motion.advance(1_000);
  expect(shownBy(motion).a!.opacity).toBe(1);
  motion.hear(state(100, { b: 20 }), 1_100);
  motion.advance(1_100);
  const { a, b } = shownBy(motion);
  expect(a!.opacity).toBeCloseTo(1 - 100 / 350);
  expect(b!.opacity).toBeCloseTo(100 / 350);
  motion.advance(1_600);
  expect(Object.keys(shownBy(motion))).toEqual(["b"]);
  expect(shownBy(motion).b!.opacity).toBe(1);
});

it("holds what it caught in a time-lapse, long enough to be seen", () => {
  const motion = new VehicleMotion();
  motion.hear(state(0, { a: 10 }, 3_600), 8_000);
  motion.advance(8_000);
  motion.hear(state(360_000, { b: 50 }, 3_600), 8_100);
  motion.advance(8_500);
  expect(Object.keys(shownBy(motion))).toEqual(["a"]);
  motion.advance(8_810);
  expect(Object.keys(shownBy(motion)).sort()).toEqual(["a", "b"]);
});
