/** A dimming profile over one night, on an axis of minutes that starts at noon: pure, for the strip above its rows. */

export interface Point {
  readonly from: string;
  readonly level: number;
}

/** A level from one minute after noon to another. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly level: number;
}

const day = 1_440;
const noon = 720;

/** Sunset and sunrise of an equinox: the strip is a picture, the unit knows its own sky. */
export const sun = { sunset: 1_080 - noon, sunrise: 360 + noon } as const;

const time = /^([01]\d|2[0-3]):([0-5]\d)$/;
const event = /^(sunset|sunrise)(?:([+-])([0-5]\d):([0-5]\d))?$/;

/** Minutes after noon of `22:30`, `sunset` or `sunset+00:30`; undefined for anything else. */
export function minuteOf(from: string): number | undefined {
  const [, hour, minute] = time.exec(from) ?? [];
  if (hour !== undefined) return wrapped(Number(hour) * 60 + Number(minute) - noon);
  const [, anchor, sign, hours = "0", minutes = "0"] = event.exec(from) ?? [];
  if (anchor === undefined) return undefined;
  const offset = Number(hours) * 60 + Number(minutes);
  return wrapped(sun[anchor as keyof typeof sun] + (sign === "-" ? -offset : offset));
}

const wrapped = (minute: number) => ((minute % day) + day) % day;

/** The levels between sunset and sunrise; each holds until the next, and the last of the day before until the first. */
export function nightOf(points: readonly Point[]): readonly Span[] {
  const sorted = points
    .flatMap(({ from, level }) => {
      const minute = minuteOf(from);
      return minute === undefined || !Number.isFinite(level) ? [] : [{ minute, level }];
    })
    .sort((a, b) => a.minute - b.minute);
  const last = sorted.at(-1);
  if (!last) return [];
  return [{ minute: 0, level: last.level }, ...sorted]
    .map(({ minute, level }, index) => ({ from: minute, to: sorted[index]?.minute ?? day, level }))
    .map(({ from, to, level }) => ({
      from: Math.max(from, sun.sunset),
      to: Math.min(to, sun.sunrise),
      level,
    }))
    .filter(({ from, to }) => from < to);
}
