import type { EpwYear } from "./epw.ts";
import type { EpwColumn } from "./epw-fields.ts";
import type { Weather, WeatherState } from "./weather.ts";

const hourMs = 3_600_000;

/**
 * A typical year as weather of any year: the instant asked for is looked up by its month, day and hour of local
 * standard time. Air and sky are linear between the full hours; rain and light are those of the hour around the
 * instant, which hour n of a day (n − 1 to n o'clock) holds. 29 February takes the 28th where the file has none.
 * @param utcOffsetHours standard time of the street minus UTC, when the file is of another place.
 */
export function epwWeather(year: EpwYear, utcOffsetHours = year.utcOffsetHours): Weather {
  const { hours } = year;
  const rows = hours.temperature.length;

  function at(unixMs: number): WeatherState {
    const position = hourOfYear(unixMs + utcOffsetHours * hourMs, year.leap);
    const current = Math.floor(position);
    const share = position - current;
    // Row n − 1 was read at n o'clock.
    const before = (current - 1 + rows) % rows;
    const between = (column: EpwColumn) =>
      hours[column][before]! * (1 - share) + hours[column][current]! * share;
    return {
      temperatureC: between("temperature"),
      relativeHumidityPercent: Math.min(100, between("relativeHumidity")),
      pressurePa: between("pressure"),
      cloudCover: between("opaqueSkyCover") / 10,
      windSpeedMps: between("windSpeed"),
      precipitationMmPerHour: hours.precipitation[current]!,
      globalIrradianceWhM2: hours.irradiation[current]!,
      illuminanceLx: hours.illuminance[current]!,
    };
  }
  return { at };
}

/** Hours since the typical year began, by month and day of the local date. */
function hourOfYear(localMs: number, leap: boolean): number {
  const date = new Date(localMs);
  const month = date.getUTCMonth();
  const day = !leap && month === 1 ? Math.min(28, date.getUTCDate()) : date.getUTCDate();
  const typicalYear = leap ? 2000 : 2001;
  const days = (Date.UTC(typicalYear, month, day) - Date.UTC(typicalYear, 0, 1)) / (24 * hourMs);
  const sinceMidnightMs = localMs - Math.floor(localMs / (24 * hourMs)) * 24 * hourMs;
  return days * 24 + sinceMidnightMs / hourMs;
}
