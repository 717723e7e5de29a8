import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { localClock } from "../world/local-time.ts";
import { durationMs, durationPattern, instantMs, instantPattern, isInCalendar } from "./times.ts";

const rome = "Europe/Rome";
const at = (iso: string) => Date.parse(iso);

describe("durations", () => {
  it.each([
    ["45 s", 45_000],
    ["45s", 45_000],
    ["1.5 min", 90_000],
    ["10 min", 600_000],
    ["2 h", 7_200_000],
    ["7 d", 604_800_000],
    ["0 s", 0],
  ])("%s are %i ms", (text, ms) => {
    expect(text).toMatch(new RegExp(durationPattern));
    expect(durationMs(text)).toBe(ms);
  });

  it.each(["", "10", "min", "-1 s", "1 m", "1 hour", "1  h", ".5 h", "1e3 s"])("refuses %j", (text) => {
    expect(text).not.toMatch(new RegExp(durationPattern));
  });
});

describe("local instants", () => {
  it.each([
    ["22:30", true],
    ["22:30:05", true],
    ["2025-12-23 22:30", true],
    ["24:00", false],
    ["9:30", false],
    ["22:60", false],
    ["2025-12-23", false],
    ["2025-12-23T22:30", false],
  ])("%s is one: %s", (text, fits) => {
    expect(new RegExp(instantPattern).test(text)).toBe(fits);
  });

  it("are in the zone's own offset, summer and winter", () => {
    expect(instantMs("2025-12-21 17:00", rome)).toBe(at("2025-12-21T17:00+01:00"));
    expect(instantMs("2025-06-21 17:00", rome)).toBe(at("2025-06-21T17:00+02:00"));
    expect(instantMs("2025-06-21 17:00:07", "Asia/Kathmandu")).toBe(at("2025-06-21T17:00:07+05:45"));
    expect(instantMs("2025-06-21 17:00", "America/New_York")).toBe(at("2025-06-21T17:00-04:00"));
    expect(instantMs("2025-06-21 17:00", "Pacific/Kiritimati")).toBe(at("2025-06-21T17:00+14:00"));
  });

  it("without a date are the first such time at or after another", () => {
    const from = at("2025-12-21T17:00+01:00");
    expect(instantMs("17:00", rome, from)).toBe(from);
    expect(instantMs("17:00:01", rome, from)).toBe(from + 1_000);
    expect(instantMs("16:59:59", rome, from)).toBe(from + 86_399_000);
    expect(instantMs("01:00", rome, from)).toBe(at("2025-12-22T01:00+01:00"));
    // Across the end of a year and of a February.
    expect(instantMs("00:30", rome, at("2025-12-31T23:00+01:00"))).toBe(at("2026-01-01T00:30+01:00"));
    expect(instantMs("00:30", rome, at("2024-02-28T23:00+01:00"))).toBe(at("2024-02-29T00:30+01:00"));
  });

  // The EU's clocks go forward at 01:00 UTC on the last Sunday of March and back on that of October (2000/84/EC);
  // New York's at 02:00 local time on the second Sunday of March and the first of November (15 USC 260a).
  it("that the clocks skip are taken as if they had not been put forward", () => {
    expect(instantMs("2025-03-30 02:30", rome)).toBe(at("2025-03-30T02:30+01:00"));
    expect(instantMs("02:30", rome, at("2025-03-29T20:00+01:00"))).toBe(at("2025-03-30T02:30+01:00"));
    expect(instantMs("2025-03-09 02:30", "America/New_York")).toBe(at("2025-03-09T02:30-05:00"));
    expect(instantMs("03:30", rome, at("2025-03-29T20:00+01:00"))).toBe(at("2025-03-30T03:30+02:00"));
  });

  it("that come twice are the first of the two, unless that has passed", () => {
    expect(instantMs("2025-10-26 02:30", rome)).toBe(at("2025-10-26T02:30+02:00"));
    expect(instantMs("02:30", rome, at("2025-10-25T20:00+02:00"))).toBe(at("2025-10-26T02:30+02:00"));
    expect(instantMs("02:30", rome, at("2025-10-26T02:45+02:00"))).toBe(at("2025-10-26T02:30+01:00"));
    expect(instantMs("2025-11-02 01:30", "America/New_York")).toBe(at("2025-11-02T01:30-04:00"));
    expect(instantMs("17:00", rome, at("2025-10-25T17:01+02:00"))).toBe(at("2025-10-26T17:00+01:00"));
  });

  it("show what was asked for on the place's clocks, within a day and an hour", () => {
    const local = localClock(rome);
    fc.assert(
      fc.property(
        fc.integer({ min: at("2020-01-01"), max: at("2030-01-01") }),
        fc.integer({ min: 0, max: 86_399 }),
        (fromMs, second) => {
          const text = new Date(second * 1_000).toISOString().slice(11, 19);
          const found = instantMs(text, rome, fromMs);
          const shown = new Date(local(found)).toISOString().slice(11, 19);
          const isSkipped = shown.slice(0, 2) === "03" && text.startsWith("02");
          expect(shown === text || isSkipped).toBe(true);
          expect(found - fromMs).toBeGreaterThanOrEqual(0);
          expect(found - fromMs).toBeLessThan(25 * 3_600_000);
        },
      ),
    );
  });

  it("know the calendar", () => {
    expect(isInCalendar("2024-02-29 00:00")).toBe(true);
    expect(isInCalendar("2025-02-29 00:00")).toBe(false);
    expect(isInCalendar("2025-13-01 00:00")).toBe(false);
    expect(isInCalendar("22:30")).toBe(true);
  });
});
