import { localClock } from "../world/local-time.ts";

const unitMs = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export const durationPattern = "^\\d+(\\.\\d+)? ?(s|min|h|d)$";
export const instantPattern = "^([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d)?$";

/** Milliseconds of `45 s`, `10 min`, `2 h`, `7 d`. */
export function durationMs(text: string): number {
  const [, amount, , unit] = /^(\d+(\.\d+)?) ?(s|min|h|d)$/.exec(text)!;
  return Number(amount) * unitMs[unit as keyof typeof unitMs];
}

/**
 * Unix milliseconds of a local time: `2025-12-21 17:00`, or `22:30` as the first such time at or after `fromMs`.
 * A time that the clocks skip is taken as if they had not yet been put forward.
 */
export function instantMs(text: string, timeZone: string, fromMs = 0): number {
  const local = localClock(timeZone);
  const toUnix = (localMs: number) => {
    // Twice, because the offset at the first guess may be that of the other side of a change of the clocks.
    const guess = localMs - (local(localMs) - localMs);
    return localMs - (local(guess) - guess);
  };
  if (text.includes("-")) return toUnix(Date.parse(`${text.replace(" ", "T")}:00Z`));
  const [hours, minutes, seconds = 0] = text.split(":").map(Number);
  const dayStart = Math.floor(local(fromMs) / unitMs.d) * unitMs.d;
  const sameDay = toUnix(dayStart + hours! * unitMs.h + minutes! * unitMs.min + seconds * unitMs.s);
  return sameDay >= fromMs ? sameDay : toUnix(local(sameDay) + unitMs.d);
}
