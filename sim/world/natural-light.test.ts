import { Body, Equator, Horizon, Observer } from "astronomy-engine";
import fc from "fast-check";
import { getTimes } from "suncalc";
import { describe, expect, it } from "vitest";
import {
  clearSkyLux,
  cloudTransmittance,
  moonLux,
  naturalLightLux,
  sunElevationDeg,
} from "./natural-light.ts";

const rome = { latitude: 41.9, longitude: 12.5, timeZone: "Europe/Rome" };

describe("light of a clear sky", () => {
  // AMS Glossary of Meteorology, entries civil, nautical and astronomical twilight.
  it.each([
    ["sunset", -0.833, 410, 585],
    ["end of civil twilight", -6, 2, 3.5],
    ["end of nautical twilight", -12, 0.0075, 0.0085],
    ["end of astronomical twilight", -18, 5.5e-4, 6.6e-4],
  ])("%s, %f°: %f to %f lx", (_, elevationDeg, low, high) => {
    expect(clearSkyLux(elevationDeg)).toBeGreaterThan(low);
    expect(clearSkyLux(elevationDeg)).toBeLessThan(high);
  });

  it("agrees by day within 20 % with another model: IES Lighting Handbook, clear sky", () => {
    for (let elevationDeg = 15; elevationDeg <= 80; elevationDeg += 5) {
      const sine = Math.sin((elevationDeg * Math.PI) / 180);
      const ies = 127_500 * Math.exp(-0.21 / sine) * sine + 800 + 15_500 * Math.sqrt(sine);
      expect(Math.abs(clearSkyLux(elevationDeg) / ies - 1), `${elevationDeg}°`).toBeLessThan(0.2);
    }
  });

  it("rises with the sun, without a jump of more than 2 % where the fits meet", () => {
    for (let elevationDeg = -18; elevationDeg < 80; elevationDeg += 0.1)
      expect(clearSkyLux(elevationDeg + 0.1) / clearSkyLux(elevationDeg)).toBeGreaterThan(0.98);
    for (const meetDeg of [-18, -12, -5, -0.8, 5, 20])
      expect(Math.abs(clearSkyLux(meetDeg) / clearSkyLux(meetDeg - 1e-9) - 1)).toBeLessThan(0.02);
  });

  it("stays at starlight however deep the sun is", () => {
    expect(clearSkyLux(-60)).toBe(clearSkyLux(-18));
  });
});

describe("moonlight", () => {
  it("full and overhead gives 0.2 to 0.32 lx (Kyba, Mohar and Posch, Astronomy & Geophysics 58, 2017)", () => {
    for (const distanceKm of [363_300, 384_400, 405_500]) {
      expect(moonLux(90, 0, distanceKm)).toBeGreaterThan(0.2);
      expect(moonLux(90, 0, distanceKm)).toBeLessThan(0.32);
    }
  });

  it("of a half moon is about a tenth of it (same paper), of a new or set moon nothing to speak of", () => {
    const full = moonLux(60, 0, 384_400);
    expect(moonLux(60, 90, 384_400) / full).toBeGreaterThan(1 / 14);
    expect(moonLux(60, 90, 384_400) / full).toBeLessThan(1 / 8);
    expect(moonLux(60, 178, 384_400)).toBeLessThan(1e-3 * full + 1e-5);
    expect(moonLux(-1, 0, 384_400)).toBe(0);
  });
});

describe("clouds", () => {
  it("let through what Kasten and Czeplak found: a quarter when overcast, 93 % at four oktas", () => {
    expect(cloudTransmittance(0)).toBe(1);
    expect(cloudTransmittance(0.5)).toBeCloseTo(0.929, 3);
    expect(cloudTransmittance(1)).toBe(0.25);
  });
});

describe("the sun's elevation", () => {
  it("agrees within 0.02° with astronomy-engine, without refraction, anywhere from 2000 to 2050", () => {
    const instant = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2050, 0, 1) });
    const latitude = fc.integer({ min: -80, max: 80 });
    const longitude = fc.integer({ min: -180, max: 180 });
    fc.assert(
      fc.property(instant, latitude, longitude, (unixMs, lat, lon) => {
        const observer = new Observer(lat, lon, 0);
        const sun = Equator(Body.Sun, new Date(unixMs), observer, true, true);
        const expected = Horizon(new Date(unixMs), observer, sun.ra, sun.dec).altitude;
        const place = { latitude: lat, longitude: lon, timeZone: "UTC" };
        expect(Math.abs(sunElevationDeg(unixMs, place) - expected)).toBeLessThan(0.02);
      }),
    );
  });

  it("is −0.833° at sunset and −6° at dusk, as those are defined", () => {
    const { sunset, dusk } = getTimes(new Date(Date.UTC(2026, 2, 20, 12)), rome.latitude, rome.longitude);
    expect(sunElevationDeg(sunset!.getTime(), rome)).toBeCloseTo(-0.833, 2);
    expect(sunElevationDeg(dusk!.getTime(), rome)).toBeCloseTo(-6, 2);
  });
});

describe("natural light over Rome", () => {
  it("is some 100 000 lx at noon in June, a quarter of that when overcast", () => {
    const noon = Date.UTC(2026, 5, 21, 11, 12);
    expect(naturalLightLux(noon, rome, 0)).toBeGreaterThan(90_000);
    expect(naturalLightLux(noon, rome, 0)).toBeLessThan(130_000);
    expect(naturalLightLux(noon, rome, 1) / naturalLightLux(noon, rome, 0)).toBeCloseTo(0.25, 6);
  });

  it("is that of the full moon on 3 January 2026, and of stars alone at new moon on 18 January (almanac)", () => {
    const full = naturalLightLux(Date.UTC(2026, 0, 2, 23), rome, 0);
    expect(full).toBeGreaterThan(0.15);
    expect(full).toBeLessThan(0.35);
    expect(naturalLightLux(Date.UTC(2026, 0, 18, 23), rome, 0)).toBeLessThan(1e-3);
  });
});
