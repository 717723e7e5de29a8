import { expect, it } from "vitest";
import { dewPointC, saturationHPa } from "./humidity.ts";

/** Saturation pressure of water, °C and hPa: IAPWS-IF97, International Steam Tables (2008), table 1. */
const steam = [
  [5, 8.726],
  [10, 12.282],
  [20, 23.393],
  [30, 42.47],
  [40, 73.849],
] as const;

it.each(steam)("air of %d °C is saturated with %d hPa, and is then at its dew point", (celsius, hPa) => {
  // The Magnus form holds within 0.3 %: water alone is 0.4 % below moist air at 1013 hPa.
  expect(Math.abs(saturationHPa(celsius) / hPa - 1)).toBeLessThan(0.005);
  expect(dewPointC(celsius, 100)).toBeCloseTo(celsius, 9);
});

it("air of 30 °C with the vapour of saturated air of 10 °C has that dew point", () => {
  expect(dewPointC(30, (100 * 12.282) / 42.47)).toBeCloseTo(10, 1);
});
