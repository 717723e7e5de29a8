import { Body, Equator, Horizon, MakeTime, Observer, SearchAltitude, SearchRiseSet } from "astronomy-engine";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { illuminance } from "../quantities.ts";
import type { Quality, Sample } from "../sample.ts";
import type { Context, Estimate } from "./estimator.ts";
import { daylight, nextSunrise, nextSunset, sunPosition, sunTimes } from "./sun.ts";
import published from "./testdata/sun-2026.json" with { type: "json" };

const minuteMs = 60_000;
const dayMs = 86_400_000;

describe("sunPosition", () => {
  const places = fc.record({
    wallMs: fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2049, 11, 31) }),
    latitude: fc.double({ min: -85, max: 85, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  });

  it("agrees with astronomy-engine to 0.02° anywhere, above and below the horizon", () => {
    fc.assert(
      fc.property(places, ({ wallMs, latitude, longitude }) => {
        const time = MakeTime(new Date(wallMs));
        const observer = new Observer(latitude, longitude, 0);
        const { ra, dec } = Equator(Body.Sun, time, observer, true, true);
        const reference = Horizon(time, observer, ra, dec);
        const position = sunPosition(wallMs, latitude, longitude);
        expect(Math.abs(position.elevation - reference.altitude)).toBeLessThan(0.02);
        const turn = Math.abs(((position.azimuth - reference.azimuth + 540) % 360) - 180);
        expect(turn * Math.cos((reference.altitude * Math.PI) / 180)).toBeLessThan(0.02);
      }),
    );
  });
});

describe("sunTimes", () => {
  const { days } = published;
  const events = [
    ["civilDawn", "civilDawnMs"],
    ["sunrise", "sunriseMs"],
    ["sunset", "sunsetMs"],
    ["civilDusk", "civilDuskMs"],
  ] as const;
  const rows = days.flatMap(({ place, date, latitude, longitude, events: of }) =>
    events.flatMap(([name, field]) => {
      const time = (of as Record<string, string>)[name];
      const wallMs = Date.parse(`${date}T${time}Z`);
      return time === undefined ? [] : [{ place, date, latitude, longitude, name, field, time, wallMs }];
    }),
  );

  it("has the table it is compared with", () => expect(rows).toHaveLength(78));

  it.each(rows)("agrees with the Naval Observatory: $name at $place, $date $time UTC", (row) => {
    const near = [-dayMs, 0, dayMs].map((shiftMs) =>
      sunTimes(row.wallMs + shiftMs, row.latitude, row.longitude),
    );
    const errors = near.map((times) => Math.abs((times[row.field] ?? Number.NaN) - row.wallMs));
    expect(Math.min(...errors.filter(Number.isFinite))).toBeLessThanOrEqual(1.5 * minuteMs);
  });

  const polar = days.filter(({ events: of }) => "allDay" in of);
  it.each(polar)("knows polar day and night: $place, $date", ({ date, latitude, longitude, events: of }) => {
    const noonMs = Date.parse(`${date}T12:00Z`);
    const { allDay, sunriseMs, sunsetMs } = sunTimes(noonMs, latitude, longitude);
    expect(allDay).toBe((of as { allDay: string }).allDay === "above" ? "up" : "down");
    expect([sunriseMs, sunsetMs]).toEqual([undefined, undefined]);
  });

  it.each([
    [45.46, 9.19],
    [-33.87, 151.21],
    [60.17, 24.94],
  ])("has nautical twilight where astronomy-engine has it: %f, %f", (latitude, longitude) => {
    const noonMs = Date.UTC(2026, 2, 20, 12) - (longitude / 15) * 3_600_000;
    const observer = new Observer(latitude, longitude, 0);
    const { nauticalDuskMs } = sunTimes(noonMs, latitude, longitude);
    const reference = SearchAltitude(Body.Sun, observer, -1, new Date(noonMs), 1, -12);
    expect(Math.abs(nauticalDuskMs! - reference!.date.getTime())).toBeLessThan(minuteMs);
  });
});

describe("nextSunset and nextSunrise", () => {
  it("agree with astronomy-engine's search to a minute from the equator to the polar circle", () => {
    const start = fc.record({
      wallMs: fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2035, 0, 1) }),
      latitude: fc.double({ min: -60, max: 60, noNaN: true }),
      longitude: fc.double({ min: -179, max: 179, noNaN: true }),
    });
    fc.assert(
      fc.property(start, ({ wallMs, latitude, longitude }) => {
        const observer = new Observer(latitude, longitude, 0);
        const set = SearchRiseSet(Body.Sun, observer, -1, new Date(wallMs), 2)!.date.getTime();
        const rise = SearchRiseSet(Body.Sun, observer, +1, new Date(wallMs), 2)!.date.getTime();
        // Within a minute of an event, the two may disagree on whether it is still to come.
        fc.pre(set - wallMs > minuteMs && rise - wallMs > minuteMs);
        const [ourSet, ourRise] = [nextSunset, nextSunrise].map((next) => next(wallMs, latitude, longitude)!);
        fc.pre(ourSet! - wallMs > minuteMs && ourRise! - wallMs > minuteMs);
        expect(Math.abs(ourSet! - set)).toBeLessThan(minuteMs);
        expect(Math.abs(ourRise! - rise)).toBeLessThan(minuteMs);
      }),
      { numRuns: 40 },
    );
  });

  // USNO, Sun data for one day, E19.0 N69.5, UT + 1 h, 2014: 18 May rises at 00:13 and sets 69 days later, 25 July
  // at 23:20. So near to grazing, a kilometre or a hundredth of a degree of refraction is minutes.
  it("wait out the midnight sun of Tromsø", () => {
    const rise = nextSunrise(Date.parse("2014-05-17T23:20+01:00"), 69.5, 19)!;
    expect(Math.abs(rise - Date.parse("2014-05-18T00:13+01:00"))).toBeLessThan(5 * minuteMs);
    const set = nextSunset(Date.parse("2014-05-18T12:00+01:00"), 69.5, 19)!;
    expect(Math.abs(set - Date.parse("2014-07-25T23:20+01:00"))).toBeLessThan(5 * minuteMs);
  });

  it("never report an event while the Sun is elsewhere, as suncalc itself does on 24 July 2014", () => {
    const dates = fc.record({
      wallMs: fc.integer({ min: Date.UTC(2014, 0, 1), max: Date.UTC(2030, 0, 1) }),
      latitude: fc.double({ min: 60, max: 89, noNaN: true }),
    });
    const check = (wallMs: number, latitude: number) => {
      const { sunriseMs, sunsetMs } = sunTimes(wallMs, latitude, 19);
      for (const eventMs of [sunriseMs, sunsetMs]) {
        if (eventMs === undefined) continue;
        const time = MakeTime(new Date(eventMs));
        const observer = new Observer(latitude, 19, 0);
        const { ra, dec } = Equator(Body.Sun, time, observer, true, true);
        expect(Math.abs(Horizon(time, observer, ra, dec).altitude + 0.833)).toBeLessThan(0.03);
      }
    };
    fc.assert(fc.property(dates, ({ wallMs, latitude }) => check(wallMs, latitude)));
    check(Date.UTC(2014, 6, 25, 11), 69.5);
  });
});

describe("daylight", () => {
  const estimator = daylight({ illuminance: "light.illuminance" });
  // Milan, 20 March 2026: USNO's sunset rule gives 17:36 UTC; civil twilight ends about 28 minutes later.
  const sunsetMs = nextSunset(Date.UTC(2026, 2, 20, 12), 45.46, 9.19)!;
  const noonMs = Date.UTC(2026, 2, 20, 11, 30);
  const midnightMs = Date.UTC(2026, 2, 20, 23, 30);

  class Cell {
    #state = estimator.initial(undefined);
    #nowMs = 0;
    readonly #startWallMs: number | undefined;
    readonly latest = new Map<string, Estimate>();

    constructor(startWallMs: number | undefined) {
      this.#startWallMs = startWallMs;
    }

    see(lux: number, quality: Quality = "good", afterMs = 30_000): this {
      return this.#step(lux, quality, afterMs);
    }

    wait(afterMs: number): this {
      return this.#step(undefined, "good", afterMs);
    }

    #step(lux: number | undefined, quality: Quality, afterMs: number): this {
      this.#nowMs += afterMs;
      const wallMs = this.#startWallMs === undefined ? undefined : this.#startWallMs + this.#nowMs;
      const clock = wallMs === undefined ? "none" : "rtc";
      const context: Context = {
        nowMs: this.#nowMs,
        wallMs,
        clock,
        latitude: 45.46,
        longitude: 9.19,
        timeZone: "Europe/Rome",
        device: "pier/lamp-1",
        settings: {},
        commands: [],
      };
      const sample: Sample | undefined =
        lux === undefined
          ? undefined
          : {
              source: "light.illuminance",
              value: lux,
              quantity: illuminance,
              quality,
              atMs: this.#nowMs,
              wallMs,
              clock,
              boot: 1,
            };
      const step = estimator.step(this.#state, sample, context);
      this.#state = step.state;
      for (const estimate of step.estimates) this.latest.set(estimate.output, estimate);
      return this;
    }

    get dark(): string {
      const { value, quality } = this.latest.get("dark")!;
      return `${value} ${quality}`;
    }
  }

  it("switches by the photocell in twilight, with hysteresis and after a settled reading", () => {
    const cell = new Cell(sunsetMs).see(100);
    expect(cell.dark).toBe("0 good");
    expect(cell.see(34).dark).toBe("0 good");
    expect(cell.see(34).dark).toBe("1 good");
    expect(cell.see(69).see(69).dark).toBe("1 good");
    expect(cell.see(71).see(71).dark).toBe("0 good");
  });

  it("does not follow headlights or a passing shadow", () => {
    const cell = new Cell(sunsetMs).see(20);
    expect(cell.see(900).see(20).see(900).see(20).dark).toBe("1 good");
  });

  it("is dark at deep night though the lamp's own light falls on the photocell", () => {
    expect(new Cell(midnightMs).see(500).see(500).see(500).dark).toBe("1 good");
  });

  it("is not dark in full day though leaves cover the photocell", () => {
    expect(new Cell(noonMs).see(3).see(3).see(3).dark).toBe("0 good");
  });

  it("falls back to the astronomical clock when the photocell is silent or bad", () => {
    expect(new Cell(sunsetMs - 5 * minuteMs).wait(1_000).dark).toBe("0 good");
    expect(new Cell(sunsetMs + 5 * minuteMs).wait(1_000).dark).toBe("1 good");
    expect(new Cell(sunsetMs + 5 * minuteMs).see(900, "bad").see(900, "suspect").dark).toBe("1 good");
  });

  it("forgets the photocell when it has been silent for three minutes", () => {
    const cell = new Cell(sunsetMs + 5 * minuteMs).see(900);
    expect(cell.wait(180_000).dark).toBe("0 good");
    expect(cell.wait(1).dark).toBe("1 good");
  });

  it("goes by the photocell alone while the time is not known", () => {
    expect(new Cell(undefined).see(900).dark).toBe("0 good");
    expect(new Cell(undefined).see(3).dark).toBe("1 good");
  });

  it("is dark and suspect when neither time nor photocell is known", () => {
    const cell = new Cell(undefined).wait(1_000);
    expect(cell.dark).toBe("1 suspect");
    expect(cell.latest.get("sunElevation")!.quality).toBe("bad");
  });
});
