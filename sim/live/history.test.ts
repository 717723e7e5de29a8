import { beforeEach, describe, expect, it } from "vitest";
import { bench, curb, floor, streetlight } from "#devices/furniture/index.ts";
import { sourcesOf } from "#devices/furniture/vocabulary.ts";
import type { Quality, Sample } from "#devices/sample.ts";
import type { Snapshot } from "#firmware/unit/unit.ts";
import type { Truth } from "../kinds/model.ts";
import { UnitHistory } from "./history.ts";

const startMs = Date.parse("2025-12-21T16:00:00Z");
const hourMs = 3_600_000;
const when = { wallMs: undefined, clock: "none", boot: 1 } as const;

/** A unit of which a test says what it measures and what is true. */
class Told {
  readonly id = "unit-01";
  readonly declaration;
  samples: Sample[] | undefined = [];
  truth: Truth = {};
  readonly site = { truth: () => this.truth, figures: () => ({}) };

  constructor(declaration = streetlight) {
    this.declaration = declaration;
  }

  get snapshot(): Snapshot | undefined {
    const { samples } = this;
    if (!samples) return undefined;
    return {
      samples,
      boot: 1,
      targets: {},
      parts: {},
      alarms: [],
      connected: true,
      settings: { revision: "f", state: "applied", refusals: [], inForce: { revision: "f", settings: {} } },
      records: { made: 0, waiting: 0, dropped: 0, superseded: 0, rejected: 0, bytesOnMedium: 0 },
    };
  }

  measures(source: string, value: number, quality: Quality = "good"): void {
    const quantity = sourcesOf(this.declaration).get(source)!;
    this.samples = [{ source, value, quality, quantity, atMs: 0, ...when }];
  }
}

let unit: Told;
let history: UnitHistory;
beforeEach(() => {
  unit = new Told();
  history = new UnitHistory(unit);
});

describe("the history of a unit", () => {
  it("holds what is measured beside what is true, in the words of the declaration", () => {
    for (const [index, lux] of [30, 20.25, 10].entries()) {
      unit.measures("light.illuminance", lux + 1);
      unit.truth = { "light.illuminance": lux, heightM: 6 };
      history.look(startMs + index * 10_000);
    }
    expect(history.of("light.illuminance", "hour", startMs + 25_000)).toEqual({
      unit: "unit-01",
      source: "light.illuminance",
      span: "hour",
      title: "Illuminance",
      measure: { unit: "lx", decimals: 3 },
      startMs,
      stepMs: 10_000,
      measured: { min: [31, 21.25, 11], max: [31, 21.25, 11], last: 11 },
      truth: { min: [30, 20.25, 10], max: [30, 20.25, 10], last: 10 },
    });
    expect(history.of("heightM", "hour", startMs)).toBeUndefined();
  });

  it.each([
    ["good", [5]],
    ["suspect", [5]],
    ["stale", [null]],
    ["bad", [null]],
  ] as const)("takes what is %s as %j", (quality, min) => {
    unit.measures("climate.temperature", 5, quality);
    history.look(startMs);
    expect(history.of("climate.temperature", "night", startMs)!.measured.min).toEqual(min);
  });

  it("has a gap while the process is dead, and the truth goes on", () => {
    unit.truth = { "motion.presence": true };
    unit.measures("motion.presence", 1);
    history.look(startMs);
    unit.samples = undefined;
    history.look(startMs + 10_000);
    const { measured, truth } = history.of("motion.presence", "hour", startMs + 10_000)!;
    expect(measured).toEqual({ min: [1, null], max: [1, null] });
    expect(truth).toEqual({ min: [1, 1], max: [1, 1], last: 1 });
  });

  it("tells of a source that was never seen that there is nothing", () => {
    expect(history.of("radar.distance", "hour", startMs)!.measured).toEqual({ min: [null], max: [null] });
  });

  it("keeps every peak of a day and a night in 360 points, which are told in less than 16 KiB", () => {
    const peakMs = startMs + 20 * hourMs;
    for (let atMs = startMs; atMs <= startMs + 24 * hourMs; atMs += 5_000) {
      unit.measures("meter.activePower", atMs === peakMs ? 123.4 : 60);
      unit.truth = { "meter.activePower": 61.5 };
      history.look(atMs);
    }
    const endMs = startMs + 24 * hourMs;
    for (const span of ["hour", "night"] as const) {
      const told = history.of("meter.activePower", span, endMs)!;
      for (const points of [told.measured.min, told.measured.max, told.truth!.min, told.truth!.max])
        expect(points).toHaveLength(360);
      expect(JSON.stringify(told).length).toBeLessThan(16_384);
      const coveredMs = endMs - told.startMs;
      expect(coveredMs).toBeGreaterThanOrEqual(359 * told.stepMs);
      expect(coveredMs).toBeLessThanOrEqual(360 * told.stepMs);
    }
    const night = history.of("meter.activePower", "night", endMs)!;
    expect(Math.max(...night.measured.max.map(Number))).toBe(123.4);
    const hour = history.of("meter.activePower", "hour", endMs)!;
    expect(Math.max(...hour.measured.max.map(Number))).toBe(60);
  });

  it.each([streetlight, bench, floor, curb])("knows every source of a $kind", (declaration) => {
    const other = new UnitHistory(new Told(declaration));
    const sources = [...sourcesOf(declaration).keys()];
    expect(sources.length).toBeGreaterThan(40);
    for (const source of sources) expect(other.of(source, "hour", startMs)?.source).toBe(source);
  });
});
