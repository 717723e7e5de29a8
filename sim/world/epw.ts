import {
  type EpwColumn,
  type EpwField,
  epwFields,
  epwHeaders,
  fieldsPerRow,
  sumsOverTheHour,
} from "./epw-fields.ts";
import { InputError, linesOf, parseDecimal } from "./input-error.ts";

const columns = Object.keys(epwFields) as EpwColumn[];
const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** A typical year, hour by hour: row 0 is 1 January, hour 1 (00:00 to 01:00 local standard time). */
export interface EpwYear {
  readonly city: string;
  readonly latitude: number;
  readonly longitude: number;
  /** Local standard time minus UTC. */
  readonly utcOffsetHours: number;
  readonly elevationM: number;
  /** The file has a row for each hour of 29 February. */
  readonly leap: boolean;
  readonly hours: Readonly<Record<EpwColumn, Float64Array>>;
  /** Hours of each column in which nothing was measured, and a value was put in by the dictionary's rule. */
  readonly missing: Readonly<Record<EpwColumn, number>>;
}

/**
 * Read an EnergyPlus Weather file: 8 header lines, then a row of 35 fields for each hour of one year.
 * InputError with line and field for anything that is not so: a bad file is refused whole.
 * @param file the name to use in messages.
 */
export function parseEpw(text: string, file: string): EpwYear {
  const lines = linesOf(text);
  if (lines.length === 0)
    throw new InputError(file, "the file is empty; expected an EnergyPlus Weather file");
  checkHeaders(lines, file);
  const rows = lines.length - epwHeaders.length;
  const leap = rows === 8_784;
  if (rows !== 8_760 && !leap)
    throw new InputError(
      file,
      `${rows} data rows; expected 8760, or 8784 with 29 February: one for each hour`,
    );

  const hours = columnRecord(() => new Float64Array(rows));
  const missing = columnRecord(() => 0);
  for (let row = 0; row < rows; row++) {
    const line = row + epwHeaders.length + 1;
    const fields = splitRow(lines[line - 1]!, file, line);
    checkHour(fields, row, leap, file, line);
    for (const column of columns) {
      const value = readField(fields, epwFields[column], file, line);
      if (value === undefined) missing[column]++;
      hours[column][row] = value ?? substitute(column, hours[column], row);
    }
  }
  return { ...readLocation(lines[0]!, file), leap, hours, missing };
}

function columnRecord<Value>(make: () => Value): Record<EpwColumn, Value> {
  return Object.fromEntries(columns.map((column) => [column, make()])) as Record<EpwColumn, Value>;
}

function checkHeaders(lines: readonly string[], file: string): void {
  epwHeaders.forEach((header, at) => {
    const start = lines[at]?.slice(0, header.length) ?? "";
    if (start.toUpperCase() !== header)
      throw new InputError(file, `expected the header line ${header}, not "${start}"`, { line: at + 1 });
  });
  const line = epwHeaders.length;
  const [, periods, perHour] = lines[line - 1]!.split(",").map((text) => text.trim());
  if (periods !== "1" || perHour !== "1")
    throw new InputError(
      file,
      `expected one data period with one record an hour, not ${periods} with ${perHour}`,
      {
        line,
        field: "DATA PERIODS",
      },
    );
}

function readLocation(header: string, file: string) {
  const fields = header.split(",");
  const number = (at: number, name: string, max: number): number => {
    const value = parseDecimal(fields[at] ?? "");
    if (value === undefined || Math.abs(value) > max)
      throw new InputError(file, `expected a number from −${max} to ${max}, not "${fields[at] ?? ""}"`, {
        line: 1,
        field: `LOCATION ${name}`,
      });
    return value;
  };
  return {
    city: fields[1]?.trim() ?? "",
    latitude: number(6, "latitude", 90),
    longitude: number(7, "longitude", 180),
    utcOffsetHours: number(8, "time zone", 14),
    elevationM: number(9, "elevation", 9_999.9),
  };
}

function splitRow(text: string, file: string, line: number): string[] {
  const fields = text.split(",");
  if (fields.length !== fieldsPerRow)
    throw new InputError(
      file,
      `${fields.length} fields; a data row has ${fieldsPerRow}: is the line cut off?`,
      {
        line,
      },
    );
  return fields;
}

function checkHour(fields: readonly string[], row: number, leap: boolean, file: string, line: number): void {
  const expected = dateOfRow(row, leap);
  (["month", "day", "hour"] as const).forEach((name, at) => {
    const text = fields[at + 1]!;
    if (parseDecimal(text) !== expected[name])
      throw new InputError(file, `expected ${expected[name]}, not "${text}": each hour once, in order`, {
        line,
        field: `field ${at + 2} (${name})`,
      });
  });
}

function dateOfRow(row: number, leap: boolean): { month: number; day: number; hour: number } {
  let day = Math.floor(row / 24);
  let month = 0;
  for (;;) {
    const length = monthLengths[month]! + (leap && month === 1 ? 1 : 0);
    if (day < length) return { month: month + 1, day: day + 1, hour: (row % 24) + 1 };
    day -= length;
    month++;
  }
}

function readField(
  fields: readonly string[],
  { at, name, unit, min, max, missing }: EpwField,
  file: string,
  line: number,
): number | undefined {
  const text = fields[at - 1]!;
  const value = parseDecimal(text);
  if (value !== undefined && value >= missing) return undefined;
  if (value === undefined || value < min || value > max)
    throw new InputError(
      file,
      `expected ${min} to ${max} ${unit}, or ${missing} when missing, not "${text}"`,
      {
        line,
        field: `field ${at} (${name})`,
      },
    );
  return value;
}

function substitute(column: EpwColumn, values: Float64Array, row: number): number {
  if (sumsOverTheHour.has(column)) return 0;
  return row === 0 ? epwFields[column].initial : values[row - 1]!;
}
