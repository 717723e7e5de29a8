import { describe, expect, it } from "vitest";
import type { Figure, KindModel } from "../kinds/model.ts";
import { combined, isBin, pathsOf } from "./figures.ts";

const figure = (across: Figure["across"], more: Partial<Figure> = {}): Figure => ({
  title: "",
  unit: "1",
  decimals: 2,
  across,
  ...more,
});

const modelWith = (figures: KindModel["figures"]): KindModel => ({
  kind: "kiosk",
  prefix: "kiosk",
  noun: { one: "kiosk", many: "kiosks" },
  figures,
  report: () => [],
  on: () => () => ({ truth: () => ({}), figures: () => ({}) }),
});

describe("figures of several units", () => {
  const model = modelWith({
    all: figure("sum"),
    worst: figure("max"),
    least: figure("min"),
    share: figure({ share: "all", of: "worst" }, { decimals: 4 }),
    idle: figure({ share: "all", of: "nothing", ofNothing: 0 }),
    unknown: figure({ share: "all", of: "nothing" }),
    nothing: figure("sum"),
    hours: figure("sum", { decimals: 1, bins: { of: [0, 12], unit: "h" } }),
  });
  const one = { all: 1.111, worst: 3, least: 5, nothing: 0, "hours.12": 1.26 };
  const other = { all: 2.222, worst: 4, least: 6, nothing: 0 };

  it("add up, or the most or the least of them counts; shares are of the sums, before rounding", () => {
    expect(combined(model, [one, other])).toEqual({
      all: 3.33,
      worst: 4,
      least: 5,
      share: 0.4761, // 3.333 of 7
      idle: 0,
      unknown: null,
      nothing: 0,
      "hours.12": 1.3,
    });
  });

  it("leave out what a unit cannot tell, and are not told when none can", () => {
    const untold = { all: Number.NaN, worst: Number.NaN, least: Number.NaN };
    expect(combined(model, [one, { ...other, ...untold }])).toMatchObject({ all: 1.11, worst: 3, least: 5 });
    expect(combined(model, [{ ...other, ...untold }])).toMatchObject({ all: null, worst: null, share: null });
  });

  it("must be those that are declared", () => {
    expect(() => combined(model, [{ ...one, some: 1 }])).toThrow("kiosk: a site hands out some");
    expect(() => combined(model, [{ ...one, share: 1 }])).toThrow("a site hands out share");
    expect(() => combined(model, [{ ...one, "hours.6": 1 }])).toThrow("a site hands out hours.6");
    expect(() => combined(model, [one, { all: 1 }])).toThrow("kiosk: a site does not hand out worst");
  });

  it("have a path for each bin", () => {
    expect(pathsOf(model)).toContain("hours.0");
    expect(pathsOf(model)).not.toContain("hours");
    expect([isBin(model, "hours.12"), isBin(model, "hours.13"), isBin(model, "all")]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
