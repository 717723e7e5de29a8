import { localClock } from "../world/local-time.ts";

const unitMs = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export const durationPattern = "^\\d+(\\.\\d+)? ?(s|min|h|d)$";
const timeOfDay = "([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,3})?)?";
export const datePattern = `^\\d{4}-\\d{2}-\\d{2} ${timeOfDay}$`;
export const instantPattern = `^(\\d{4}-\\d{2}-\\d{2} )?${timeOfDay}$`;

/** Milliseconds of `45 s`, `10 min`, `2 h`, `7 d`. */
export function durationMs(text: string): number {
  const [, amount, , unit] = /^(\d+(\.\d+)?) ?(s|min|h|d)$/.exec(text)!;
  return Number(amount) * unitMs[unit as keyof typeof unitMs];
}

/** Whether the date of `2025-12-21 17:00` is in the calendar: 30 February is not. A time alone always is. */
export function isInCalendar(text: string): boolean {
  const [date] = /^\d{4}-\d{2}-\d{2}/.exec(text) ?? [];
  if (date === undefined) return true;
  const parsed = new Date(`${date}T00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
}

/**
 * Unix milliseconds of a local time: of `2025-12-21 17:00`, or of `22:30` the first one, at or after `fromMs`. A
 * time that comes twice, when the clocks go back, is the first of the two; one that the clocks skip is taken as if
 * they had not yet been put forward.
 */
export function instantMs(text: string, timeZone: string, fromMs = Number.NEGATIVE_INFINITY): number {
  const local = localClock(timeZone);
  const first = (localMs: number) => toUnix(localMs, local).find((unixMs) => unixMs >= fromMs);
  if (text.includes("-")) {
    const localMs = Date.parse(`${text.replace(" ", "T")}Z`);
    return first(localMs) ?? toUnix(localMs, local)[0]!;
  }
  const [hours, minutes, seconds = 0] = text.split(":").map(Number);
  const sinceMidnight = hours! * unitMs.h + minutes! * unitMs.min + seconds * unitMs.s;
  const today = Math.floor(local(fromMs) / unitMs.d) * unitMs.d + sinceMidnight;
  return first(today) ?? first(today + unitMs.d)!;
}

/** The instants at which clocks show `localMs`, the earlier first: one, or two when they go back. */
function toUnix(localMs: number, local: (unixMs: number) => number): number[] {
  // No zone changes its clocks twice in two days: these are the offsets before and after a change, if there is one.
  const offsets = [-unitMs.d, unitMs.d].map((asideMs) => local(localMs + asideMs) - localMs - asideMs);
  const candidates = [...new Set(offsets)].map((offsetMs) => localMs - offsetMs);
  const shown = candidates.filter((unixMs) => local(unixMs) === localMs);
  return shown.length > 0 ? shown.sort((a, b) => a - b) : [candidates[0]!];
}
