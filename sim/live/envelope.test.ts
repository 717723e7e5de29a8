import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Envelope } from "./envelope.ts";

const exactly = (value: number) => value;

describe("an envelope", () => {
  it("keeps the lowest and the highest of each step, in whichever order they came", () => {
    const envelope = new Envelope(10, 4);
    for (const [atMs, value] of [
      [100, 3],
      [104, 9],
      [109, 5],
      [110, 7],
      [119, -2],
    ] as const)
      envelope.put(atMs, value);
    expect(envelope.band(envelope.firstStep(119), 119, exactly)).toEqual({
      min: [3, -2],
      max: [9, 7],
      last: -2,
    });
  });

  it("has gaps where nothing, or nothing good, was seen, up to now", () => {
    const envelope = new Envelope(10, 10);
    envelope.put(100, 1);
    envelope.put(110, Number.NaN);
    envelope.put(130, 4);
    envelope.put(133, Number.NaN);
    expect(envelope.band(envelope.firstStep(155), 155, exactly)).toEqual({
      min: [1, null, null, 4, null, null],
      max: [1, null, null, 4, null, null],
    });
  });

  it("forgets what is older than its points, also after a long silence", () => {
    const envelope = new Envelope(10, 3);
    for (const atMs of [0, 10, 20, 30]) envelope.put(atMs, atMs);
    expect(envelope.firstStep(30)).toBe(1);
    expect(envelope.band(1, 30, exactly)).toEqual({ min: [10, 20, 30], max: [10, 20, 30], last: 30 });
    envelope.put(1_000, 5);
    expect(envelope.band(envelope.firstStep(1_000), 1_000, exactly)).toEqual({
      min: [null, null, 5],
      max: [null, null, 5],
      last: 5,
    });
  });

  it("knows nothing before the first value", () => {
    const envelope = new Envelope(10, 3);
    expect(envelope.band(envelope.firstStep(25), 25, exactly)).toEqual({ min: [null], max: [null] });
  });

  it("says the same as looking at every value again, of whatever is seen when", () => {
    const stepMs = 10;
    const points = 8;
    const looks = fc.array(
      fc.tuple(
        fc.integer({ min: 0, max: 40 }),
        fc.option(fc.integer({ min: -99, max: 99 }), { nil: Number.NaN }),
      ),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(looks, fc.nat(100), (pauses, restMs) => {
        const envelope = new Envelope(stepMs, points);
        const seen: (readonly [step: number, value: number])[] = [];
        let nowMs = 1_000;
        for (const [pauseMs, value] of pauses) {
          nowMs += pauseMs;
          envelope.put(nowMs, value);
          seen.push([Math.floor(nowMs / stepMs), value]);
        }
        nowMs += restMs;
        const nowStep = Math.floor(nowMs / stepMs);
        const first = Math.min(nowStep, Math.max(seen[0]![0], nowStep - points + 1));
        expect(envelope.firstStep(nowMs)).toBe(first);
        const { min, max } = envelope.band(first, nowMs, exactly);
        const steps = Array.from({ length: nowStep - first + 1 }, (_, index) => first + index);
        expect(steps.length).toBeLessThanOrEqual(points);
        const within = (step: number) =>
          seen.filter(([at, value]) => at === step && !Number.isNaN(value)).map(([, value]) => value);
        expect(min).toEqual(
          steps.map((step) => (within(step).length > 0 ? Math.min(...within(step)) : null)),
        );
        expect(max).toEqual(
          steps.map((step) => (within(step).length > 0 ? Math.max(...within(step)) : null)),
        );
      }),
    );
  });
});
