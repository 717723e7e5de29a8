import { describe, expect, it } from "vitest";
import { minuteOf, nightOf } from "./night.ts";

// Sunset is drawn at 18:00, 360 minutes after noon, and sunrise at 06:00, 1080 after.
describe("minuteOf", () => {
  it.each([
    ["12:00", 0],
    ["18:00", 360],
    ["00:00", 720],
    ["11:59", 1_439],
    ["sunset", 360],
    ["sunset+00:30", 390],
    ["sunset-06:30", 1_410],
    ["sunrise", 1_080],
    ["sunrise-01:00", 1_020],
  ])("puts %s at minute %i after noon", (from, minute) => {
    expect(minuteOf(from)).toBe(minute);
  });

  it.each(["", "25:00", "7:30", "22:60", "sunset+", "sunset00:30", "sunset+0:30", "dusk", "+01:00"])(
    "knows no %j",
    (from) => {
      expect(minuteOf(from)).toBeUndefined();
    },
  );
});

describe("nightOf", () => {
  it("holds each level until the next, from sunset to sunrise, in the order of time", () => {
    const points = [
      { from: "00:00", level: 20 },
      { from: "sunset", level: 60 },
      { from: "22:00", level: 40 },
      { from: "05:30", level: 50 },
    ];
    expect(nightOf(points)).toEqual([
      { from: 360, to: 600, level: 60 },
      { from: 600, to: 720, level: 40 },
      { from: 720, to: 1_050, level: 20 },
      { from: 1_050, to: 1_080, level: 50 },
    ]);
  });

  it("goes on with the last level of the day before", () => {
    expect(
      nightOf([
        { from: "22:00", level: 40 },
        { from: "sunrise", level: 70 },
      ]),
    ).toEqual([
      { from: 360, to: 600, level: 70 },
      { from: 600, to: 1_080, level: 40 },
    ]);
    expect(nightOf([{ from: "03:00", level: 25 }]).every(({ level }) => level === 25)).toBe(true);
  });

  it("leaves out what is no time or no level yet", () => {
    expect(nightOf([])).toEqual([]);
    expect(
      nightOf([
        { from: "22", level: 40 },
        { from: "22:00", level: Number.NaN },
      ]),
    ).toEqual([]);
  });
});
