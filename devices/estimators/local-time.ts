/** Tells by how many milliseconds local wall time is ahead of UTC at a moment, Unix ms. */
export type OffsetMs = (wallMs: number) => number;

/** What knows the zones of the IANA tz database. RangeError for a name that it does not have. */
export type ZoneReader = (timeZone: string) => OffsetMs;

/**
 * Local wall time of an IANA time zone, from the platform's own tz database. What is asked once is remembered per
 * quarter of an hour: in today's zones every change of offset falls on one (Lord Howe changes by half an hour).
 */
const quarterMs = 15 * 60_000;
const remembered = 256;

interface Zone {
  readonly read: OffsetMs;
  /** Offset in ms by quarter of an hour since 1970. */
  readonly offsets: Map<number, number>;
}

const zones = new Map<string, Zone>();
let reader: ZoneReader = readByIntl;

/** Zones are read by this from now on: a platform may know one of them at less cost than Intl does. */
export function readZonesBy(another: ZoneReader): void {
  reader = another;
  zones.clear();
}

function zoneOf(timeZone: string): Zone {
  const known = zones.get(timeZone);
  if (known) return known;
  const zone = { read: reader(timeZone), offsets: new Map<number, number>() };
  zones.set(timeZone, zone);
  return zone;
}

/** Any zone, by ECMA-402. */
export function readByIntl(timeZone: string): OffsetMs {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "iso8601",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  return (wallMs) => localFieldsMs(format, wallMs) - wallMs;
}

/** Milliseconds that local wall time is ahead of UTC at `wallMs`. RangeError for a zone that does not exist. */
export function utcOffsetMs(timeZone: string, wallMs: number): number {
  const { read, offsets } = zoneOf(timeZone);
  const quarter = Math.floor(wallMs / quarterMs);
  const known = offsets.get(quarter);
  if (known !== undefined) return known;
  if (offsets.size >= remembered) offsets.clear();
  const offsetMs = read(quarter * quarterMs);
  offsets.set(quarter, offsetMs);
  return offsetMs;
}

/** The fields of local time, read as if they were UTC. */
function localFieldsMs(format: Intl.DateTimeFormat, wallMs: number): number {
  const field: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(wallMs)) field[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = field;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

const dayMs = 86_400_000;

/** Days since 1970-01-01 of the local date at `wallMs`. */
export function localDay(timeZone: string, wallMs: number): number {
  return Math.floor((wallMs + utcOffsetMs(timeZone, wallMs)) / dayMs);
}

/**
 * Unix milliseconds of a local time of day on a local date. A time that a change to summer time skips is taken to
 * be as much later; of a time that occurs twice, the first is meant (RFC 5545, 3.3.5).
 * @param day days since 1970-01-01, @param timeOfDayMs milliseconds since local midnight by the clock's face
 */
export function localInstant(timeZone: string, day: number, timeOfDayMs: number): number {
  const faceMs = day * dayMs + timeOfDayMs;
  const beforeMs = faceMs - utcOffsetMs(timeZone, faceMs - dayMs);
  const afterMs = faceMs - utcOffsetMs(timeZone, faceMs + dayMs);
  if (beforeMs === afterMs) return beforeMs;
  const isBeforeReal = beforeMs + utcOffsetMs(timeZone, beforeMs) === faceMs;
  const isAfterReal = afterMs + utcOffsetMs(timeZone, afterMs) === faceMs;
  return isAfterReal && !isBeforeReal ? afterMs : beforeMs;
}

/** `22:41:07` */
export function localTimeOfDay(timeZone: string, wallMs: number): string {
  const seconds = Math.floor((wallMs + utcOffsetMs(timeZone, wallMs)) / 1_000);
  return `${two(seconds / 3_600, 24)}:${two(seconds / 60, 60)}:${two(seconds, 60)}`;
}

const two = (count: number, modulus: number) => String(Math.floor(count) % modulus).padStart(2, "0");
