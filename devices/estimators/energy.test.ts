import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { activeEnergy, activePower } from "../quantities.ts";
import type { Quality, Sample } from "../sample.ts";
import { type EnergyConstants, type EnergySources, energy } from "./energy.ts";
import type { Context, Estimate } from "./estimator.ts";
import { importedEnergyWh } from "./integral.ts";
import { registerStep } from "./register.ts";

const hourMs = 3_600_000;

interface Reading {
  readonly value: number;
  readonly atMs: number;
  readonly quality?: Quality;
  readonly wallMs?: number;
  readonly boot?: number;
}

const sampleOf = (source: "meter.activePower" | "meter.activeEnergy", reading: Reading): Sample => ({
  source,
  quantity: source === "meter.activePower" ? activePower : activeEnergy,
  quality: "good",
  clock: "network",
  boot: 1,
  wallMs: undefined,
  ...reading,
});
const power = (value: number, atMs: number, more: Partial<Reading> = {}) =>
  sampleOf("meter.activePower", { value, atMs, ...more });
const register = (value: number, atMs: number, more: Partial<Reading> = {}) =>
  sampleOf("meter.activeEnergy", { value, atMs, ...more });

const context = (nowMs: number): Context => ({
  nowMs,
  wallMs: undefined,
  clock: "none",
  latitude: 0,
  longitude: 0,
  timeZone: "UTC",
  device: "pier/lamp-1",
  settings: {},
  commands: [],
});

/** A unit's energy estimator, with the power cuts that it lives through. */
class Unit {
  readonly #estimator;
  #state;
  readonly #latest = new Map<string, Estimate>();

  constructor(sources: EnergySources, constants: Partial<EnergyConstants> = {}) {
    this.#estimator = energy(sources, constants);
    this.#state = this.#estimator.initial(undefined);
  }

  feed(...samples: readonly Sample[]): this {
    for (const sample of samples) {
      const { state, estimates } = this.#estimator.step(this.#state, sample, context(sample.atMs));
      this.#state = state;
      for (const estimate of estimates) this.#latest.set(estimate.output, estimate);
    }
    return this;
  }

  /** Saves, loses power, starts again from what was written. */
  restart(): this {
    const written = JSON.stringify(this.#estimator.save!(this.#state));
    this.#state = this.#estimator.initial(JSON.parse(written));
    return this;
  }

  value(output: string): number {
    return this.#latest.get(output)!.value;
  }

  quality(output: string): Quality {
    return this.#latest.get(output)!.quality;
  }
}

const byPower: EnergySources = { power: "meter.activePower" };
const byRegister: EnergySources = { register: "meter.activeEnergy" };
const byBoth: EnergySources = { ...byPower, ...byRegister };

describe("importedEnergyWh", () => {
  it.each([
    { from: 100, to: 100, wh: 100, because: "a rectangle" },
    { from: 0, to: 100, wh: 50, because: "a triangle" },
    { from: -100, to: -20, wh: 0, because: "only export" },
    { from: -100, to: 100, wh: 25, because: "half of the time, a triangle" },
    { from: 300, to: -100, wh: 112.5, because: "three quarters of the time, a triangle of 300 W" },
  ])("over an hour from $from W to $to W is $wh Wh: $because", ({ from, to, wh }) => {
    expect(importedEnergyWh({ watts: from, atMs: 0 }, { watts: to, atMs: hourMs })).toBeCloseTo(wh, 9);
  });

  it("is the closed form of ∫ (a + b t) dt for a power that rises in a straight line", () => {
    const line = fc.tuple(
      fc.double({ min: 0, max: 500, noNaN: true }),
      fc.double({ min: 0, max: 9, noNaN: true }),
    );
    const times = fc.uniqueArray(fc.integer({ min: 0, max: 36_000 }), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(line, times, ([watts, wattsPerSecond], seconds) => {
        const ordered = [...seconds].sort((a, b) => a - b);
        const unit = new Unit(byPower, { maxGapMs: Number.POSITIVE_INFINITY });
        unit.feed(...ordered.map((second) => power(watts + wattsPerSecond * second, second * 1_000)));
        const [first, last] = [ordered[0]!, ordered.at(-1)!];
        const joules = watts * (last - first) + (wattsPerSecond * (last ** 2 - first ** 2)) / 2;
        expect(unit.value("total")).toBeCloseTo(joules / 3_600, 6);
      }),
    );
  });
});

describe("energy by integration", () => {
  it("does not integrate a gap, and reports it", () => {
    const unit = new Unit(byPower, { maxGapMs: 60_000 });
    unit.feed(power(60, 0), power(60, 60_000), power(60, 960_000), power(60, 1_020_000));
    expect(unit.value("total")).toBeCloseTo(2, 9);
    expect(unit.value("gapSeconds")).toBe(900);
  });

  it("counts a power cut as a gap once the wall clock tells how long it was", () => {
    const unit = new Unit(byPower).feed(power(60, 0, { wallMs: 1_000_000 })).restart();
    unit.feed(power(60, 5_000, { wallMs: 1_600_000, boot: 2 }));
    expect(unit.value("gapSeconds")).toBe(600);
    expect(unit.value("total")).toBe(0);
  });

  const reading = fc.record({
    watts: fc.double({ min: -500, max: 500, noNaN: true }),
    afterMs: fc.integer({ min: 1, max: 400_000 }),
    quality: fc.constantFrom<Quality>("good", "good", "good", "bad", "suspect", "stale"),
    restart: fc.boolean(),
  });

  it("never goes back, whatever comes, and loses nothing that was saved", () => {
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 60 }), (readings) => {
        const unit = new Unit(byPower).feed(power(0, 0));
        let atMs = 0;
        for (const { watts, afterMs, quality, restart } of readings) {
          const before = unit.value("total");
          if (restart) unit.restart();
          atMs += afterMs;
          unit.feed(power(watts, atMs, { quality }));
          expect(unit.value("total")).toBeGreaterThanOrEqual(before);
          if (restart) expect(unit.value("total")).toBe(before);
        }
      }),
    );
  });

  it("is not changed by any sample that is not good", () => {
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 60 }), (readings) => {
        const all = new Unit(byPower).feed(power(0, 0));
        const good = new Unit(byPower).feed(power(0, 0));
        let atMs = 0;
        for (const { watts, afterMs, quality } of readings) {
          atMs += afterMs;
          all.feed(power(watts, atMs, { quality }));
          if (quality === "good") good.feed(power(watts, atMs));
        }
        expect(all.value("total")).toBe(good.value("total"));
        expect(all.value("gapSeconds")).toBe(good.value("gapSeconds"));
      }),
    );
  });
});

describe("registerStep", () => {
  // PZEM-004T v3 user manual, 1.6.1: the register ends at 9999.99 kWh.
  const endWh = 10_000_000;
  it.each([
    { before: 500, now: 520, possible: 50, kind: "counted", wh: 20 },
    { before: 500, now: 500, possible: 50, kind: "counted", wh: 0 },
    { before: 9_999_990, now: 15, possible: 50, kind: "rolledOver", wh: 25 },
    { before: 480_000, now: 3, possible: 50, kind: "reset", wh: 3 },
    { before: 480_000, now: 3, possible: 16_000_000, kind: "reset", wh: 3 },
    { before: 480_000, now: 71_234, possible: 50, kind: "replaced", wh: 0 },
    { before: 480_000, now: 880_000, possible: 50, kind: "replaced", wh: 0 },
  ])(
    "from $before to $now Wh with at most $possible: $kind, $wh Wh",
    ({ before, now, possible, kind, wh }) => {
      expect(registerStep(before, now, possible, endWh)).toEqual({ kind, energyWh: wh });
    },
  );
});

describe("energy by the meter's register", () => {
  const minutes = (count: number) => count * 60_000;

  it("counts from where the register stood first, and through a power cut", () => {
    const unit = new Unit(byRegister, { maxPowerW: 500 });
    unit.feed(register(7_000, 0, { wallMs: 0 }), register(7_004, minutes(1), { wallMs: minutes(1) }));
    expect(unit.value("total")).toBe(4);
    unit.restart().feed(register(7_104, 3_000, { wallMs: minutes(61), boot: 2 }));
    expect(unit.value("total")).toBe(104);
  });

  it("goes through the end of the register and through resets", () => {
    const unit = new Unit(byRegister).feed(register(9_999_998, 0), register(3, minutes(1)));
    expect([unit.value("total"), unit.value("rollovers"), unit.value("resets")]).toEqual([5, 1, 0]);
    unit.feed(register(303, minutes(2)), register(2, minutes(3)));
    expect([unit.value("total"), unit.value("rollovers"), unit.value("resets")]).toEqual([307, 1, 1]);
  });

  it("takes nothing from an exchanged meter but what it counts from then on", () => {
    const unit = new Unit(byRegister).feed(register(100, 0), register(110, minutes(1)));
    unit.feed(register(5_000_000, minutes(2)), register(5_000_007, minutes(3)));
    expect([unit.value("total"), unit.value("resets")]).toEqual([17, 1]);
  });

  it("bridges a silent register by the power and closes the gap when it answers again", () => {
    const unit = new Unit(byBoth, { maxGapMs: minutes(3) }).feed(register(100, 0));
    for (let minute = 0; minute <= 60; minute++) unit.feed(power(60, minutes(minute)));
    expect([unit.value("total"), unit.quality("total")]).toEqual([60, "suspect"]);
    unit.feed(register(163, minutes(61)));
    expect([unit.value("total"), unit.quality("total")]).toEqual([63, "good"]);
  });

  it("does not take back what it bridged too generously: the total waits for the register", () => {
    const unit = new Unit(byBoth, { maxGapMs: minutes(3) }).feed(register(100, 0));
    for (let minute = 0; minute <= 60; minute++) unit.feed(power(60, minutes(minute)));
    expect(unit.feed(register(150, minutes(61))).value("total")).toBe(60);
    expect(unit.feed(register(165, minutes(62))).value("total")).toBe(65);
  });

  it("bridges a reset by the power: what was consumed before it is not lost", () => {
    const unit = new Unit(byBoth, { maxGapMs: minutes(3) }).feed(register(8_000, 0));
    for (let minute = 0; minute <= 60; minute++) unit.feed(power(60, minutes(minute)));
    unit.feed(register(2, minutes(61)));
    expect([unit.value("total"), unit.value("resets")]).toEqual([60, 1]);
  });

  const event = fc.record({
    kind: fc.constantFrom("power", "register", "reset", "exchange"),
    value: fc.integer({ min: 0, max: 2_000 }),
    afterMs: fc.integer({ min: 1, max: 400_000 }),
    quality: fc.constantFrom<Quality>("good", "good", "bad", "suspect"),
    restart: fc.boolean(),
  });

  it("never goes back, whatever meter, power cut or bad sample comes", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const unit = new Unit(byBoth).feed(register(0, 0));
        let atMs = 0;
        let meterWh = 0;
        for (const { kind, value, afterMs, quality, restart } of events) {
          const before = unit.value("total");
          if (restart) unit.restart();
          atMs += afterMs;
          meterWh = kind === "reset" ? 0 : kind === "exchange" ? value * 5_000 : meterWh + (value % 7);
          unit.feed(
            kind === "power" ? power(value, atMs, { quality }) : register(meterWh, atMs, { quality }),
          );
          expect(unit.value("total")).toBeGreaterThanOrEqual(before);
        }
      }),
    );
  });

  it("is exact for a register that counts, restarted anywhere", () => {
    const count = fc.record({ wh: fc.integer({ min: 0, max: 9 }), restart: fc.boolean() });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9_999_999 }),
        fc.array(count, { maxLength: 50 }),
        (startWh, counts) => {
          const unit = new Unit(byRegister).feed(register(startWh, 0));
          let consumedWh = 0;
          counts.forEach(({ wh, restart }, index) => {
            consumedWh += wh;
            if (restart) unit.restart();
            unit.feed(register((startWh + consumedWh) % 10_000_000, minutes(index + 1)));
          });
          expect(unit.value("total")).toBe(consumedWh);
        },
      ),
    );
  });

  it("starts at zero from a record that is damaged", () => {
    const estimator = energy(byRegister);
    for (const damaged of [undefined, null, "x", 7, [], { bookedWh: "12", totalWh: Number.NaN }])
      expect(estimator.save!(estimator.initial(damaged))).toMatchObject({ bookedWh: 0, totalWh: 0 });
  });
});
