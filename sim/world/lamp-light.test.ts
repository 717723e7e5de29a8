import { expect, it } from "vitest";
import { illuminanceFrom } from "./lamp-light.ts";

const lamp = { xM: 10, heightM: 6, luminousFluxLm: 5_000, levelPercent: 100 };

it("gives Φ/(π h²) right under the lamp, and a quarter of it at 45° (cos⁴ 45° = 1/4)", () => {
  expect(illuminanceFrom([lamp], 10)).toBeCloseTo(5_000 / (Math.PI * 36), 9);
  expect(illuminanceFrom([lamp], 16)).toBeCloseTo(5_000 / (Math.PI * 36) / 4, 9);
  expect(illuminanceFrom([lamp], 4)).toBeCloseTo(illuminanceFrom([lamp], 16), 9);
});

it("loses no light: over the whole plane the illuminance adds up to the flux", () => {
  let lumens = 0;
  const ringM = 0.05;
  for (let radiusM = ringM / 2; radiusM < 2_000; radiusM += ringM)
    lumens += illuminanceFrom([lamp], 10 + radiusM) * 2 * Math.PI * radiusM * ringM;
  expect(lumens).toBeCloseTo(5_000, 0);
});

it("adds lamps up, in proportion to their level", () => {
  const dimmed = { ...lamp, xM: 40, levelPercent: 30 };
  expect(illuminanceFrom([dimmed], 40)).toBeCloseTo((0.3 * 5_000) / (Math.PI * 36), 9);
  expect(illuminanceFrom([lamp, dimmed], 20)).toBeCloseTo(
    illuminanceFrom([lamp], 20) + illuminanceFrom([dimmed], 20),
    12,
  );
  expect(illuminanceFrom([{ ...lamp, levelPercent: 0 }], 10)).toBe(0);
  expect(illuminanceFrom([], 10)).toBe(0);
});
