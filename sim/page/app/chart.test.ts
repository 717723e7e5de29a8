import { expect, it } from "vitest";
import { chartColours, dataOf, rangeOf, timesOf } from "./chart.ts";

/** Relative luminance and contrast of WCAG 2.2, sections "relative luminance" and "contrast ratio". */
function contrast(one: string, other: string): number {
  const luminance = (colour: string) => {
    const [r, g, b] = [1, 3, 5]
      .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
      .map((share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

it("can be read: lines and labels stand out from the ground of the panel by 4.5 to 1", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 9);
  for (const colour of [chartColours.measured, chartColours.truth, chartColours.label])
    expect(contrast(colour, "#0e1322")).toBeGreaterThan(4.5);
});

it("draws each point in its middle, and what is not known not at all", () => {
  const band = { min: [1, null], max: [2, null] };
  const told = { startMs: 10_000, stepMs: 4_000, measured: band };
  const history = {
    unit: "u",
    source: "s",
    span: "hour",
    title: "t",
    measure: { unit: "W", decimals: 0 },
  } as const;
  expect(dataOf({ ...history, ...told })).toEqual([
    [12, 16],
    [2, null],
    [1, null],
    [null, null],
    [null, null],
  ]);
  const truth = { min: [0, 3], max: [0, 4] };
  expect(dataOf({ ...history, ...told, truth }).slice(3)).toEqual([
    [0, 4],
    [0, 3],
  ]);
});

it("leaves room above and below, also around what never changed, and shows all words", () => {
  expect(rangeOf(0, 100, undefined)).toEqual([-8, 108]);
  expect(rangeOf(50, 50, undefined)).toEqual([45, 55]);
  expect(rangeOf(0, 0, undefined)).toEqual([-1, 1]);
  expect(rangeOf(null, null, undefined)).toEqual([0, 1]);
  const [low, high] = rangeOf(1, 1, ["day", "dark"]);
  expect(low).toBeLessThan(0);
  expect(high).toBeGreaterThan(1);
});

it("writes hours and minutes under a chart, and seconds where minutes would repeat", () => {
  const noonS = Date.UTC(2026, 10, 22, 12) / 1_000;
  expect(timesOf([noonS, noonS + 600], "UTC")).toEqual(["12:00", "12:10"]);
  expect(timesOf([noonS, noonS + 20, noonS + 40], "UTC")).toEqual(["12:00:00", "12:00:20", "12:00:40"]);
});
