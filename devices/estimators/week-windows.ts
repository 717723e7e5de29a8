import { localDay, localInstant } from "./local-time.ts";

/** Monday first (ISO 8601). */
export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof weekdays)[number];

/**
 * On these days, from one local time of day to another. One that ends no later than it begins ends on the day after,
 * and belongs to the day on which it begins.
 */
export interface WeekWindow {
  readonly days: readonly Weekday[];
  /** `07:30`, up to `24:00`. */
  readonly from: string;
  readonly to: string;
}

const dayMs = 86_400_000;
/** 1970-01-01 was a Thursday. */
const weekdayOf = (day: number): Weekday => weekdays[(((day + 3) % 7) + 7) % 7]!;

/** Milliseconds from local midnight to a time of day. */
function timeOfDayMs(text: string): number {
  const [hour, minute] = text.split(":").map(Number);
  return (hour! * 60 + minute!) * 60_000;
}

/** Begin and end, Unix milliseconds, of the window that begins on a local day. */
function spanOn({ from, to }: WeekWindow, day: number, timeZone: string): readonly [number, number] {
  const fromMs = timeOfDayMs(from);
  const toMs = timeOfDayMs(to);
  const endMs = toMs <= fromMs ? toMs + dayMs : toMs;
  return [localInstant(timeZone, day, fromMs), localInstant(timeZone, day, endMs)];
}

/** The begin and the end of the window around a moment; undefined where the moment is in none of its days' spans. */
function spanAround(
  window: WeekWindow,
  timeZone: string,
  wallMs: number,
): readonly [number, number] | undefined {
  const today = localDay(timeZone, wallMs);
  for (const day of [today, today - 1]) {
    if (!window.days.includes(weekdayOf(day))) continue;
    const [fromMs, toMs] = spanOn(window, day, timeZone);
    if (wallMs >= fromMs && wallMs < toMs) return [fromMs, toMs];
  }
  return undefined;
}

/** The first of `windows` that holds at a moment: earlier rows go before later ones. */
export function windowAt<W extends WeekWindow>(
  windows: readonly W[],
  timeZone: string,
  wallMs: number,
): W | undefined {
  return windows.find((window) => spanAround(window, timeZone, wallMs) !== undefined);
}

/** The next moment at which any of `windows` begins or ends, within eight days; undefined where none does. */
export function nextChangeMs(
  windows: readonly WeekWindow[],
  timeZone: string,
  wallMs: number,
): number | undefined {
  const today = localDay(timeZone, wallMs);
  const edges = windows.flatMap((window) =>
    Array.from({ length: 9 }, (_, index) => today - 1 + index)
      .filter((day) => window.days.includes(weekdayOf(day)))
      .flatMap((day) => spanOn(window, day, timeZone)),
  );
  const next = edges.reduce(
    (first, edge) => (edge > wallMs && edge < first ? edge : first),
    Number.POSITIVE_INFINITY,
  );
  return Number.isFinite(next) ? next : undefined;
}
