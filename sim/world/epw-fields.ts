/** A field of an EPW data row that the simulator reads. */
export interface EpwField {
  /** Position in the row, from 1. */
  readonly at: number;
  /** As the data dictionary writes it. */
  readonly name: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  /** A number from here on means that nothing was measured. */
  readonly missing: number;
  /** Used until the first hour that has a value. */
  readonly initial: number;
}

const field = (
  at: number,
  name: string,
  unit: string,
  [min, max]: readonly [number, number],
  missing: number,
  initial: number,
): EpwField => ({ at, name, unit, min, max, missing, initial });

/**
 * Position, unit, range and missing value of the fields that are read: EnergyPlus "Auxiliary Programs", EnergyPlus
 * Weather File (EPW) Data Dictionary. A missing hour takes the last good value, and before the first good one the
 * `initial` value, as EnergyPlus does (WeatherManager); radiation, illuminance and rain take 0.
 */
export const epwFields = {
  temperature: field(7, "Dry Bulb Temperature", "°C", [-70, 70], 99.9, 6),
  relativeHumidity: field(9, "Relative Humidity", "%", [0, 110], 999, 50),
  pressure: field(10, "Atmospheric Station Pressure", "Pa", [31_000, 120_000], 999_999, 101_325),
  irradiation: field(14, "Global Horizontal Radiation", "Wh/m²", [0, 9_998], 9_999, 0),
  illuminance: field(17, "Global Horizontal Illuminance", "lx", [0, 999_899], 999_900, 0),
  windSpeed: field(22, "Wind Speed", "m/s", [0, 40], 999, 2.5),
  opaqueSkyCover: field(24, "Opaque Sky Cover", "tenths", [0, 10], 99, 5),
  precipitation: field(34, "Liquid Precipitation Depth", "mm", [0, 998], 999, 0),
} as const;

export type EpwColumn = keyof typeof epwFields;

/** Columns whose number is a sum over the hour: a missing one is 0, not the last one again. */
export const sumsOverTheHour: ReadonlySet<EpwColumn> = new Set([
  "irradiation",
  "illuminance",
  "precipitation",
]);

/** First words of the eight header lines, in order (same dictionary). */
export const epwHeaders = [
  "LOCATION",
  "DESIGN CONDITIONS",
  "TYPICAL/EXTREME PERIODS",
  "GROUND TEMPERATURES",
  "HOLIDAYS/DAYLIGHT SAVING",
  "COMMENTS 1",
  "COMMENTS 2",
  "DATA PERIODS",
] as const;

export const fieldsPerRow = 35;
