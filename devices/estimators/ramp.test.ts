import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { levelAt, nextStepMs, type Ramp, rampFrom, rampOn } from "./ramp.ts";

interface Move {
  readonly atMs: number;
  readonly percent: number;
}

/** A level over time, followed from step to step. */
class Lamp {
  #ramp: Ramp = rampFrom(50, { goal: 50, rate: 40 }, 0);
  #level = 50;
  #nowMs = 1_000;
  readonly moves: Move[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  get level(): number {
    return this.#level;
  }

  to(goal: number, rate: number): this {
    if (goal !== this.#ramp.goal) this.#ramp = rampOn(this.#ramp, { goal, rate }, this.#nowMs);
    return this.#look();
  }

  pass(ms: number): this {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const next = nextStepMs(this.#ramp, this.#nowMs);
      if (next > untilMs) break;
      expect(next).toBeGreaterThan(this.#nowMs);
      this.#nowMs = next;
      this.#look();
    }
    this.#nowMs = untilMs;
    return this;
  }

  #look(): this {
    const level = levelAt(this.#ramp, this.#nowMs);
    if (level !== this.#level) this.moves.push({ atMs: this.#nowMs, percent: level - this.#level });
    this.#level = level;
    return this;
  }
}

const rises = ({ moves }: Lamp) => moves.filter(({ percent }) => percent > 0);
const falls = ({ moves }: Lamp) => moves.filter(({ percent }) => percent < 0);

/** More than a rate allows from any move of a list to any later one, %: what a single step is, at most. */
const excess = (moves: readonly Move[], rate: number) => {
  let most = 0;
  moves.forEach((first, index) => {
    let moved = 0;
    for (const { atMs, percent } of moves.slice(index)) {
      moved += Math.abs(percent);
      most = Math.max(most, moved - (rate * (atMs - first.atMs)) / 1_000);
    }
  });
  return most;
};

const rounding = 1e-6;
/** At 10 Hz at most, of 1 % at least. */
const stepOf = (rate: number) => Math.max(rate * 0.1, 1);

describe("a ramp", () => {
  it.each([1, 40, 99])("takes its first step up %i ms after a step down", (ms) => {
    const lamp = new Lamp().to(60, 100).pass(2_000).to(50, 5).pass(1_000);
    expect(lamp.moves.at(-1)).toEqual({ atMs: lamp.nowMs, percent: -1 });
    const { level } = lamp.pass(ms);
    // 40 %/s in steps of a tenth of a second.
    expect(lamp.to(80, 40).level).toBeCloseTo(level + 4, 9);
    expect(lamp.pass(99).level).toBeCloseTo(level + 4, 9);
    expect(lamp.pass(1).level).toBeCloseTo(level + 8, 9);
  });

  it.each([1, 40, 99])("takes no step down %i ms after a step up", (ms) => {
    const lamp = new Lamp().to(80, 40).pass(200);
    expect(lamp.level).toBeCloseTo(62, 9);
    expect(lamp.pass(ms).to(0, 50).level).toBeCloseTo(62, 9);
    expect(lamp.pass(100 - ms).level).toBeCloseTo(57, 9);
  });

  it("is no faster than its rates over any time, whatever is asked of it and how often", () => {
    const rate = fc.double({ min: 0.5, max: 100, noNaN: true });
    const asked = fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 400 }));
    fc.assert(
      fc.property(rate, rate, fc.array(asked, { minLength: 1, maxLength: 30 }), (up, down, goals) => {
        const lamp = new Lamp();
        for (const [goal, ms] of goals) lamp.to(goal, goal > lamp.level ? up : down).pass(ms);
        expect(excess(rises(lamp), up)).toBeLessThanOrEqual(stepOf(up) + rounding);
        expect(excess(falls(lamp), down)).toBeLessThanOrEqual(stepOf(down) + rounding);
      }),
    );
  });

  it("rises at once unless it rose within the time of a step", () => {
    const asked = fc.tuple(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 1, max: 400 }));
    fc.assert(
      fc.property(fc.array(asked, { maxLength: 20 }), (goals) => {
        const lamp = new Lamp();
        for (const [goal, ms] of goals) lamp.to(goal, 40).pass(ms);
        const { level, nowMs } = lamp;
        const { atMs = 0 } = rises(lamp).at(-1) ?? {};
        lamp.to(100, 40);
        if (nowMs - atMs >= 100 + rounding) expect(lamp.level).toBeCloseTo(level + 4, 9);
        else if (nowMs - atMs < 100 - rounding) expect(lamp.level).toBe(level);
      }),
    );
  });
});
