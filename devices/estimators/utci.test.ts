import { describe, expect, it } from "vitest";
import validation from "./testdata/comfort-validation.json" with { type: "json" };
import { saturationVapourPressurePa, utci } from "./utci.ts";

const vapourPressurePa = (airTemperature: number, relativeHumidity: number) =>
  (saturationVapourPressurePa(airTemperature) * relativeHumidity) / 100;

type Row = readonly [number, number, number, number, number];

describe("utci", () => {
  it.each(validation.utci)(
    "agrees with the validation table at $airTemperature °C, $windSpeed m/s",
    (row) => {
      const result = utci({
        ...row,
        vapourPressurePa: vapourPressurePa(row.airTemperature, row.relativeHumidity),
      });
      if (row.utci === null) expect(result).toBeUndefined();
      else expect(Math.abs(result! - row.utci)).toBeLessThanOrEqual(validation.toleranceCelsius);
    },
  );

  it.each(validation.polynomial.rows)(
    "has every coefficient of another implementation: %f %f %f %f is %f",
    (...row) => {
      const [airTemperature, windSpeed, radiantExcess, kilopascal, expected] = row as unknown as Row;
      const meanRadiantTemperature = airTemperature + radiantExcess;
      const vapourPressurePa = kilopascal * 1_000;
      const result = utci({ airTemperature, windSpeed, meanRadiantTemperature, vapourPressurePa });
      expect(Math.abs(result! - expected)).toBeLessThan(1e-4);
    },
  );

  // Bröde et al. 2012, reference environment: there, UTCI is the air temperature; the polynomial's residual
  // standard error is 1.1 K (abstract), so three of them bound it.
  it.each([-20, -10, 0, 10, 20])(
    "is near the air temperature of the reference environment at %i °C",
    (ta) => {
      const reference = { airTemperature: ta, meanRadiantTemperature: ta, windSpeed: 0.5 };
      const result = utci({ ...reference, vapourPressurePa: vapourPressurePa(ta, 50) });
      expect(Math.abs(result! - ta)).toBeLessThan(3.3);
    },
  );

  const inside = {
    airTemperature: 20,
    meanRadiantTemperature: 20,
    windSpeed: 2,
    vapourPressurePa: 1_000,
  };
  it.each([
    { airTemperature: -50.1, meanRadiantTemperature: -50.1 },
    { airTemperature: 50.1, meanRadiantTemperature: 50.1 },
    { meanRadiantTemperature: -10.1 },
    { meanRadiantTemperature: 90.1 },
    { windSpeed: 0.49 },
    { windSpeed: 17.1 },
    { vapourPressurePa: -1 },
    { vapourPressurePa: 5_001 },
    { windSpeed: Number.NaN },
  ])("says nothing outside its range: %o", (beyond) => {
    expect(utci(inside)).toBeTypeOf("number");
    expect(utci({ ...inside, ...beyond })).toBeUndefined();
  });
});

describe("saturationVapourPressurePa", () => {
  // IAPWS-IF97 steam tables (W. Wagner, H.-J. Kretzschmar, International Steam Tables, 2008, table 1).
  it.each([
    [0.01, 611.66],
    [10, 1_228.2],
    [20, 2_339.3],
    [30, 4_247.0],
    [40, 7_384.9],
  ])("at %f °C is %f Pa", (celsius, pascal) => {
    expect(Math.abs(saturationVapourPressurePa(celsius) / pascal - 1)).toBeLessThan(5e-4);
  });
});
