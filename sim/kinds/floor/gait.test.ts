import { describe, expect, it } from "vitest";
import { random } from "../../world/random.ts";
import type { Trajectory } from "../../world/trajectory.ts";
import { footfalls, massOf } from "./gait.ts";
import { bicycle, pushchair, tracks, trolley } from "./wheels.ts";

const gravity = 9.80665;

const way = (id: number, speedMps: number, stopMs = 0): Trajectory =>
  stopMs === 0
    ? { id, kind: "pedestrian", yM: 4, timesMs: [0, 100_000 / speedMps], positionsM: [0, 100] }
    : {
        id,
        kind: "pedestrian",
        yM: 4,
        timesMs: [0, 50_000 / speedMps, 50_000 / speedMps + stopMs, 100_000 / speedMps + stopMs],
        positionsM: [0, 50, 50, 100],
      };

const ids = Array.from({ length: 40 }, (_, index) => index + 1);

describe("a walker", () => {
  it.each([0.8, 1.34, 1.9])(
    "at %d m/s takes steps that carry the body: cadence times length is the speed",
    (speedMps) => {
      for (const id of ids) {
        const { strikes } = footfalls(3, way(id, speedMps), 0, 100);
        const steps = strikes.length - 1;
        const metres = strikes.at(-1)!.xM - strikes[0]!.xM;
        const seconds = (strikes.at(-1)!.atMs - strikes[0]!.atMs) / 1_000;
        expect(metres / seconds / speedMps).toBeCloseTo(1, 1);
        // Walk ratio 0.0064 m per step/min, with what people differ (Sekiya and Nagasaki 1998).
        const ratio = metres / steps / ((steps / seconds) * 60);
        expect(ratio).toBeGreaterThan(0.0045);
        expect(ratio).toBeLessThan(0.0085);
      }
    },
  );

  it("presses with its weight, on the mean over a walk: nobody flies", () => {
    for (const id of ids.slice(0, 10)) {
      const { contacts } = footfalls(3, way(id, 1.34), 0, 100);
      let [impulse, from, to] = [0, 10_000, 60_000];
      for (const contact of contacts)
        for (let atMs = Math.max(contact.fromMs, from); atMs < Math.min(contact.untilMs, to); atMs += 2)
          impulse += contact.forceN(atMs) * 2;
      const weight = massOf(3, id) * gravity;
      expect(impulse / (to - from) / weight).toBeGreaterThan(0.97);
      expect(impulse / (to - from) / weight).toBeLessThan(1.05);
    }
  });

  // Two humps of 1.0 to 1.2 body weights and a valley between (Perry and Burnfield 2010).
  it("has two humps and a valley in each step", () => {
    const { contacts } = footfalls(3, way(1, 1.34), 0, 100);
    const { fromMs, untilMs, forceN } = contacts[20]!;
    const share = (of: number) => forceN(fromMs + of * (untilMs - fromMs)) / (massOf(3, 1) * gravity);
    expect(share(0.24)).toBeCloseTo(1.07, 1);
    expect(share(0.5)).toBeCloseTo(0.75, 1);
    expect(share(0.76)).toBeCloseTo(1.07, 1);
    expect(share(0.999)).toBeLessThan(0.05);
  });

  it("sets left and right feet, a hand's breadth apart", () => {
    const { strikes } = footfalls(3, way(5, 1.34), 0, 100);
    const sides = strikes.map(({ yM }) => Math.sign(yM - 4));
    const changes = sides.slice(1).filter((side, index) => side !== sides[index]).length;
    expect(changes / strikes.length).toBeGreaterThan(0.9);
  });

  it("that stops stands on two feet, and goes on", () => {
    const { contacts, strikes } = footfalls(3, way(7, 1.3, 30_000), 0, 100);
    const standing = contacts.filter(({ fromMs, untilMs }) => untilMs - fromMs > 10_000);
    expect(standing.length).toBe(2);
    const atMs = 50_000 / 1.3 + 15_000;
    const newtons = standing.reduce((sum, { forceN }) => sum + forceN(atMs), 0);
    expect(newtons / (massOf(3, 7) * gravity)).toBeCloseTo(1, 6);
    expect(strikes.filter(({ xM }) => xM > 51).length).toBeGreaterThan(50);
  });

  it("weighs what Europeans do: adults 71 kg on the mean, and one in ten is a child", () => {
    const masses = Array.from({ length: 3_000 }, (_, id) => massOf(1, id));
    const adults = masses.filter((kg) => kg > 45);
    expect(adults.reduce((sum, kg) => sum + kg, 0) / adults.length).toBeCloseTo(71, -0.5);
    expect(masses.filter((kg) => kg < 40).length / masses.length).toBeGreaterThan(0.06);
    expect(Math.min(...masses)).toBeGreaterThanOrEqual(15);
  });
});

describe("wheels", () => {
  const draws = random(1, "wheels");
  it.each([
    ["a pushchair has four", pushchair(draws), 4, 16, 30],
    ["a trolley has two", trolley(draws), 2, 5, 16],
    ["a bicycle has two", bicycle(75), 2, 90, 90],
  ] as const)("%s", (_, vehicle, count, kgMin, kgMax) => {
    const kg = vehicle.reduce((sum, { loadKg }) => sum + loadKg, 0);
    expect(vehicle.length).toBe(count);
    expect(kg).toBeGreaterThanOrEqual(kgMin);
    expect(kg).toBeLessThanOrEqual(kgMax);
  });

  it("roll with whoever pushes them, within the stretch that is asked for", () => {
    const contacts = tracks(pushchair(draws), way(1, 1.25), 40, 45);
    expect(contacts.length).toBe(4);
    for (const { fromMs, untilMs, xM } of contacts) {
      expect([xM(fromMs), xM(untilMs)]).toEqual([expect.closeTo(40, 6), expect.closeTo(45, 6)]);
      expect(untilMs - fromMs).toBeCloseTo(4_000, 6);
    }
  });
});
