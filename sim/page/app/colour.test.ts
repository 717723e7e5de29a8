import { expect, it } from "vitest";
import { black, contrast, css, luminance, mix, rgb, white } from "./colour.ts";

/** Pairs whose ratios are published: WebAIM's contrast checker; black on white is 21 by definition (WCAG 2.2). */
it.each([
  ["#000000", "#ffffff", 21],
  ["#777777", "#ffffff", 4.48],
  ["#0000ff", "#ffffff", 8.59],
  ["#ff0000", "#ffffff", 4],
] as const)("finds the contrast of %s and %s to be %d", (a, b, ratio) => {
  expect(contrast(rgb(a), rgb(b))).toBeCloseTo(ratio, 1);
  expect(contrast(rgb(b), rgb(a))).toBeCloseTo(ratio, 1);
});

it("weighs red, green and blue as sRGB does", () => {
  expect(luminance(rgb("#ff0000"))).toBeCloseTo(0.2126, 4);
  expect(luminance(rgb("#00ff00"))).toBeCloseTo(0.7152, 4);
  expect(luminance(rgb("#0000ff"))).toBeCloseTo(0.0722, 4);
});

it("writes colours as CSS Color 4 does", () => {
  expect(css(rgb("#0a14ff"))).toBe("rgb(10 20 255 / 1)");
  expect(css(mix(black, white, 0.5), 0.25)).toBe("rgb(128 128 128 / 0.25)");
});
