import { describe, expect, it } from "vitest";
import { relativeHumidity, temperature, truth } from "../quantities.ts";
import type { Sample } from "../sample.ts";
import type { Context, Estimate } from "./estimator.ts";
import { ice } from "./ice.ts";

const sources = { surface: "tile", water: "water", air: "air", humidity: "rh" };
const estimator = ice(sources);
const hourMs = 3_600_000;

interface Weather {
  readonly tile?: number;
  readonly water?: number;
  readonly air?: number;
  readonly rh?: number;
}

/** The last word on the risk after weathers an hour apart; what is undefined is bad. */
function riskAfter(weathers: readonly Weather[], iceTemperature = 1): Estimate {
  let state = estimator.initial(undefined);
  let said: readonly Estimate[] = [];
  for (const [hour, weather] of weathers.entries())
    for (const [source, value] of Object.entries(weather)) {
      const quantity = source === "rh" ? relativeHumidity : source === "water" ? truth : temperature;
      const quality = value === undefined ? "bad" : "good";
      const sample: Sample = {
        source,
        value: value ?? Number.NaN,
        quality,
        quantity,
        atMs: hour * hourMs,
        wallMs: undefined,
        clock: "none",
        boot: 1,
      };
      const context = { nowMs: hour * hourMs, settings: { iceTemperature } } as unknown as Context;
      const step = estimator.step(state, sample, context);
      state = step.state;
      said = step.estimates;
    }
  return said.find(({ output }) => output === "risk")!;
}

const dry = { water: 0, air: 2, rh: 50 };

describe("ice on the tiles", () => {
  it("is not to be feared on warm or dry ones", () => {
    expect(riskAfter([{ ...dry, tile: 12, water: 1 }])).toMatchObject({ value: 0, quality: "good" });
    expect(riskAfter([{ ...dry, tile: -4 }])).toMatchObject({ value: 0, quality: "good" });
  });

  it("is where they are cold and wet", () => {
    expect(riskAfter([{ ...dry, water: 1, tile: 0.5 }])).toMatchObject({ value: 1, quality: "good" });
    expect(riskAfter([{ ...dry, water: 1, tile: 1.1 }])).toMatchObject({ value: 0 });
  });

  it("stays for six hours after the water has gone", () => {
    const later = (hours: number) =>
      riskAfter([
        { ...dry, water: 1, tile: 4 },
        { water: 0 },
        ...Array.from({ length: hours }, () => ({ tile: -2 })),
      ]);
    expect(later(5)).toMatchObject({ value: 1 });
    expect(later(8)).toMatchObject({ value: 0 });
  });

  // Dew point of air at −1 °C and 90 %RH over water: −2.4 °C (Magnus with the constants of WMO-No. 8).
  it("is hoar where they are colder than the dew point", () => {
    expect(riskAfter([{ water: 0, air: -1, rh: 90, tile: -3 }])).toMatchObject({ value: 1 });
    expect(riskAfter([{ water: 0, air: -1, rh: 90, tile: -2 }])).toMatchObject({ value: 0 });
  });

  it("is over only a kelvin above where it began", () => {
    const wet = { ...dry, water: 1 };
    expect(riskAfter([{ ...wet, tile: 0 }, { tile: 1.9 }])).toMatchObject({ value: 1 });
    expect(riskAfter([{ ...wet, tile: 0 }, { tile: 2.1 }])).toMatchObject({ value: 0 });
  });

  it("is suspected while the water or the air was not heard yet", () => {
    expect(riskAfter([{ air: 2, rh: 50, tile: -1 }])).toMatchObject({ value: 1, quality: "suspect" });
    expect(riskAfter([{ water: 0, tile: -1 }])).toMatchObject({ value: 1, quality: "suspect" });
  });

  it("may be where a sensor is dead, and an alarm hears of it; nothing is said without a temperature", () => {
    const dead = (weather: object) => riskAfter([{ ...dry, tile: -1 }, weather] as Weather[]);
    expect(dead({ water: undefined })).toMatchObject({ value: 1, quality: "good" });
    expect(dead({ air: undefined, rh: undefined })).toMatchObject({ value: 1, quality: "good" });
    expect(dead({ rh: undefined, tile: 3 })).toMatchObject({ value: 0, quality: "good" });
    expect(riskAfter([{ ...dry, tile: undefined }] as unknown as Weather[])).toMatchObject({
      quality: "bad",
    });
  });

  it("goes by the setting", () => {
    expect(riskAfter([{ ...dry, water: 1, tile: 2.5 }], 3)).toMatchObject({ value: 1 });
  });
});
