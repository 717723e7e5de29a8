import { expect, it } from "vitest";
import { hourOfWeek, localClock } from "./local-time.ts";

const iso = (localMs: number) => new Date(localMs).toISOString().slice(0, 16);

it("follows summer time: Rome goes from UTC+1 to UTC+2 on 29 March 2026 at 01:00 UTC, back on 25 October", () => {
  const local = localClock("Europe/Rome");
  expect(iso(local(Date.UTC(2026, 2, 29, 0, 59)))).toBe("2026-03-29T01:59");
  expect(iso(local(Date.UTC(2026, 2, 29, 1, 0)))).toBe("2026-03-29T03:00");
  expect(iso(local(Date.UTC(2026, 9, 25, 0, 59)))).toBe("2026-10-25T02:59");
  expect(iso(local(Date.UTC(2026, 9, 25, 1, 0)))).toBe("2026-10-25T02:00");
});

it("keeps milliseconds, and knows offsets of three quarters of an hour (Kathmandu, UTC+5:45)", () => {
  const unixMs = Date.UTC(2026, 0, 1, 0, 3, 7, 89);
  expect(localClock("Asia/Kathmandu")(unixMs)).toBe(unixMs + 5.75 * 3_600_000);
});

it("refuses an unknown zone with a word of help", () => {
  expect(() => localClock("Rome")).toThrow('"Rome" is no IANA time zone: write it like Europe/Rome');
});

it("counts the hours of a week from Monday 00:00, before 1970 too", () => {
  expect(hourOfWeek(Date.UTC(2026, 10, 23, 0))).toBe(0); // a Monday
  expect(hourOfWeek(Date.UTC(2026, 10, 23, 0) - 1)).toBe(167);
  expect(hourOfWeek(Date.UTC(1970, 0, 1, 13))).toBe(3 * 24 + 13); // a Thursday
  expect(hourOfWeek(Date.UTC(1969, 11, 28, 23, 30))).toBe(167); // a Sunday
});
