import { describe, expect, it } from "vitest";
import { nextChangeMs, type WeekWindow, windowAt } from "./week-windows.ts";

const zone = "Europe/Rome";
// 2026-06-22 is a Monday (ISO week calendar); Rome is at UTC+2 in June.
const summer = (day: number, hour: number, minute = 0) => Date.UTC(2026, 5, day, hour - 2, minute);
const office: WeekWindow = { days: ["mon", "tue", "wed", "thu", "fri"], from: "08:00", to: "18:00" };
const saturdayNight: WeekWindow = { days: ["sat"], from: "22:00", to: "03:00" };
const sunday: WeekWindow = { days: ["sun"], from: "00:00", to: "24:00" };
const always: WeekWindow = { ...sunday, days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] };

describe("windows of the week", () => {
  it.each([
    ["before it begins", summer(22, 7, 59), false],
    ["as it begins", summer(22, 8), true],
    ["just before it ends", summer(22, 17, 59), true],
    ["as it ends", summer(22, 18), false],
    ["on another day", summer(27, 12), false],
  ])("hold from begin to end: %s", (_, atMs, holds) => {
    expect(windowAt([office], zone, atMs) === office).toBe(holds);
  });

  it.each([
    ["on Saturday before", summer(27, 21, 59), undefined],
    ["on Saturday", summer(27, 23), saturdayNight],
    ["after midnight, which is Sunday", summer(28, 2, 59), saturdayNight],
    ["when it is over", summer(28, 3), undefined],
    ["after another midnight", summer(27, 1), undefined],
  ])("may cross midnight, and belong to the day before: %s", (_, atMs, expected) => {
    expect(windowAt([saturdayNight], zone, atMs)).toBe(expected);
  });

  it("go by their order where several hold", () => {
    expect(windowAt([saturdayNight, sunday], zone, summer(28, 1))).toBe(saturdayNight);
    expect(windowAt([sunday, saturdayNight], zone, summer(28, 1))).toBe(sunday);
  });

  it("cover a week without a gap when they say always", () => {
    for (let atMs = summer(22, 0); atMs < summer(30, 0); atMs += 7 * 60_000)
      expect(windowAt([always], zone, atMs)).toBe(always);
  });

  it("tell when they change next", () => {
    expect(nextChangeMs([office], zone, summer(22, 7))).toBe(summer(22, 8));
    expect(nextChangeMs([office], zone, summer(22, 8))).toBe(summer(22, 18));
    expect(nextChangeMs([office], zone, summer(26, 18))).toBe(summer(29, 8));
    expect(nextChangeMs([saturdayNight, office], zone, summer(27, 23))).toBe(summer(28, 3));
    expect(nextChangeMs([], zone, summer(22, 7))).toBeUndefined();
  });

  // Rome goes from UTC+1 to UTC+2 at 01:00 UTC on 2026-03-29, a Sunday: 02:30 does not exist.
  it("keep to the clock's face over a change to summer time", () => {
    const window: WeekWindow = { days: ["sun"], from: "01:00", to: "04:00" };
    expect(windowAt([window], zone, Date.UTC(2026, 2, 29, 0))).toBe(window);
    expect(windowAt([window], zone, Date.UTC(2026, 2, 29, 1, 59))).toBe(window);
    expect(windowAt([window], zone, Date.UTC(2026, 2, 29, 2))).toBeUndefined();
  });
});
