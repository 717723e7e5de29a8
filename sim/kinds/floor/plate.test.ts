import { describe, expect, it } from "vitest";
import { loadKg, tile } from "#devices/estimators/footfall/tile.ts";
import type { Contact } from "./contact.ts";
import { Plate } from "./plate.ts";
import { Strip } from "./strip.ts";

const gravity = 9.80665;
const reference = () => ({ stiffness: 1, generator: 1, isStuck: false });

const lying = (kg: number, xM: number, yM: number): Contact => ({
  fromMs: 0,
  untilMs: 1e9,
  halfLengthM: 0.01,
  halfWidthM: 0.01,
  yM,
  xM: () => xM,
  forceN: () => kg * gravity,
});

/** A plate from 0 to 0.6 m under contacts, after a second. */
function settled(contacts: readonly Contact[], condition = reference()): Plate {
  const plate = new Plate(0, 0, condition);
  for (let atMs = 1; atMs <= 1_000; atMs++) plate.step(contacts, atMs);
  return plate;
}

describe("a plate", () => {
  // Hooke's law: 80 kg on 160 N/mm.
  it("gives way by weight over spring rate in its middle, and rests", () => {
    const plate = settled([lying(80, 0.3, 0.375)]);
    expect(plate.deflectionM(0, 0)).toBeCloseTo((80 * gravity) / 160_000, 7);
    expect(loadKg(plate.deflectionM(0, 0))).toBeCloseTo(80, 2);
    expect(plate.velocityMps).toBeCloseTo(0, 7);
    expect(plate.deflectionM(1, 1)).toBeCloseTo(plate.deflectionM(0, 0), 7);
  });

  it("tilts towards a load beside its middle, by a third more at that edge", () => {
    const plate = settled([lying(60, 0.59, 0.375)]);
    const middle = plate.deflectionM(0, 0);
    expect(plate.deflectionM(1, 0) / middle).toBeCloseTo(1 + (0.29 / 0.3) * tile.tilt, 3);
    expect(plate.deflectionM(-1, 0) / middle).toBeCloseTo(1 - (0.29 / 0.3) * tile.tilt, 3);
    expect(settled([lying(60, 0.3, 0.02)]).deflectionM(0, -1)).toBeGreaterThan(middle * 1.3);
  });

  it("carries the share of a load that is on it", () => {
    const half = settled([lying(80, 0.6, 0.375)]).deflectionM(0, 0);
    expect(half).toBeCloseTo(settled([lying(40, 0.589, 0.375)]).deflectionM(0, 0), 5);
    expect(settled([lying(80, 0.7, 0.375)]).isAtRest).toBe(true);
    expect(settled([lying(80, 0.3, 0.8)]).isAtRest).toBe(true);
  });

  it("gives way no further than its stops, less when it is stiffer, and not at all when it is jammed", () => {
    expect(settled([lying(300, 0.3, 0.375)]).deflectionM(0, 0)).toBeCloseTo(tile.travelM, 6);
    const stiff = settled([lying(80, 0.3, 0.375)], { ...reference(), stiffness: 1.25 });
    expect(stiff.deflectionM(0, 0)).toBeCloseTo((80 * gravity) / 200_000, 7);
    expect(settled([lying(80, 0.3, 0.375)], { ...reference(), isStuck: true }).deflectionM(0, 0)).toBe(0);
  });

  it("swings at 12 Hz, damped to two thirds of critical: it overshoots by some 6 %", () => {
    const plate = new Plate(0, 0, reference());
    const deflections = Array.from({ length: 300 }, (_, ms) => {
      plate.step([lying(80, 0.3, 0.375)], ms + 1);
      return plate.deflectionM(0, 0);
    });
    const end = (80 * gravity) / 160_000;
    // Step response of a second-order system: exp(−πζ/√(1−ζ²)) = 6.3 % at ζ = 0.66, after π/(ω√(1−ζ²)) = 55 ms.
    expect(Math.max(...deflections) / end - 1).toBeCloseTo(0.063, 1);
    expect(deflections.indexOf(Math.max(...deflections))).toBeGreaterThan(50);
    expect(deflections.indexOf(Math.max(...deflections))).toBeLessThan(62);
  });
});

describe("a strip", () => {
  const strip = () => new Strip({ fromM: 10, rightM: 2, tiles: 4 }, Array.from({ length: 4 }, reference), 0);
  const step = (fromMs: number): Contact => ({
    ...lying(70, 10.9, 2.4),
    fromMs,
    untilMs: fromMs + 600,
    forceN: (atMs) => 70 * gravity * Math.sin((Math.PI * (atMs - fromMs)) / 600),
  });

  it("gives a generator what its own plate does, and a little of its neighbours'", () => {
    const one = strip();
    one.add([step(100)]);
    one.advance(160);
    const [first, second, third, last] = [0, 1, 2, 3].map((index) => one.generatorVolts(index));
    expect(second).toBeGreaterThan(1);
    expect(first! / second!).toBeCloseTo(0.03, 9);
    expect(third).toBe(first);
    expect(last).toBe(0);
  });

  it("counts energy as V²/R, whatever pieces its time is cut into", () => {
    const [whole, pieces] = [strip(), strip()];
    for (const one of [whole, pieces]) one.add([step(100), step(2_000)]);
    whole.advance(4_000);
    for (let atMs = 0.37; atMs < 4_000; atMs += 0.73) pieces.advance(atMs);
    pieces.advance(4_000);
    expect(pieces.energyJ(1)).toBeCloseTo(whole.energyJ(1), 5);
    expect(whole.energyJ(1)).toBeGreaterThan(0.05);
    // What the weight does on its way down is the most that can be had of it: F²/k per step.
    expect(whole.energyJ(1)).toBeLessThan((2 * (70 * gravity) ** 2) / 160_000);
  });
});
