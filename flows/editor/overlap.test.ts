import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { weekdays, windowAt } from "../../devices/estimators/week-windows.ts";
import { blocksOf, covers, piecesOf, scopeOf } from "./overlap.ts";

const row = (days: readonly (typeof weekdays)[number][], from: string, to: string, scope = "all") => ({
  window: { days, from, to },
  scope: scopeOf(scope),
});

describe("what a row is for", () => {
  it("reads names, numbers and ranges", () => {
    expect(scopeOf("1, 4-6")).toEqual(new Set(["1", "4", "5", "6"]));
    expect(scopeOf("usb1")).toEqual(new Set(["usb1"]));
    expect([scopeOf("all"), scopeOf("")]).toEqual([undefined, undefined]);
  });

  it.each([
    ["all", "3", true],
    ["3", "all", false],
    ["1-4", "2,3", true],
    ["1-4", "4-5", false],
    ["pad", "pad", true],
  ])("%s leaves nothing of %s: %s", (first, other, expected) => {
    expect(covers(scopeOf(first), scopeOf(other))).toBe(expected);
  });
});

it("puts what is past midnight on the day after", () => {
  expect(piecesOf({ days: ["sun"], from: "22:00", to: "02:00" }, 0)).toEqual([
    { row: 0, began: "sun", day: "sun", from: 1_320, to: 1_440 },
    { row: 0, began: "sun", day: "mon", from: 0, to: 120 },
  ]);
});

it("tells where an earlier row goes first, and which", () => {
  const [, later, other] = blocksOf([
    row(["sat"], "10:00", "12:00"),
    row(["sat"], "09:00", "13:00", "2"),
    row(["sun"], "09:00", "13:00"),
  ]);
  expect(later?.parts).toEqual([
    { from: 540, to: 600 },
    { from: 600, to: 720, lostTo: 0 },
    { from: 720, to: 780 },
  ]);
  expect(other?.parts).toEqual([{ from: 540, to: 780 }]);
});

it("lets a row for one space stand beside one for all that comes later", () => {
  const [, all] = blocksOf([row(["sat"], "10:00", "12:00", "2"), row(["sat"], "09:00", "13:00")]);
  expect(all?.parts).toEqual([{ from: 540, to: 780 }]);
});

it("has the same row in force at every moment of the week as the unit", () => {
  // 2024-01-01 was a Monday.
  const monday = Date.UTC(2024, 0, 1);
  const time = fc.integer({ min: 0, max: 95 }).map((q) => new Date(q * 900_000).toISOString().slice(11, 16));
  const days = fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1 });
  const window = fc.record({ days, from: time, to: time });
  fc.assert(
    fc.property(fc.array(window, { maxLength: 5 }), fc.integer({ min: 0, max: 10_079 }), (windows, at) => {
      const today = weekdays[Math.floor(at / 1_440)];
      const minute = at % 1_440;
      const here = blocksOf(windows.map((one) => ({ window: one, scope: undefined })))
        .filter((block) => block.day === today && block.from <= minute && minute < block.to)
        .filter(
          ({ parts }) => parts.find(({ from, to }) => from <= minute && minute < to)?.lostTo === undefined,
        );
      const inForce = windowAt(windows, "UTC", monday + at * 60_000);
      expect(new Set(here.map(({ row }) => windows[row]))).toEqual(new Set(inForce ? [inForce] : []));
    }),
  );
});
