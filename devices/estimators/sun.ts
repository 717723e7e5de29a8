import { getPosition, getTimes } from "suncalc";
import { angle, truth } from "../quantities.ts";
import { changed, isGood, restate } from "./estimate.ts";
import type { Context, Estimate, Estimator, Step } from "./estimator.ts";

/** Degrees of the Sun's centre above the astronomical horizon, without refraction. */
const elevationAt = {
  /** Upper limb on a level horizon: 34′ of refraction and 16′ of half-diameter (U.S. Naval Observatory). */
  sunset: -0.833,
  civilTwilightEnd: -6,
  nauticalTwilightEnd: -12,
} as const;

export interface SunPosition {
  /** Degrees of the centre above the horizon, without refraction. */
  readonly elevation: number;
  /** Degrees clockwise from north. */
  readonly azimuth: number;
}

/** @param wallMs Unix milliseconds, @param latitude degrees north, @param longitude degrees east */
export function sunPosition(wallMs: number, latitude: number, longitude: number): SunPosition {
  const { altitude, azimuth } = getPosition(new Date(wallMs), latitude, longitude);
  return { elevation: trueElevation(altitude), azimuth };
}

/**
 * Takes out the refraction that suncalc adds (J. Meeus, Astronomical Algorithms, 2nd ed., eq. 16.4; below the
 * horizon suncalc keeps adding the horizon's), so that −6° is the end of civil twilight.
 */
function trueElevation(apparent: number): number {
  let elevation = apparent - refraction(0);
  if (elevation <= 0) return elevation;
  for (let round = 0; round < 4; round++) elevation = apparent - refraction(elevation);
  return elevation;
}

const refraction = (elevation: number) =>
  1.02 / 60 / Math.tan(((elevation + 10.26 / (elevation + 5.1)) * Math.PI) / 180);

/** Unix milliseconds of one solar day's events; undefined where the Sun does not reach that elevation. */
export interface SunTimes {
  readonly nauticalDawnMs: number | undefined;
  readonly civilDawnMs: number | undefined;
  readonly sunriseMs: number | undefined;
  readonly sunsetMs: number | undefined;
  readonly civilDuskMs: number | undefined;
  readonly nauticalDuskMs: number | undefined;
  /** The Sun stays up (polar day) or down (polar night) throughout. */
  readonly allDay: "up" | "down" | undefined;
}

/** Events of the solar day whose noon is nearest to noon UTC of the date of `wallMs`. */
export function sunTimes(wallMs: number, latitude: number, longitude: number): SunTimes {
  const times = getTimes(new Date(wallMs), latitude, longitude);
  const { sunset, civilTwilightEnd, nauticalTwilightEnd } = elevationAt;
  const real = (event: Date | null, elevation: number) => realMs(event, elevation, latitude, longitude);
  const up = times.alwaysUp ? "up" : undefined;
  return {
    nauticalDawnMs: real(times.nauticalDawn, nauticalTwilightEnd),
    civilDawnMs: real(times.dawn, civilTwilightEnd),
    sunriseMs: real(times.sunrise, sunset),
    sunsetMs: real(times.sunset, sunset),
    civilDuskMs: real(times.dusk, civilTwilightEnd),
    nauticalDuskMs: real(times.nauticalDusk, nauticalTwilightEnd),
    allDay: times.alwaysDown ? "down" : up,
  };
}

/**
 * On the days around the midnight sun, suncalc's iteration may end at a time when the Sun is degrees away from the
 * elevation asked for: that is no event.
 */
function realMs(
  event: Date | null,
  elevation: number,
  latitude: number,
  longitude: number,
): number | undefined {
  const eventMs = event?.getTime();
  if (eventMs === undefined) return undefined;
  const error = sunPosition(eventMs, latitude, longitude).elevation - elevation;
  return Math.abs(error) < 0.01 ? eventMs : undefined;
}

/** Unix milliseconds of the first sunrise after `wallMs`: after a polar night, months later. */
export function nextSunrise(wallMs: number, latitude: number, longitude: number): number | undefined {
  return firstAfter(wallMs, latitude, longitude, "sunriseMs");
}

/** Unix milliseconds of the first sunset after `wallMs`: after a polar day, months later. */
export function nextSunset(wallMs: number, latitude: number, longitude: number): number | undefined {
  return firstAfter(wallMs, latitude, longitude, "sunsetMs");
}

function firstAfter(
  wallMs: number,
  latitude: number,
  longitude: number,
  event: "sunriseMs" | "sunsetMs",
): number | undefined {
  for (let day = -1; day <= 366; day++) {
    const eventMs = sunTimes(wallMs + day * 86_400_000, latitude, longitude)[event];
    if (eventMs !== undefined && eventMs > wallMs) return eventMs;
  }
  return undefined;
}

export interface DaylightConstants {
  /** On below, off above, lx: the usual pair of street lighting photocells. */
  readonly onBelowLux: number;
  readonly offAboveLux: number;
  /** How long a reading must stand beyond a threshold: longer than headlights, a passing bird, lightning. */
  readonly settleMs: number;
  /** A reading older than this says nothing any more. */
  readonly maxAgeMs: number;
  /** Elevation below which the clock switches on where the photocell is silent. */
  readonly litBelow: number;
  /**
   * Below this elevation it is dark and above `fullDay` it is not, whatever the photocell sees. At -4° a clear sky
   * still gives some 30 lx: a photocell that has not switched by then reads too much.
   */
  readonly deepNight: number;
  readonly fullDay: number;
  /** How often the Sun is looked up. It moves by a quarter of a degree in this time. */
  readonly everyMs: number;
}

export const daylightConstants: DaylightConstants = {
  onBelowLux: 35,
  offAboveLux: 70,
  settleMs: 25_000,
  maxAgeMs: 180_000,
  litBelow: elevationAt.sunset,
  deepNight: -4,
  fullDay: 6,
  everyMs: 60_000,
};

/** What the photocell says, with its hysteresis. */
interface Photocell {
  readonly isDark: boolean;
  readonly heardAtMs: number;
  /** Since when readings have contradicted `isDark`. */
  readonly crossedAtMs: number | undefined;
}

export interface DaylightState {
  readonly photocell: Photocell | undefined;
  readonly elevation: number | undefined;
  readonly lookedUpAtMs: number;
  readonly said: readonly Estimate[];
}

/**
 * Whether it is dark enough for street lighting. A photocell decides in twilight, with hysteresis; it may be lit by
 * its own lamp or covered by leaves, so at deep night and in full day the astronomical clock has the last word.
 * The clock stands in for a silent photocell; with neither, `dark` is 1 and `suspect`.
 */
export function daylight(
  sources: { readonly illuminance: string },
  constants: Partial<DaylightConstants> = {},
): Estimator<DaylightState> {
  const declared = { ...daylightConstants, ...constants };
  return {
    name: "daylight",
    outputs: { dark: truth, sunElevation: angle },
    inputs: [sources.illuminance],
    initial: () => ({
      photocell: undefined,
      elevation: undefined,
      lookedUpAtMs: Number.NEGATIVE_INFINITY,
      said: [],
    }),

    step(before, sample, context): Step<DaylightState> {
      const isReading = isGood(sample) && sample.source === sources.illuminance;
      const photocell = isReading
        ? expose(before.photocell, sample.value, sample.atMs, declared)
        : before.photocell;
      const looked = lookUp(before, context, declared.everyMs);
      const dark = judge(photocell, looked.elevation, context.nowMs, declared);
      const { elevation } = looked;
      const said = [
        restate(before.said[0], "dark", dark.isDark ? 1 : 0, dark.isKnown ? "good" : "suspect"),
        restate(
          before.said[1],
          "sunElevation",
          elevation ?? Number.NaN,
          elevation === undefined ? "bad" : "good",
        ),
      ];
      const state = { photocell, ...looked, said };
      return {
        state,
        estimates: changed(before.said, said),
        wakeAtMs: context.nowMs + declared.everyMs,
      };
    },
  };
}

/** One reading of the photocell: the view turns only after the other side was seen for `settleMs`. */
function expose(
  before: Photocell | undefined,
  lux: number,
  atMs: number,
  { onBelowLux, offAboveLux, settleMs, maxAgeMs }: DaylightConstants,
): Photocell {
  const isForgotten = before === undefined || atMs - before.heardAtMs > maxAgeMs;
  if (isForgotten) return { isDark: lux < offAboveLux, heardAtMs: atMs, crossedAtMs: undefined };
  const isContradicted = before.isDark ? lux > offAboveLux : lux < onBelowLux;
  if (!isContradicted) return { isDark: before.isDark, heardAtMs: atMs, crossedAtMs: undefined };
  const crossedAtMs = before.crossedAtMs ?? atMs;
  if (atMs - crossedAtMs < settleMs) return { isDark: before.isDark, heardAtMs: atMs, crossedAtMs };
  return { isDark: !before.isDark, heardAtMs: atMs, crossedAtMs: undefined };
}

function lookUp(before: DaylightState, context: Context, everyMs: number) {
  const { nowMs, wallMs, clock, latitude, longitude } = context;
  const isTimeKnown = wallMs !== undefined && clock !== "none";
  if (!isTimeKnown) return { elevation: undefined, lookedUpAtMs: Number.NEGATIVE_INFINITY };
  if (nowMs - before.lookedUpAtMs < everyMs)
    return { elevation: before.elevation, lookedUpAtMs: before.lookedUpAtMs };
  return { elevation: sunPosition(wallMs, latitude, longitude).elevation, lookedUpAtMs: nowMs };
}

function judge(
  photocell: Photocell | undefined,
  elevation: number | undefined,
  nowMs: number,
  { deepNight, fullDay, litBelow, maxAgeMs }: DaylightConstants,
): { readonly isDark: boolean; readonly isKnown: boolean } {
  if (elevation !== undefined && elevation < deepNight) return { isDark: true, isKnown: true };
  if (elevation !== undefined && elevation > fullDay) return { isDark: false, isKnown: true };
  const isHeard = photocell !== undefined && nowMs - photocell.heardAtMs <= maxAgeMs;
  if (isHeard) return { isDark: photocell.isDark, isKnown: true };
  if (elevation !== undefined) return { isDark: elevation < litBelow, isKnown: true };
  return { isDark: true, isKnown: false };
}
