const quarterMs = 900_000;
const dayMs = 86_400_000;

/**
 * Wall-clock time of a place. The returned function turns Unix milliseconds into local milliseconds: the local
 * date and time read as if they were UTC, so that hour and weekday are plain arithmetic.
 * @param timeZone IANA name; RangeError when unknown.
 */
export function localClock(timeZone: string): (unixMs: number) => number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    });
  } catch (cause) {
    throw new RangeError(`"${timeZone}" is no IANA time zone: write it like Europe/Rome`, { cause });
  }
  const offsetAt = (unixMs: number) => {
    const fields = Object.fromEntries(format.formatToParts(unixMs).map((part) => [part.type, part.value]));
    const local = Date.UTC(
      Number(fields.year),
      Number(fields.month) - 1,
      Number(fields.day),
      Number(fields.hour),
      Number(fields.minute),
    );
    return local - unixMs;
  };
  // Offsets in use are whole quarters of an hour and change on one (IANA tz database).
  let quarter = Number.NaN;
  let offsetMs = 0;
  return (unixMs) => {
    const at = Math.floor(unixMs / quarterMs);
    if (at !== quarter) {
      offsetMs = offsetAt(at * quarterMs);
      quarter = at;
    }
    return unixMs + offsetMs;
  };
}

/** Hour of the week of local milliseconds: 0 is Monday 00:00 to 01:00, 167 Sunday 23:00 to 24:00. */
export function hourOfWeek(localMs: number): number {
  // 1970-01-01 was a Thursday.
  const day = Math.floor(localMs / dayMs) + 3;
  const weekday = ((day % 7) + 7) % 7;
  return weekday * 24 + Math.floor((localMs - Math.floor(localMs / dayMs) * dayMs) / 3_600_000);
}
