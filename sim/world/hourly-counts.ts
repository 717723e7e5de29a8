import type { Footfall } from "./footfall.ts";
import { InputError, linesOf, parseDecimal } from "./input-error.ts";
import { hourOfWeek } from "./local-time.ts";

const hourMs = 3_600_000;
const weekMs = 168 * hourMs;
const yearMs = 365.2425 * 24 * hourMs;

export interface HourlyCounts extends Footfall {
  /** Hours from the first row to the last, both included. */
  readonly hours: number;
  /** Hours among them without a row, filled with the median of the same hour of the week. */
  readonly interpolated: number;
}

export interface HourlyCountsOptions {
  /** The name to use in messages. */
  readonly file: string;
  /** Share of the people counted there that come through our street; 1 when not given. */
  readonly share?: number;
}

/**
 * Read hourly counts of people: CSV with the header `local_time,count`, then a row an hour, in order, such as
 * `2014-01-01T00:00,4696`. Hours may be absent; the hour that comes twice when summer time ends takes the mean.
 * InputError with the line for anything else, and when some hour of the week was never counted.
 *
 * Asked for a date outside the file it answers with the one moved by whole weeks, nearest to whole years, so that
 * both weekday and season hold; a file of less than a year answers with the median of the hour of the week.
 */
export function hourlyCounts(csv: string, { file, share = 1 }: HourlyCountsOptions): HourlyCounts {
  if (!(share >= 0)) throw new RangeError(`a share of people cannot be ${share}`);
  const rows = readRows(csv, file);
  const firstMs = rows[0]!.localMs;
  const hours = (rows.at(-1)!.localMs - firstMs) / hourMs + 1;
  const counts = new Float64Array(hours).fill(Number.NaN);
  for (const { localMs, count } of rows) {
    const hour = (localMs - firstMs) / hourMs;
    const earlier = counts[hour]!;
    counts[hour] = Number.isNaN(earlier) ? count : (earlier + count) / 2;
  }
  const medians = weekMedians(counts, firstMs, file);
  let interpolated = 0;
  for (let hour = 0; hour < hours; hour++) {
    if (!Number.isNaN(counts[hour]!)) continue;
    counts[hour] = medians[hourOfWeek(firstMs + hour * hourMs)]!;
    interpolated++;
  }

  const countAt = (localMs: number) => counts[Math.floor((localMs - firstMs) / hourMs)];
  const perHour = (localMs: number): number => {
    const years = Math.floor((localMs - firstMs) / yearMs);
    const count =
      countAt(localMs) ?? countAt(localMs - wholeWeeks(years)) ?? countAt(localMs - wholeWeeks(years + 1));
    return share * (count ?? medians[hourOfWeek(localMs)]!);
  };
  return { perHour, hours, interpolated };
}

const wholeWeeks = (years: number) => Math.round((years * yearMs) / weekMs) * weekMs;

interface Row {
  readonly localMs: number;
  readonly count: number;
}

function readRows(csv: string, file: string): Row[] {
  const [header, ...lines] = linesOf(csv);
  if (header === undefined)
    throw new InputError(file, "the file is empty; expected the header local_time,count");
  if (header.replaceAll(" ", "").toLowerCase() !== "local_time,count")
    throw new InputError(file, `expected the header local_time,count, not "${header}"`, { line: 1 });
  if (lines.length === 0) throw new InputError(file, "there is no count below the header");
  let earlierMs = Number.NEGATIVE_INFINITY;
  return lines.map((text, at) => {
    const row = readRow(text, file, at + 2);
    if (row.localMs < earlierMs)
      throw new InputError(file, `"${text}" comes before the row above it; expected rows in order of time`, {
        line: at + 2,
      });
    earlierMs = row.localMs;
    return row;
  });
}

function readRow(text: string, file: string, line: number): Row {
  const fields = text.split(",");
  if (fields.length !== 2)
    throw new InputError(file, `${fields.length} fields in "${text}"; expected local_time,count`, { line });
  const [time, people] = fields as [string, string];
  const localMs = parseHour(time.trim());
  if (localMs === undefined)
    throw new InputError(file, `expected a full hour like 2014-01-01T00:00, not "${time}"`, {
      line,
      field: "local_time",
    });
  const count = parseDecimal(people);
  if (count === undefined || count < 0)
    throw new InputError(file, `expected a number of people, not "${people}"`, { line, field: "count" });
  return { localMs, count };
}

/** Local milliseconds of `YYYY-MM-DDTHH:00`, seconds allowed; undefined when there is no such full hour. */
function parseHour(text: string): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):00(?::00)?$/.exec(text);
  if (match === null) return undefined;
  const localMs = Date.parse(`${match[1]}T${match[2]}:00Z`);
  // Date.parse lets 30 February through as 2 March.
  return new Date(localMs || 0).toISOString().startsWith(`${match[1]}T${match[2]}`) ? localMs : undefined;
}

function weekMedians(counts: Float64Array, firstMs: number, file: string): number[] {
  const byHour: number[][] = Array.from({ length: 168 }, () => []);
  counts.forEach((count, hour) => {
    if (!Number.isNaN(count)) byHour[hourOfWeek(firstMs + hour * hourMs)]!.push(count);
  });
  return byHour.map((values, hour) => {
    if (values.length === 0)
      throw new InputError(file, `no count for ${hourName(hour)}: give at least a whole week`);
    values.sort((a, b) => a - b);
    const half = values.length >> 1;
    return values.length % 2 === 1 ? values[half]! : (values[half - 1]! + values[half]!) / 2;
  });
}

const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;
const hourName = (hour: number) =>
  `${weekdays[Math.floor(hour / 24)]} ${String(hour % 24).padStart(2, "0")}:00`;
