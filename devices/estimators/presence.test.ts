import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distance, truth } from "../quantities.ts";
import type { Quality, Sample } from "../sample.ts";
import type { Context, Estimate } from "./estimator.ts";
import { type PresenceState, presence, presenceConstants } from "./presence.ts";

const secondMs = 1_000;
const minuteMs = 60_000;
const hourMs = 3_600_000;

type Source = "motion.presence" | "radar.presence" | "radar.distance";

const sampleOf = (source: Source, value: number, atMs: number, quality: Quality = "good"): Sample => ({
  source,
  value,
  quantity: source === "radar.distance" ? distance : truth,
  quality,
  atMs,
  wallMs: undefined,
  clock: "none",
  boot: 1,
});

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

const estimator = presence({
  motion: "motion.presence",
  radar: "radar.presence",
  distance: "radar.distance",
});

/** A pole with its two sensors; time passes only as told. */
class Pole {
  state: PresenceState = estimator.initial(undefined);
  nowMs = 0;
  wakeAtMs: number | undefined;
  readonly #latest = new Map<string, Estimate>();

  step(sample: Sample | undefined, nowMs: number): this {
    this.nowMs = nowMs;
    const step = estimator.step(this.state, sample, context(nowMs));
    this.state = step.state;
    this.wakeAtMs = step.wakeAtMs;
    for (const estimate of step.estimates) this.#latest.set(estimate.output, estimate);
    return this;
  }

  motion(value: number, quality: Quality = "good"): this {
    return this.step(sampleOf("motion.presence", value, this.nowMs, quality), this.nowMs);
  }

  radar(value: number, metres = Number.NaN, quality: Quality = "good"): this {
    this.step(sampleOf("radar.presence", value, this.nowMs, quality), this.nowMs);
    if (Number.isNaN(metres)) return this;
    return this.step(sampleOf("radar.distance", metres, this.nowMs, quality), this.nowMs);
  }

  /** Time passes with a radar frame every five seconds and every wake-up that was asked for. */
  watch(spanMs: number, value = 0, metres: (frame: number) => number = () => Number.NaN): this {
    const endMs = this.nowMs + spanMs;
    let frame = 0;
    for (let nextMs = this.nowMs + 5 * secondMs; nextMs <= endMs; nextMs += 5 * secondMs) {
      this.sleep(nextMs - this.nowMs).radar(value, metres(frame++));
    }
    return this.sleep(endMs - this.nowMs);
  }

  /** Time passes with wake-ups only. */
  sleep(spanMs: number): this {
    const endMs = this.nowMs + spanMs;
    while (this.wakeAtMs !== undefined && this.wakeAtMs <= endMs) this.step(undefined, this.wakeAtMs);
    this.nowMs = endMs;
    return this;
  }

  told(output: string): string {
    const { value, quality } = this.#latest.get(output)!;
    return `${value} ${quality}`;
  }

  get confidence(): number {
    return this.#latest.get("confidence")!.value;
  }
}

const quiet = () => new Pole().motion(0).radar(0).watch(minuteMs);
const walking = (frame: number) => 2 + (frame % 7) / 10;

describe("presence", () => {
  it("takes it that somebody may be there until a sensor has spoken", () => {
    const pole = new Pole().step(undefined, 0);
    expect(pole.told("occupied")).toBe("1 suspect");
    expect(pole.told("confidence")).toBe("NaN bad");
    expect(pole.radar(0).told("occupied")).toBe("0 good");
  });

  it("follows either sensor at once, and lets go after the hold", () => {
    for (const see of [(pole: Pole) => pole.motion(1).motion(0), (pole: Pole) => pole.radar(1).radar(0)]) {
      const pole = see(quiet());
      expect(pole.told("occupied")).toBe("1 good");
      expect(pole.watch(9 * secondMs).told("occupied")).toBe("1 good");
      expect(pole.watch(minuteMs).told("occupied")).toBe("0 good");
    }
  });

  it("stays up while a PIR stays active without further edges", () => {
    expect(
      quiet()
        .motion(1)
        .watch(2 * minuteMs)
        .told("occupied"),
    ).toBe("1 good");
  });

  it("does not flap when a person pauses between the steps that the sensors see", () => {
    const pole = quiet();
    const seen = new Set<string>();
    for (let step = 0; step < 10; step++)
      seen.add(
        pole
          .radar(1)
          .watch(5 * secondMs)
          .told("occupied"),
      );
    expect([...seen]).toEqual(["1 good"]);
  });

  // By hand, Bayes' rule on the declared rates: odds π = 30/(30 + 600) → 0.05; × 0.8/0.01 for the PIR → 4.0, or
  // p = 0.80; × 0.95/0.02 for the radar → 190, or p = 0.9948.
  it("gains confidence with the second sensor as the declared rates say", () => {
    const fresh = () => new Pole().step(undefined, 0);
    expect(fresh().motion(1).confidence).toBeCloseTo(0.8, 6);
    expect(fresh().motion(1).told("confidence")).toMatch(/suspect$/);
    expect(fresh().motion(1).radar(1).confidence).toBeCloseTo(190 / 191, 6);
    expect(fresh().motion(1).radar(1).told("confidence")).toMatch(/good$/);
  });

  // odds 0.05 × (1 − 0.8)/(1 − 0.01) = 0.01/0.99, or p = 0.01.
  it("loses confidence with a negative as the declared rates say", () => {
    expect(new Pole().step(undefined, 0).motion(0).confidence).toBeCloseTo(0.01, 9);
  });

  // After a radar's positive p = 2.375/3.375; the rates 1/30 s and 1/600 s relax it with a time constant of
  // 600/21 s towards 1/21, so after one of these p = 1/21 + (2.375/3.375 − 1/21)/e = 0.2890.
  it("lets confidence decay exponentially to that of an ordinary moment", () => {
    const pole = new Pole().step(undefined, 0).radar(1);
    const laterMs = (600 / 21) * secondMs;
    expect(pole.step(undefined, laterMs).confidence).toBeCloseTo(0.289, 3);
  });

  it("holds to the millisecond", () => {
    const pole = quiet()
      .motion(1)
      .motion(0)
      .watch(5 * secondMs);
    expect(pole.sleep(4_999).step(undefined, pole.nowMs).told("occupied")).toBe("1 good");
    expect(pole.sleep(1).told("occupied")).toBe("0 good");
  });

  it("counts the hold from when the PIR releases, however long it was active", () => {
    const pole = quiet().motion(1).sleep(minuteMs).motion(0);
    expect(pole.told("occupied")).toBe("1 good");
    expect(
      pole
        .sleep(9 * secondMs)
        .step(undefined, pole.nowMs)
        .told("occupied"),
    ).toBe("1 good");
    expect(pole.sleep(secondMs).told("occupied")).toBe("0 good");
  });
});

describe("health of the radar", () => {
  it("is lost when frames stay identical while the PIR sees people come and go", () => {
    const pole = quiet();
    for (let visit = 0; visit < 3; visit++)
      pole
        .motion(1)
        .watch(20 * secondMs)
        .motion(0)
        .watch(2 * minuteMs);
    expect(pole.told("radarHealth")).toBe("0 good");
    expect(pole.told("confidence")).toMatch(/suspect$/);
    expect(pole.watch(2 * hourMs).told("radarHealth")).toBe("0 good");
    expect(pole.radar(1, 3.1).told("radarHealth")).toBe("1 good");
  });

  it("survives the odd visit that it misses, and quiet nights", () => {
    const pole = quiet();
    for (let visit = 0; visit < 12; visit++)
      pole
        .motion(1)
        .watch(20 * secondMs)
        .motion(0)
        .watch(hourMs);
    expect(pole.told("radarHealth")).toBe("1 good");
  });

  it("is lost when it reports one and the same distance for hours, and its vote with it", () => {
    const pole = quiet().watch(hourMs, 1, () => 4.2);
    expect(pole.told("radarHealth")).toBe("1 good");
    pole.watch(hourMs + minuteMs, 1, () => 4.2);
    expect(pole.told("radarHealth")).toBe("0 good");
    expect(pole.watch(minuteMs, 1, () => 4.2).told("occupied")).toBe("0 good");
  });

  it("is kept by a person who sits below the lamp for hours", () => {
    expect(
      quiet()
        .watch(4 * hourMs, 1, walking)
        .told("radarHealth"),
    ).toBe("1 good");
  });

  it("is lost in silence, and regained with a frame", () => {
    const pole = quiet().sleep(presenceConstants.radarPeriodMs * 3);
    expect(pole.told("radarHealth")).toBe("1 good");
    expect(pole.sleep(2).told("radarHealth")).toBe("0 good");
    expect(pole.radar(0).told("radarHealth")).toBe("1 good");
  });
});

describe("health of the PIR", () => {
  it("is lost when it stays active while the radar sees nobody, and regained when it releases", () => {
    const pole = quiet()
      .motion(1)
      .watch(29 * minuteMs);
    expect([pole.told("motionHealth"), pole.told("occupied")]).toEqual(["1 good", "1 good"]);
    pole.watch(2 * minuteMs);
    expect([pole.told("motionHealth"), pole.told("occupied")]).toEqual(["0 good", "0 good"]);
    expect(pole.watch(minuteMs, 1, walking).watch(minuteMs).told("motionHealth")).toBe("0 good");
    expect(pole.motion(0).told("motionHealth")).toBe("1 good");
  });

  it("is lost when it stays active for hours though no radar contradicts it", () => {
    const pole = quiet()
      .motion(1)
      .sleep(6 * hourMs - 1)
      .step(undefined, 6 * hourMs + minuteMs - 1);
    expect([pole.told("motionHealth"), pole.told("occupied")]).toEqual(["1 good", "1 good"]);
    pole.step(undefined, 6 * hourMs + minuteMs);
    expect([pole.told("motionHealth"), pole.told("occupied")]).toEqual(["0 good", "1 suspect"]);
  });

  it("leaves the lamp up and in doubt when both sensors have failed", () => {
    const pole = quiet()
      .motion(1)
      .watch(31 * minuteMs)
      .sleep(hourMs);
    expect(pole.told("occupied")).toBe("1 suspect");
    expect(pole.wakeAtMs).toBeUndefined();
  });
});

const quality = fc.constantFrom<Quality>("good", "good", "good", "bad", "suspect", "stale");
const event = fc.record({
  source: fc.constantFrom<Source>("motion.presence", "radar.presence", "radar.distance"),
  value: fc.constantFrom(0, 0, 1),
  afterMs: fc.oneof(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: hourMs })),
  quality,
});

describe("presence, whatever comes", () => {
  it("is never 0 within the hold after a good positive of a healthy sensor", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 80 }), (events) => {
        const pole = new Pole();
        let positiveAtMs = Number.NEGATIVE_INFINITY;
        for (const { source, value, afterMs, quality } of events) {
          const dueMs = pole.nowMs + afterMs;
          while (pole.wakeAtMs !== undefined && pole.wakeAtMs <= dueMs) {
            pole.step(undefined, pole.wakeAtMs);
            if (pole.nowMs - positiveAtMs < presenceConstants.holdMs)
              expect(pole.told("occupied")).toMatch(/^1/);
          }
          pole.step(sampleOf(source, value, dueMs, quality), dueMs);
          const health = source === "motion.presence" ? "motionHealth" : "radarHealth";
          const isPositive = value === 1 && quality === "good" && source !== "radar.distance";
          if (isPositive && pole.told(health) === "1 good") positiveAtMs = dueMs;
          if (dueMs - positiveAtMs < presenceConstants.holdMs) expect(pole.told("occupied")).toMatch(/^1/);
        }
      }),
    );
  });

  it("is not changed by a sample that is not good, beyond what the time alone does", () => {
    const notGood = fc.constantFrom<Quality>("bad", "suspect", "stale");
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), event, notGood, (events, last, quality) => {
        const pole = new Pole();
        for (const { source, value, afterMs, quality } of events) {
          const nowMs = pole.nowMs + afterMs;
          pole.step(sampleOf(source, value, nowMs, quality), nowMs);
        }
        const nowMs = pole.nowMs + last.afterMs;
        const sample = sampleOf(last.source, quality === "bad" ? Number.NaN : last.value, nowMs, quality);
        const touched = estimator.step(pole.state, sample, context(nowMs));
        expect(touched).toEqual(estimator.step(pole.state, undefined, context(nowMs)));
      }),
    );
  });

  it("asks to be woken only in the future, and no more than a few times in a row", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const pole = new Pole();
        for (const { source, value, afterMs, quality } of events) {
          const nowMs = pole.nowMs + afterMs;
          pole.step(sampleOf(source, value, nowMs, quality), nowMs);
          if (pole.wakeAtMs !== undefined) expect(pole.wakeAtMs).toBeGreaterThan(nowMs);
        }
        let wakes = 0;
        while (pole.wakeAtMs !== undefined && wakes++ < 20) pole.step(undefined, pole.wakeAtMs);
        expect(wakes).toBeLessThan(20);
      }),
    );
  });
});
