import { describe, expect, it } from "vitest";
import { parseEpw } from "./epw.ts";
import { epwWeather } from "./epw-weather.ts";
import { InputError } from "./input-error.ts";

const headers = [
  "LOCATION,Testville,XX,UTO,made for this test,000000,45.50,9.25,1.0,120.0",
  "DESIGN CONDITIONS,0",
  "TYPICAL/EXTREME PERIODS,0",
  "GROUND TEMPERATURES,0",
  "HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0",
  "COMMENTS 1,none",
  "COMMENTS 2,none",
  "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31",
];

interface Cells {
  temperature: string;
  humidity: string;
  irradiation: string;
  opaque: string;
  rain: string;
}

/** A row as the data dictionary lays it out: temperature is the day of the month, everything else constant. */
function row(date: Date, hour: number, cells: Partial<Cells>): string {
  const { temperature = String(date.getUTCDate()), humidity = "105", irradiation = "0" } = cells;
  const { opaque = "4", rain = "0.0" } = cells;
  const time = `1999,${date.getUTCMonth() + 1},${date.getUTCDate()},${hour},60,?9?9`;
  const air = `${temperature},-3.0,${humidity},98000`;
  const light = `0,0,300,${irradiation},0,0,2500,0,0,9999`;
  const sky = `180,3.5,10,${opaque},9999,99999,9,999999999,999,.999,999,99,999,${rain},99`;
  return [time, air, light, sky].join(",");
}

/** Change cells of single rows by row number, counted from 0. */
function epw(changes: Record<number, Partial<Cells>> = {}, typicalYear = 2001): string[] {
  const rows: string[] = [];
  for (let ms = Date.UTC(typicalYear, 0, 1); ms < Date.UTC(typicalYear + 1, 0, 1); ms += 3_600_000)
    rows.push(row(new Date(ms), (rows.length % 24) + 1, changes[rows.length] ?? {}));
  return [...headers, ...rows];
}

const parse = (lines: readonly string[], newline = "\n") => parseEpw(lines.join(newline), "test.epw");

function refusal(lines: readonly string[]): InputError {
  try {
    parse(lines);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error("the file was accepted");
}

describe("a good file", () => {
  it("gives its place and its hours", () => {
    const year = parse(epw());
    expect(year).toMatchObject({ city: "Testville", latitude: 45.5, longitude: 9.25, utcOffsetHours: 1 });
    expect(year.elevationM).toBe(120);
    expect(year.leap).toBe(false);
    expect(year.hours.temperature.length).toBe(8_760);
    expect(year.hours.temperature[24 * 31 + 5]).toBe(1); // 1 February, hour 6
    expect(year.hours.windSpeed[0]).toBe(3.5);
    expect(Object.values(year.missing)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it("may have CRLF line ends, a byte-order mark and blank lines at its end", () => {
    expect(parse(["\uFEFF".concat(headers[0]!), ...epw().slice(1), "", ""], "\r\n")).toEqual(parse(epw()));
  });

  it("may have 29 February", () => {
    const year = parse(epw({}, 2000));
    expect(year.leap).toBe(true);
    expect(epwWeather(year).at(Date.UTC(2028, 1, 29, 5)).temperatureC).toBe(29);
  });

  it("says which hours were missing, takes the last good value there, the initial one before, and no rain", () => {
    const year = parse(
      epw({
        0: { temperature: "99.9", humidity: "999" },
        30: { temperature: "12.5", irradiation: "9999", rain: "999.000" },
        31: { temperature: "99.9", opaque: "99" },
        32: { temperature: "99.9" },
      }),
    );
    expect(year.missing).toMatchObject({
      temperature: 3,
      relativeHumidity: 1,
      irradiation: 1,
      precipitation: 1,
    });
    expect(year.missing.opaqueSkyCover).toBe(1);
    expect([...year.hours.temperature.slice(30, 34)]).toEqual([12.5, 12.5, 12.5, 2]);
    // EnergyPlus WeatherManager: 6 °C and 50 % where nothing was read yet.
    expect(year.hours.temperature[0]).toBe(6);
    expect(year.hours.relativeHumidity[0]).toBe(50);
    expect(year.hours.precipitation[30]).toBe(0);
    expect(year.hours.irradiation[30]).toBe(0);
  });
});

describe("a bad file is refused whole", () => {
  const changed = (at: number, change: (line: string) => string) =>
    epw().map((line, index) => (index === at ? change(line) : line));

  it("when it is empty", () => {
    expect(refusal([""]).message).toBe("test.epw: the file is empty; expected an EnergyPlus Weather file");
  });

  it("when a header is not the expected one", () => {
    const error = refusal(changed(3, () => "GROUND TEMPS,0"));
    expect(error.line).toBe(4);
    expect(error.message).toContain('expected the header line GROUND TEMPERATURES, not "GROUND TEMPS,0"');
    expect(refusal(headers.slice(0, 5)).message).toContain("expected the header line COMMENTS 1");
  });

  it("when its place has no number", () => {
    const error = refusal(changed(0, (line) => line.replace("45.50", "45N")));
    expect([error.line, error.field]).toEqual([1, "LOCATION latitude"]);
    expect(error.message).toContain('expected a number from −90 to 90, not "45N"');
  });

  it("when it has several records an hour", () => {
    const error = refusal(changed(7, (line) => line.replace("1,1,Data", "1,4,Data")));
    expect(error.message).toContain("one data period with one record an hour, not 1 with 4");
    expect(error.line).toBe(8);
  });

  it("when hours are absent, or out of order", () => {
    expect(refusal(epw().slice(0, -1)).message).toContain("8759 data rows; expected 8760, or 8784");
    const lines = epw();
    [lines[40], lines[41]] = [lines[41]!, lines[40]!];
    const error = refusal(lines);
    expect([error.line, error.field]).toEqual([41, "field 4 (hour)"]);
    expect(error.message).toContain('expected 9, not "10"');
  });

  it("when a line is cut off", () => {
    const error = refusal(changed(100, (line) => line.slice(0, 60)));
    expect(error.line).toBe(101);
    expect(error.message).toContain("a data row has 35: is the line cut off?");
  });

  it.each([
    ["letters in a number", "1O.5"],
    ["hexadecimal", "0x10"],
    ["nothing", ""],
    ["a value out of range", "-71"],
  ])("when a field has %s", (_, temperature) => {
    const error = refusal(epw({ 9: { temperature } }));
    expect([error.file, error.line, error.field]).toEqual(["test.epw", 18, "field 7 (Dry Bulb Temperature)"]);
    expect(error.message).toContain(`expected -70 to 70 °C, or 99.9 when missing, not "${temperature}"`);
  });
});

describe("as weather", () => {
  const weather = epwWeather(
    parse(
      epw({
        11: { irradiation: "400" },
        12: { irradiation: "500", rain: "2.5" },
        8759: { temperature: "-9" },
      }),
    ),
  );
  // The file's standard time is UTC+1.
  const at = (month: number, day: number, hour: number, minute = 0) =>
    weather.at(Date.UTC(2026, month - 1, day, hour - 1, minute));

  it("has at n o'clock what row n says, and goes straight from there to the next", () => {
    expect(at(3, 7, 12).temperatureC).toBe(7);
    expect(at(3, 8, 0).temperatureC).toBe(7); // hour 24 of the 7th
    expect(at(3, 8, 1).temperatureC).toBe(8);
    expect(at(3, 8, 0, 15).temperatureC).toBeCloseTo(7.25, 9);
    expect(at(1, 1, 0).temperatureC).toBe(-9); // the year's last row is the hour before its first
  });

  it("has the sums of the hour that ends at n from n − 1 to n o'clock", () => {
    expect(at(1, 1, 11, 30).globalIrradianceWhM2).toBe(400);
    expect(at(1, 1, 12, 0).globalIrradianceWhM2).toBe(500);
    expect(at(1, 1, 12, 59).precipitationMmPerHour).toBe(2.5);
    expect(at(1, 1, 13, 0).precipitationMmPerHour).toBe(0);
    expect(at(1, 1, 12, 30).illuminanceLx).toBe(2_500);
  });

  it("gives our units, and no more humidity than there is", () => {
    expect(at(6, 1, 12)).toMatchObject({
      cloudCover: 0.4,
      relativeHumidityPercent: 100,
      pressurePa: 98_000,
      windSpeedMps: 3.5,
    });
  });

  it("serves any year, the 28th on 29 February, and another place's standard time", () => {
    expect(weather.at(Date.UTC(1987, 6, 20, 11)).temperatureC).toBe(20);
    expect(weather.at(Date.UTC(2028, 1, 29, 11)).temperatureC).toBe(28);
    const elsewhere = epwWeather(parse(epw()), -6);
    expect(elsewhere.at(Date.UTC(2026, 2, 8, 6)).temperatureC).toBe(7);
    expect(elsewhere.at(Date.UTC(2026, 2, 8, 7)).temperatureC).toBe(8);
  });
});
