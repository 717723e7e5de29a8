import { describe, expect, it } from "vitest";
import { dayOfYear, extraterrestrialWhPerM2 } from "./insolation.ts";

const megajoules = (latitude: number, day: number) => (extraterrestrialWhPerM2(latitude, day) * 3_600) / 1e6;

describe("irradiation above the atmosphere", () => {
  it("is that of the worked example: FAO-56, example 8, 20° S on 3 September", () => {
    expect(megajoules(-20, 246)).toBeCloseTo(32.2, 1);
  });

  // FAO-56, annex 2, table 2.6: Ra on the 15th of the month, MJ/m² a day.
  it.each([
    [44, 15, 12.2],
    [44, 166, 41.8],
    [0, 74, 37.9],
  ])("at %d° on day %d is %d MJ/m²", (latitude, day, expected) => {
    expect(Math.abs(megajoules(latitude, day) - expected)).toBeLessThan(0.35);
  });

  it("is nothing in the polar night", () => {
    expect(extraterrestrialWhPerM2(80, 355)).toBe(0);
    expect(megajoules(80, 172)).toBeGreaterThan(40);
  });

  it("counts days from the first of January, leap years too", () => {
    const day = (date: string) => Date.parse(`${date}T00:00:00Z`) / 86_400_000;
    expect(
      [day("2026-01-01"), day("2026-12-31"), day("2028-12-31"), day("2028-03-01")].map(dayOfYear),
    ).toEqual([1, 365, 366, 61]);
  });
});
