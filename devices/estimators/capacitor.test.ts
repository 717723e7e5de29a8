import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { energy, voltage } from "../quantities.ts";
import type { Sample } from "../sample.ts";
import { capacitor } from "./capacitor.ts";
import type { Context, Estimate } from "./estimator.ts";

const estimator = capacitor({ voltage: "v", energy: "e" }, { fullVolts: 16, emptyVolts: 6, maxPowerW: 200 });
const context = { settings: { capacitance: 58 } } as unknown as Context;

const sample = (source: "v" | "e", value: number, atMs = 0, quality: Sample["quality"] = "good"): Sample => ({
  source,
  value,
  quality,
  quantity: source === "v" ? voltage : energy,
  atMs,
  wallMs: undefined,
  clock: "none",
  boot: 1,
});

const told = (estimates: readonly Estimate[]) =>
  Object.fromEntries(estimates.map(({ output, value }) => [output, value]));

/** Wh after readings of the counter in J, a second apart, from what was saved. */
function harvested(readings: readonly number[], saved?: unknown): number {
  let state = estimator.initial(saved);
  for (const [index, value] of readings.entries())
    state = estimator.step(state, sample("e", value, index * 1_000), context).state;
  return told(estimator.step(state, sample("e", Number.NaN, 1e9, "bad"), context).estimates).harvested!;
}

describe("a capacitor", () => {
  // ½CV²: 58 F at 16 V hold 7424 J, at 6 V 1044 J (Maxwell BMOD0058 E016 B02: 2.1 Wh at rated voltage).
  it.each([
    { volts: 16, stored: 7_424, charge: 100 },
    { volts: 6, stored: 1_044, charge: 0 },
    { volts: 11, stored: 3_509, charge: (100 * (121 - 36)) / 220 },
    { volts: 16.4, stored: 7_799.84, charge: 100 },
    { volts: 2, stored: 116, charge: 0 },
  ])("of 58 F holds $stored J at $volts V", ({ volts, stored, charge }) => {
    const { estimates } = estimator.step(estimator.initial(undefined), sample("v", volts), context);
    expect(told(estimates).stored).toBeCloseTo(stored, 6);
    expect(told(estimates).charge).toBeCloseTo(charge, 6);
  });

  it("says nothing of its charge without a voltage", () => {
    const { estimates } = estimator.step(
      estimator.initial(undefined),
      sample("v", Number.NaN, 0, "bad"),
      context,
    );
    expect(estimates.map(({ output, quality }) => [output, quality])).toEqual([
      ["stored", "bad"],
      ["charge", "bad"],
    ]);
  });

  it("counts what went in, from the first reading on, through a counter that begins again", () => {
    expect(harvested([500, 536, 572])).toBeCloseTo(72 / 3_600, 9);
    expect(harvested([500, 536, 0, 36])).toBeCloseTo(72 / 3_600, 9);
  });

  it("does not believe a counter that leaps", () => {
    expect(harvested([500, 900_000, 900_036])).toBeCloseTo(36 / 3_600, 9);
  });

  it("goes on after a restart, and begins again after damage", () => {
    const state = estimator.initial({ harvestedJ: 7_200 });
    expect(estimator.save!(state)).toEqual({ harvestedJ: 7_200 });
    expect(harvested([40, 76], { harvestedJ: 7_200 })).toBeCloseTo(2.01, 9);
    // The counter went on while the unit was away.
    expect(harvested([400, 436], { harvestedJ: 7_200, counterJ: 40 })).toBeCloseTo(2.11, 9);
    expect(harvested([36], { harvestedJ: 7_200, counterJ: 400 })).toBeCloseTo(2.01, 9);
    for (const saved of [null, 7, { harvestedJ: -3 }, { harvestedJ: "x" }])
      expect(harvested([], saved)).toBe(0);
  });

  it("never goes back, whatever the counter says", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 30 }), (readings) => {
        const totals = readings.map((_, index) => harvested(readings.slice(0, index + 1)));
        expect(totals).toEqual([...totals].sort((a, b) => a - b));
      }),
      { numRuns: 300 },
    );
  });
});
