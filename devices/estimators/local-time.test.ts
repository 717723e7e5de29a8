import { describe, expect, it } from "vitest";
import { localDay, localInstant, localTimeOfDay, utcOffsetMs } from "./local-time.ts";

const hourMs = 3_600_000;
const dayOf = (date: string) => Date.parse(`${date}T00:00Z`) / 86_400_000;

describe("utcOffsetMs", () => {
  // IANA tz database 2024a: europe (EU rules), australasia (LH, Chatham), asia (Nepal).
  it.each([
    ["Europe/Rome", "2026-03-29T00:59:59Z", 1],
    ["Europe/Rome", "2026-03-29T01:00:00Z", 2],
    ["Europe/Rome", "2026-10-25T00:59:59Z", 2],
    ["Europe/Rome", "2026-10-25T01:00:00Z", 1],
    ["America/New_York", "2026-07-01T00:00:00Z", -4],
    ["Australia/Lord_Howe", "2026-04-04T14:59:59Z", 11],
    ["Australia/Lord_Howe", "2026-04-04T15:00:00Z", 10.5],
    ["Asia/Kathmandu", "2026-01-01T00:00:00Z", 5.75],
    ["Pacific/Chatham", "2026-01-01T00:00:00Z", 13.75],
    ["UTC", "2026-01-01T00:00:00Z", 0],
  ])("%s at %s is %f h", (zone, at, hours) => {
    expect(utcOffsetMs(zone, Date.parse(at))).toBe(hours * hourMs);
  });

  it("is the same however many other times are asked for in between", () => {
    for (let hour = 0; hour < 24 * 366; hour++)
      utcOffsetMs("Europe/Rome", Date.UTC(2026, 0, 1) + hour * hourMs);
    expect(utcOffsetMs("Europe/Rome", Date.parse("2026-07-01T00:00Z"))).toBe(2 * hourMs);
  });

  it("rejects a zone that does not exist", () => {
    expect(() => utcOffsetMs("Europe/Atlantis", 0)).toThrow(/Europe\/Atlantis/);
  });
});

describe("localInstant", () => {
  it.each([
    ["an ordinary day", "2026-06-01", 22.5, "2026-06-01T20:30:00Z"],
    ["a time that summer time skips", "2026-03-29", 2.5, "2026-03-29T01:30:00Z"],
    ["after the change to summer time", "2026-03-29", 3, "2026-03-29T01:00:00Z"],
    ["a time that occurs twice", "2026-10-25", 2.5, "2026-10-25T00:30:00Z"],
    ["after the change to winter time", "2026-10-25", 3, "2026-10-25T02:00:00Z"],
  ])("in Rome, %s: %s at %f h is %s", (_, date, hours, utc) => {
    expect(localInstant("Europe/Rome", dayOf(date), hours * hourMs)).toBe(Date.parse(utc));
  });
});

describe("localDay and localTimeOfDay", () => {
  it("turn at local midnight", () => {
    const lastMs = Date.parse("2026-01-01T22:59:59Z");
    expect(localTimeOfDay("Europe/Rome", lastMs)).toBe("23:59:59");
    expect(localTimeOfDay("Europe/Rome", lastMs + 1_000)).toBe("00:00:00");
    expect([lastMs, lastMs + 1_000].map((ms) => localDay("Europe/Rome", ms))).toEqual([
      dayOf("2026-01-01"),
      dayOf("2026-01-02"),
    ]);
  });
});
