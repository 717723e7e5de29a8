import { Body, Equator, Horizon, Illumination, MoonPhase, Observer } from "astronomy-engine";
import { expect, it } from "vitest";
import { heavens } from "./heavens.ts";

const location = { latitude: 45.07, longitude: 7.69, timeZone: "Europe/Rome" };

/** Astronomy Engine, an implementation of its own (VSOP87, NOVAS-tested), for the same place. */
function reference(body: Body, unixMs: number) {
  const observer = new Observer(location.latitude, location.longitude, 0);
  const date = new Date(unixMs);
  const { ra, dec } = Equator(body, date, observer, true, true);
  return Horizon(date, observer, ra, dec, "normal");
}

const instants = Array.from({ length: 40 }, (_, index) => Date.UTC(2026, 0, 3) + index * 9.3 * 86_400_000);

it.each(instants)("agrees with Astronomy Engine at %d", (unixMs) => {
  const { sunAzimuthDeg, moon } = heavens(unixMs, location);
  const turn = (a: number, b: number) => Math.abs(((a - b + 540) % 360) - 180);
  const referenceMoon = reference(Body.Moon, unixMs);
  expect(turn(sunAzimuthDeg, reference(Body.Sun, unixMs).azimuth)).toBeLessThan(0.5);
  expect(Math.abs(moon.elevationDeg - referenceMoon.altitude)).toBeLessThan(1);
  if (Math.abs(referenceMoon.altitude) < 70)
    expect(turn(moon.azimuthDeg, referenceMoon.azimuth)).toBeLessThan(2);
  expect(moon.illuminatedFraction).toBeCloseTo(Illumination(Body.Moon, new Date(unixMs)).phase_fraction, 1);
  expect(moon.waxing).toBe(MoonPhase(new Date(unixMs)) < 180);
});
