import { expect, it } from "vitest";
import { milliseconds, seconds } from "#devices/duration.ts";
import { Backoff } from "./backoff.ts";

const settings = { base: seconds(1), cap: seconds(60) };
const waits = (backoff: Backoff, count: number) => Array.from({ length: count }, () => backoff.next());

it("doubles the ceiling up to the cap, and starts afresh after a reset", () => {
  const units = Array.from({ length: 2_000 }, (_, index) => new Backoff(`unit-${index}`, settings));
  const ceilings = [1, 2, 4, 8, 16, 32, 60, 60, 60].map((value) => value * 1_000);
  for (const ceilingMs of ceilings) {
    const drawn = units.map((unit) => unit.next() / ceilingMs);
    expect(Math.max(...drawn)).toBeLessThan(1);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
    // Evenly from 0 to 1: of 2 000 draws, mean 0.5 ± 0.0065 (1 σ) and about 200 in each tenth (± 13).
    expect(drawn.reduce((sum, value) => sum + value, 0) / drawn.length).toBeCloseTo(0.5, 1);
    for (let tenth = 0; tenth < 10; tenth++)
      expect(Math.abs(drawn.filter((value) => Math.floor(value * 10) === tenth).length - 200)).toBeLessThan(
        67,
      );
  }
  for (const unit of units) unit.reset();
  expect(Math.max(...units.map((unit) => unit.next()))).toBeLessThan(1_000);
});

it("repeats for one name, and differs between names", () => {
  const first = waits(new Backoff("lamp-1", settings), 8);
  expect(waits(new Backoff("lamp-1", settings), 8)).toEqual(first);
  expect(waits(new Backoff("lamp-2", settings), 8)).not.toEqual(first);
});

it.each([
  [0, 10],
  [-1, 10],
  [10, 5],
  [Number.NaN, 10],
])("refuses %d ms to %d ms", (base, cap) => {
  expect(() => new Backoff("a", { base: milliseconds(base), cap: milliseconds(cap) })).toThrow(RangeError);
});
