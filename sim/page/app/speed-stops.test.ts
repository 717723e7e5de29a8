import { expect, it } from "vitest";
import { nearestStop, speedStops } from "./speed-stops.ts";

it("finds every stop itself", () => {
  expect(speedStops.map(nearestStop)).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

it("takes the nearest by ratio for speeds between stops, and stands still only at 0", () => {
  // The geometric mean of 10 and 60 is 24.5.
  expect(nearestStop(24)).toBe(2);
  expect(nearestStop(25)).toBe(3);
  expect(nearestStop(0.01)).toBe(1);
  expect(nearestStop(10_000)).toBe(6);
});
