import { expect, it } from "vitest";
import { syntheticFootfall } from "./footfall.ts";

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const mondayMs = Date.UTC(2026, 10, 23);
const footfall = syntheticFootfall(1, 200);
const weeks = 20;
const meanOf = (days: readonly number[], hour: number) => {
  let sum = 0;
  for (let week = 0; week < weeks; week++)
    for (const day of days) sum += footfall.perHour(mondayMs + (7 * week + day) * dayMs + hour * hourMs);
  return sum / (weeks * days.length);
};
const weekdays = [0, 1, 2, 3, 4];
const weekend = [5, 6];

it("peaks twice on weekdays, near the peak asked for, with less between", () => {
  expect(meanOf(weekdays, 17)).toBeGreaterThan(190);
  expect(meanOf(weekdays, 17)).toBeLessThan(212);
  expect(meanOf(weekdays, 8)).toBeGreaterThan(1.5 * meanOf(weekdays, 10));
  expect(meanOf(weekdays, 17)).toBeGreaterThan(1.5 * meanOf(weekdays, 14));
});

it("peaks once at the weekend, in the afternoon, with fuller nights", () => {
  const hours = Array.from({ length: 24 }, (_, hour) => meanOf(weekend, hour));
  const peaks = hours.filter(
    (value, hour) => value > (hours[hour - 1] ?? 0) && value > (hours[hour + 1] ?? 0),
  );
  expect(peaks.length).toBeLessThanOrEqual(2); // the day's hump, and the end of the night before
  expect(hours.indexOf(Math.max(...hours))).toBeGreaterThan(11);
  expect(meanOf(weekend, 1)).toBeGreaterThan(2 * meanOf(weekdays, 1));
});

it("is quiet between 1 and 5 of a weekday: under 5 % of the peak", () => {
  for (const hour of [1, 2, 3, 4]) expect(meanOf(weekdays, hour)).toBeLessThan(10);
});

it("is the same for the same seed, day by day different, and of no other size than asked", () => {
  const noons = (seed: number) =>
    Array.from({ length: 5 }, (_, day) =>
      syntheticFootfall(seed).perHour(mondayMs + day * dayMs + 12 * hourMs),
    );
  expect(noons(1)).toEqual(noons(1));
  expect(noons(1)).not.toEqual(noons(2));
  expect(new Set(noons(1)).size).toBe(5);
  expect(syntheticFootfall(1, 0).perHour(mondayMs)).toBe(0);
  expect(() => syntheticFootfall(1, -5)).toThrow(RangeError("people per hour cannot be -5"));
});
