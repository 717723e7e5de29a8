import { describe, expect, it } from "vitest";
import { hourlyCounts } from "./hourly-counts.ts";

const hourMs = 3_600_000;
/** Rows from a Monday on: the count is 1000 × week + hour of the week. */
const mondayMs = Date.UTC(2014, 0, 6);
const rowsOf = (hours: number, skip: readonly number[] = []) =>
  Array.from({ length: hours }, (_, hour) => hour)
    .filter((hour) => !skip.includes(hour))
    .map((hour) => {
      const time = new Date(mondayMs + hour * hourMs).toISOString().slice(0, 16);
      return `${time},${1_000 * Math.floor(hour / 168) + (hour % 168)}`;
    });
const csv = (rows: readonly string[], newline = "\n") => ["local_time,count", ...rows].join(newline);
const read = (text: string, share?: number) =>
  hourlyCounts(text, { file: "counts.csv", ...(share === undefined ? {} : { share }) });

describe("a good file", () => {
  it("answers with its own hours, times the share", () => {
    const counts = read(csv(rowsOf(3 * 168)), 0.1);
    expect([counts.hours, counts.interpolated]).toEqual([504, 0]);
    expect(counts.perHour(mondayMs + 200 * hourMs)).toBeCloseTo(0.1 * 1_032, 9);
    expect(counts.perHour(mondayMs + 200.99 * hourMs)).toBeCloseTo(0.1 * 1_032, 9);
  });

  it("may have CRLF line ends", () => {
    expect(read(csv(rowsOf(168), "\r\n")).perHour(mondayMs + 5 * hourMs)).toBe(5);
  });

  it("fills an absent hour with the median of the same hour of the week, and counts it", () => {
    const counts = read(csv(rowsOf(4 * 168, [170])));
    expect(counts.interpolated).toBe(1);
    // Hour 2 of the other weeks: 2, 2002, 3002.
    expect(counts.perHour(mondayMs + 170 * hourMs)).toBe(2_002);
  });

  it("takes the mean where an hour comes twice", () => {
    const rows = rowsOf(168);
    rows.splice(4, 0, rows[3]!.replace(/,.*/, ",13"));
    expect(read(csv(rows)).perHour(mondayMs + 3 * hourMs)).toBe((3 + 13) / 2);
  });
});

describe("dates outside the file", () => {
  it("take the same weekday of the nearest date a whole number of years away", () => {
    const counts = read(csv(rowsOf(366 * 24)));
    // 2026-07-15 is a Wednesday; 12 years earlier the nearest Wednesday is 2014-07-16.
    expect(counts.perHour(Date.UTC(2026, 6, 15, 8))).toBe(counts.perHour(Date.UTC(2014, 6, 16, 8)));
    expect(counts.perHour(Date.UTC(2011, 6, 13, 8))).toBe(counts.perHour(Date.UTC(2014, 6, 16, 8)));
  });

  it("take the median of the hour of the week when the file is short", () => {
    const counts = read(csv(rowsOf(3 * 168)));
    // Tuesday 05:00 is hour 29: 29, 1029, 2029.
    expect(counts.perHour(Date.UTC(2026, 6, 14, 5))).toBe(1_029);
  });
});

describe("a bad file is refused with its line", () => {
  const bad = (at: number, line: string) => csv(rowsOf(168).map((row, index) => (index === at ? line : row)));

  it.each([
    ["empty", "", "counts.csv: the file is empty; expected the header local_time,count"],
    ["headless", rowsOf(168).join("\n"), "line 1: expected the header local_time,count"],
    ["without rows", "local_time,count\n", "there is no count below the header"],
    ["cut off", bad(9, "2014-01-06T09:00"), "line 11: 1 fields"],
    [
      "with letters in a count",
      bad(9, "2014-01-06T09:00,1l2"),
      'line 11, count: expected a number of people, not "1l2"',
    ],
    ["with a negative count", bad(9, "2014-01-06T09:00,-3"), "line 11, count"],
    ["with half hours", bad(9, "2014-01-06T09:30,3"), "line 11, local_time: expected a full hour"],
    ["with an impossible date", bad(9, "2014-02-30T09:00,3"), "line 11, local_time"],
    ["with an impossible hour", bad(9, "2014-01-06T25:00,3"), "line 11, local_time"],
    [
      "out of order",
      bad(9, "2014-01-06T03:00,3"),
      'line 11: "2014-01-06T03:00,3" comes before the row above it',
    ],
    ["of less than a week", csv(rowsOf(167)), "no count for Sunday 23:00: give at least a whole week"],
  ])("%s", (_, text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it("and so is a negative share", () => {
    expect(() => read(csv(rowsOf(168)), -1)).toThrow(RangeError("a share of people cannot be -1"));
  });
});
