import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { windowAt as windowInForce } from "../../devices/estimators/week-windows.ts";
import { timeOfDay } from "../../devices/furniture/settings.ts";
import { minutesOf } from "./time-of-day.ts";
import { dayMoved, daysShifted, type Hold, shifted, spanOf, windowAt } from "./week.ts";

const window = (from: string, to: string) => ({ days: ["mon", "tue"] as const, from, to });
const times = ({ from, to }: { readonly from: string; readonly to: string }) => `${from} to ${to}`;

describe("a part of a window, moved", () => {
  it.each([
    ["whole", 60, "07:00", "10:00", "08:00 to 11:00"],
    ["whole", 7, "07:00", "10:00", "07:00 to 10:00"],
    ["whole", 180, "20:00", "22:00", "23:00 to 01:00"],
    ["whole", 120, "20:00", "22:00", "22:00 to 24:00"],
    ["whole", 900, "20:00", "22:00", "23:45 to 01:45"],
    ["whole", -600, "07:00", "10:00", "00:00 to 03:00"],
    ["from", -50, "07:00", "10:00", "06:15 to 10:00"],
    ["from", 600, "07:00", "10:00", "09:45 to 10:00"],
    ["from", 600, "22:00", "02:00", "23:45 to 02:00"],
    ["from", -600, "22:00", "14:00", "14:00 to 14:00"],
    ["from", 600, "00:00", "00:05", "00:00 to 00:05"],
    ["from", 600, "23:50", "23:50", "23:50 to 23:50"],
    ["to", 120, "21:00", "22:00", "21:00 to 24:00"],
    ["to", 180, "21:00", "22:00", "21:00 to 01:00"],
    ["to", -600, "21:00", "22:00", "21:00 to 21:15"],
    ["to", 2_000, "21:00", "22:00", "21:00 to 21:00"],
  ] as const)("%s by %i minutes: %s to %s is then %s", (hold: Hold, minutes, from, to, expected) => {
    expect(times(shifted(window(from, to), hold, minutes, 15))).toBe(expected);
  });

  it("keeps the odd minutes of an edge that is not moved", () => {
    expect(times(shifted(window("07:03", "10:07"), "to", 60, 15))).toBe("07:03 to 11:00");
  });

  it("waits until both times are written out", () => {
    expect(times(shifted(window("7", "10:00"), "to", 60, 15))).toBe("7 to 10:00");
    expect(spanOf(window("24:00", "10:00"))).toBeUndefined();
  });

  it("leaves times that the schema takes, whatever is done", () => {
    const minute = fc.integer({ min: 0, max: 1_439 });
    const text = minute.map((at) => new Date(at * 60_000).toISOString().slice(11, 16));
    const hold = fc.constantFrom<Hold>("whole", "from", "to");
    fc.assert(
      fc.property(text, text, hold, fc.integer({ min: -3_000, max: 3_000 }), (from, to, part, by) => {
        const moved = shifted(window(from, to), part, by, 15);
        for (const time of [moved.from, moved.to]) expect(time).toMatch(new RegExp(timeOfDay.pattern!));
        expect(spanOf(moved)?.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe("the days of a window", () => {
  it("has one put in the place of another, unless it is there", () => {
    expect(dayMoved(["mon", "fri"], "mon", "sat")).toEqual(["fri", "sat"]);
    expect(dayMoved(["mon", "fri"], "mon", "fri")).toEqual(["mon", "fri"]);
    expect(dayMoved(["mon", "fri"], "mon", "mon")).toEqual(["mon", "fri"]);
  });

  it("goes around the week", () => {
    expect(daysShifted(["fri", "sun"], 1)).toEqual(["mon", "sat"]);
    expect(daysShifted(["mon"], -1)).toEqual(["sun"]);
  });
});

it("begins a new window at the half hour of the click, and ends it by midnight", () => {
  expect(windowAt("wed", 565)).toEqual({ days: ["wed"], from: "09:00", to: "11:00" });
  expect(times(windowAt("wed", 1_439))).toBe("23:30 to 24:00");
});

it("means by a span what the unit means", () => {
  // 2024-01-01 was a Monday; the unit's own rule says whether the window holds.
  const monday = Date.UTC(2024, 0, 1);
  const minute = fc.integer({ min: 0, max: 1_439 });
  const text = minute.map((at) => new Date(at * 60_000).toISOString().slice(11, 16));
  fc.assert(
    fc.property(text, text, fc.integer({ min: 0, max: 2_879 }), (from, to, at) => {
      const only = { days: ["mon"] as const, from, to };
      const { begin, length } = spanOf(only)!;
      const holds = windowInForce([only], "UTC", monday + at * 60_000) !== undefined;
      expect(at >= begin && at < begin + length).toBe(holds);
    }),
  );
  expect(minutesOf("24:00")).toBe(1_440);
  expect(minutesOf("24:01")).toBeUndefined();
});
