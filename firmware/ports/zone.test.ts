import { afterEach, describe, expect, it, vi } from "vitest";
import { readByIntl } from "#devices/estimators/local-time.ts";
import { processZone } from "./zone.ts";

const quarterMs = 15 * 60_000;
const yearOf = (utcYear: number) => Date.UTC(utcYear, 0, 1);
const was = process.env.TZ;

afterEach(() => {
  vi.restoreAllMocks();
  if (was === undefined) delete process.env.TZ;
  else process.env.TZ = was;
});

describe("processZone", () => {
  // Half an hour of summer time, a quarter of an hour off, south of the equator, west of Greenwich, all of it there.
  it.each(["Europe/Rome", "Australia/Lord_Howe", "Pacific/Chatham", "America/St_Johns", "Europe/London"])(
    "tells the time of %s as ECMA-402 does, at each quarter of an hour of a year",
    (name) => {
      const [told, judge] = [processZone()(name), readByIntl(name)];
      for (let wallMs = yearOf(2026); wallMs < yearOf(2027); wallMs += quarterMs)
        if (told(wallMs) !== judge(wallMs))
          expect([new Date(wallMs).toISOString(), told(wallMs)]).toEqual([
            new Date(wallMs).toISOString(),
            judge(wallMs),
          ]);
      expect(process.env.TZ).toBe(name);
    },
  );

  it("needs no Intl for the zone of a unit", () => {
    const intl = vi.spyOn(Intl, "DateTimeFormat");
    const rome = processZone()("Europe/Rome");
    // Directive 2000/84/EC: summer time begins on the last Sunday of March, at one in the morning, UTC.
    expect([rome(Date.parse("2026-03-29T00:59Z")), rome(Date.parse("2026-03-29T01:00Z"))]).toEqual([
      3_600_000, 7_200_000,
    ]);
    expect(intl).not.toHaveBeenCalled();
  });

  it("tells a second zone beside the first", () => {
    const zone = processZone();
    const [rome, kathmandu] = [zone("Europe/Rome"), zone("Asia/Kathmandu")];
    expect([rome(0), kathmandu(yearOf(2026))]).toEqual([3_600_000, 5.75 * 3_600_000]);
  });

  it.each(["Africa/Abidjan", "UTC", "Etc/UTC"])("knows %s, which is at UTC all year", (name) => {
    expect(processZone()(name)(yearOf(2026))).toBe(0);
  });

  // The last two are POSIX and C library spellings of TZ.
  it.each(["Europe/Atlantis", "Rome", "", "GMT+3", ":Europe/Rome"])("refuses %j", (name) => {
    expect(() => processZone()(name)).toThrow(RangeError);
  });
});
