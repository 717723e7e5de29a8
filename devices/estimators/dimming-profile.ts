import type { Context } from "./estimator.ts";
import { localDay, localInstant } from "./local-time.ts";
import { sunTimes } from "./sun.ts";

/** A point of a dimming profile as read: from this time on, this level. */
export interface ProfilePoint {
  /** As it was written: `22:30`, `sunset+00:30`. */
  readonly from: string;
  readonly anchor: "midnight" | "sunset" | "sunrise";
  readonly offsetMs: number;
  /** Percent. */
  readonly level: number;
}

const timePattern = /^(?:([01]\d|2[0-3]):([0-5]\d)|(sunset|sunrise)(?:([+-])(\d\d):([0-5]\d))?)$/;

/** @returns undefined for what is neither `HH:MM` nor `sunset` or `sunrise` with an optional `±HH:MM` */
export function profilePoint(from: string, level: number): ProfilePoint | undefined {
  const match = timePattern.exec(from);
  if (!match) return undefined;
  const [, hour, minute, sun, sign, hours, minutes] = match;
  if (sun === undefined) return { from, anchor: "midnight", offsetMs: spanMs(hour, minute), level };
  const offsetMs = (sign === "-" ? -1 : 1) * spanMs(hours, minutes);
  return { from, anchor: sun === "sunset" ? "sunset" : "sunrise", offsetMs, level };
}

const spanMs = (hours = "0", minutes = "0") => (Number(hours) * 60 + Number(minutes)) * 60_000;

/** The point in force over a stretch of wall time. */
export interface ProfileSpan {
  /** Undefined when no point has come for a day: the Sun neither rises nor sets. */
  readonly point: ProfilePoint | undefined;
  readonly fromWallMs: number;
  readonly untilWallMs: number;
}

const dayMs = 86_400_000;

/** The span of `profile` that `wallMs` falls into, at the place and in the time zone of `context`. */
export function profileSpan(
  profile: readonly ProfilePoint[],
  wallMs: number,
  context: Pick<Context, "latitude" | "longitude" | "timeZone">,
): ProfileSpan {
  const today = localDay(context.timeZone, wallMs);
  let point: ProfilePoint | undefined;
  let fromWallMs = wallMs - dayMs;
  let untilWallMs = wallMs + dayMs;
  for (let day = today - 1; day <= today + 1; day++) {
    for (const candidate of profile) {
      const atMs = instantOf(candidate, day, context);
      if (atMs === undefined) continue;
      if (atMs > wallMs) untilWallMs = Math.min(untilWallMs, atMs);
      else if (point === undefined || atMs >= fromWallMs) {
        point = candidate;
        fromWallMs = atMs;
      }
    }
  }
  return { point, fromWallMs, untilWallMs };
}

/** Unix milliseconds at which a point begins on a local date; undefined when the Sun does not rise or set on it. */
function instantOf(
  { anchor, offsetMs }: ProfilePoint,
  day: number,
  { latitude, longitude, timeZone }: Pick<Context, "latitude" | "longitude" | "timeZone">,
): number | undefined {
  if (anchor === "midnight") return localInstant(timeZone, day, offsetMs);
  const { sunriseMs, sunsetMs } = sunTimes(localInstant(timeZone, day, dayMs / 2), latitude, longitude);
  const eventMs = anchor === "sunset" ? sunsetMs : sunriseMs;
  return eventMs === undefined ? undefined : eventMs + offsetMs;
}
