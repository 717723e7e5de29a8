import { getMoonIllumination, getMoonPosition, getPosition } from "suncalc";
import type { Location } from "./location.ts";

/**
 * Fits of log10(lx) over elevation/90°, from `fromDeg` upwards: Janiczek and DeYoung, "Computer Programs for Sun
 * and Moon Illuminance", US Naval Observatory Circular 171 (1987); also Vallado, "Fundamentals of Astrodynamics
 * and Applications", table 5-1. Horizontal surface, clear sky, elevation without refraction.
 */
type Fit = readonly [fromDeg: number, l0: number, l1: number, l2: number, l3: number];

const sunFits: readonly Fit[] = [
  [20, 3.74, 3.97, -4.07, 1.47],
  [5, 3.05, 13.28, -45.98, 64.33],
  [-0.8, 2.88, 22.26, -207.64, 1034.3],
  [-5, 2.88, 21.81, -258.11, -858.36],
  [-12, 2.7, 12.17, -431.69, -1899.83],
  [-18, 13.84, 262.72, 1447.42, 2797.93],
];

const moonFits: readonly Fit[] = [
  [20, -1.95, 4.06, -4.24, 1.56],
  [5, -2.58, 12.58, -42.58, 59.06],
  [-0.8, -2.79, 24.27, -252.95, 1321.29],
];

function logLux(fits: readonly Fit[], elevationDeg: number): number | undefined {
  const fit = fits.find(([fromDeg]) => elevationDeg >= fromDeg);
  if (fit === undefined) return undefined;
  const [, l0, l1, l2, l3] = fit;
  const x = elevationDeg / 90;
  return l0 + x * (l1 + x * (l2 + x * l3));
}

/**
 * Horizontal illuminance of a clear sky without moon, lx. Below −18° the sun adds nothing more: what is left,
 * 6.5 × 10⁻⁴ lx, is starlight and airglow.
 * @param elevationDeg of the sun's centre, without refraction.
 */
export function clearSkyLux(elevationDeg: number): number {
  return 10 ** logLux(sunFits, Math.max(-18, elevationDeg))!;
}

const meanMoonDistanceKm = 384_400;

/**
 * Horizontal illuminance by the moon under a clear sky, lx; 0 when it is down.
 * @param phaseAngleDeg 0 is full moon, 180 is new moon.
 */
export function moonLux(elevationDeg: number, phaseAngleDeg: number, distanceKm: number): number {
  const full = logLux(moonFits, elevationDeg);
  if (full === undefined) return 0;
  const phase = -8.68e-3 * phaseAngleDeg - 2.2e-9 * phaseAngleDeg ** 4;
  return 10 ** (full + phase) * (meanMoonDistanceKm / distanceKm) ** 2;
}

/**
 * Share of the clear-sky light that comes through clouds: Kasten and Czeplak, "Solar and terrestrial radiation
 * dependent on the amount and type of cloud", Solar Energy 24 (1980). Theirs is global irradiance by day; the
 * same share is used for illuminance and at night.
 * @param cloudCover 0 clear to 1 overcast.
 */
export function cloudTransmittance(cloudCover: number): number {
  return 1 - 0.75 * cloudCover ** 3.4;
}

/** Meeus, Astronomical Algorithms, formula 16.4, held at its value for 0° below the horizon, as suncalc does. */
function refractionDeg(elevationDeg: number): number {
  const h = Math.max(0, elevationDeg);
  return 1.02 / 60 / Math.tan(((h + 10.26 / (h + 5.1)) * Math.PI) / 180);
}

/** Takes back what suncalc 2 adds for refraction. */
function withoutRefraction(apparentDeg: number): number {
  let elevationDeg = apparentDeg;
  for (let round = 0; round < 4; round++) elevationDeg = apparentDeg - refractionDeg(elevationDeg);
  return elevationDeg;
}

/** Elevation of the sun's centre over the horizon without refraction, degrees, as twilight is defined by. */
export function sunElevationDeg(unixMs: number, { latitude, longitude }: Location): number {
  return withoutRefraction(getPosition(new Date(unixMs), latitude, longitude).altitude);
}

/** Horizontal illuminance by sun, moon and stars, lx, under the given cloud cover (0 to 1). */
export function naturalLightLux(unixMs: number, location: Location, cloudCover: number): number {
  const sunLux = clearSkyLux(sunElevationDeg(unixMs, location));
  return (sunLux + moonlight(unixMs, location)) * cloudTransmittance(cloudCover);
}

function moonlight(unixMs: number, { latitude, longitude }: Location): number {
  const date = new Date(unixMs);
  const moon = getMoonPosition(date, latitude, longitude);
  const { fraction } = getMoonIllumination(date);
  const phaseAngleDeg = (Math.acos(2 * fraction - 1) * 180) / Math.PI;
  return moonLux(withoutRefraction(moon.altitude), phaseAngleDeg, moon.distance);
}
