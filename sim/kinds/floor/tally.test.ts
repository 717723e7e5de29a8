import { describe, expect, it } from "vitest";
import { Tally } from "./tally.ts";

const minute = 60_000;
const step = (atMs: number, xM: number, { person = 1, yM = 0.4, stepsPerMinute = 110 } = {}) => ({
  atMs,
  untilMs: atMs + 600,
  person,
  direction: 1 as const,
  stepsPerMinute,
  xM,
  yM,
});

describe("the tally of a strip", () => {
  const tally = () => new Tally({ fromM: 0, rightM: 0, tiles: 4 }, 0);

  it("knows of every step on the strip as it is taken, and of none before", () => {
    const one = tally();
    one.struck([step(2_000, 0.9), step(1_000, 0.3), step(1_500, 0.9, { yM: -0.03 })]);
    expect([999, 1_000, 1_999, 2_000, 9_000].map((atMs) => one.truth(atMs).steps)).toEqual([0, 1, 1, 2, 2]);
  });

  it("knows on which tile each was: a step at the far end is on the last one", () => {
    const one = tally();
    one.struck([0, 0.59, 0.61, 2.4].map((xM, index) => step(1_000 * index, xM)));
    expect(one.truth(9_000)).toMatchObject({ steps1: 2, steps2: 1, steps3: 0, steps4: 1 });
  });

  it("counts who walks over the middle, which way, and with what cadence", () => {
    const one = tally();
    one.struck([0.3, 1, 1.7].map((xM, index) => step(1_000 + 550 * index, xM, { stepsPerMinute: 100 })));
    one.struck([2, 1.4, 0.8].map((xM, index) => step(1_200 + 550 * index, xM, { person: 2 })));
    expect(one.truth(1_000)).toMatchObject({ forward: 0, backward: 0, cadence: Number.NaN });
    expect(one.truth(2 * minute)).toMatchObject({
      forward: 1,
      backward: 1,
      flowForward: 0.5,
      flowBackward: 0.5,
      cadence: 105,
    });
  });

  it("tells flow and means of the last quarter of an hour, and counts for ever", () => {
    const one = tally();
    one.struck([step(10_000, 0.9), step(10_500, 1.5), step(16 * minute, 1.5, { person: 2 })]);
    expect(one.truth(15.5 * minute).flowForward).toBeCloseTo(1 / 15.5, 9);
    expect(one.truth(15.5 * minute).cadence).toBe(110);
    // Of fifteen whole minutes and the one that goes on: the first one is no longer among them.
    expect(one.truth(16.5 * minute)).toMatchObject({ flowForward: 0, cadence: Number.NaN });
    expect(one.truth(16.5 * minute)).toMatchObject({ steps: 3, forward: 1 });
  });

  it("takes the generator's highest voltage while a foot is on its tile, alone since it came", () => {
    const one = tally();
    one.struck([step(1_000, 0.3), step(1_400, 0.4, { person: 2 }), step(1_500, 0.9)]);
    const volts: Record<number, readonly [number, number]> = {
      900: [50, 0],
      1000: [1, 0],
      1300: [5, 0],
      1400: [3, 0],
      1500: [4, 2],
      1900: [0, -9],
      2200: [70, 0],
    };
    for (const [atMs, [first, second]] of Object.entries(volts))
      one.live(Number(atMs), (index) => [first, second][index] ?? 0);
    // 5 V, then 4 V of the second foot on the first tile, and 2 V on the other.
    expect(one.truth(3_000).peak).toBeCloseTo((5 + 4 + 2) / 3, 9);
  });

  it("shares what the generators gave among the steps that there were", () => {
    const one = tally();
    one.struck([step(1_000, 0.3), step(1_500, 0.9)]);
    one.generated(7, 0);
    one.generated(7.4, 2_000);
    one.generated(7.5, 3_000);
    expect(one.truth(4_000).energyPerStep).toBeCloseTo(0.25, 9);
  });

  it("says the same however often it is asked", () => {
    const [asked, unasked] = [tally(), tally()];
    for (const one of [asked, unasked]) one.struck([step(1_000, 0.9), step(1_550, 1.5)]);
    for (let atMs = 0; atMs < 3_000; atMs += 5) {
      asked.truth(atMs);
      for (const one of [asked, unasked]) one.live(atMs, () => Math.sin(atMs / 100));
    }
    expect(asked.truth(3_000)).toEqual(unasked.truth(3_000));
  });
});
