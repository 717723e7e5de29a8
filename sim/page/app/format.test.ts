import { expect, it } from "vitest";
import {
  age,
  cloudWords,
  energy,
  glanceText,
  localHour,
  localTime,
  lux,
  pointText,
  precipitationWords,
  sampleText,
  speedText,
  weatherLine,
} from "./format.ts";

it("tells local time, also where clocks have just changed", () => {
  // Central European Summer Time ended at 01:00 UTC on 25 October 2026 (Directive 2000/84/EC).
  expect(localTime(Date.UTC(2026, 9, 25, 0, 59, 59), "Europe/Rome").time).toBe("02:59:59");
  expect(localTime(Date.UTC(2026, 9, 25, 1, 0, 0), "Europe/Rome").time).toBe("02:00:00");
  expect(localTime(Date.UTC(2026, 9, 24, 23, 0, 5), "UTC")).toEqual({
    time: "23:00:05",
    date: "Saturday, 24 October 2026",
  });
  expect(localHour(Date.UTC(2026, 10, 17, 21, 45), "Europe/Rome")).toBe(22.75);
  expect(localTime(Date.UTC(2026, 10, 17, 23, 0), "Europe/Rome").time).toBe("00:00:00");
});

/** METAR: FEW is 1 or 2 okta, SCT 3 or 4, BKN 5 to 7, OVC 8 (WMO-No. 306, FM 15, 15.9.1.1). */
it.each([
  [0, "clear"],
  [1, "few clouds"],
  [2, "few clouds"],
  [3, "scattered clouds"],
  [4, "scattered clouds"],
  [5, "broken clouds"],
  [7, "broken clouds"],
  [8, "overcast"],
])("calls %d okta %s", (okta, words) => {
  expect(cloudWords(okta / 8)).toBe(words);
});

/** WMO-No. 8, volume I, chapter 14: rain is moderate from 2.5 up to 10 mm/h. */
it.each([
  [0, 12, "dry"],
  [2.4, 12, "light rain"],
  [2.5, 12, "rain"],
  [9.9, 12, "rain"],
  [10, 12, "heavy rain"],
  [1, -3, "light snow"],
])("calls %d mm/h at %d °C %s", (precipitationMmPerHour, temperatureC, words) => {
  const weather = { precipitationMmPerHour, temperatureC, cloudCover: 1, windSpeedMps: 2 };
  expect(precipitationWords(weather)).toBe(words);
});

it("puts the weather in a line, with a true minus", () => {
  expect(
    weatherLine({ temperatureC: -3.24, cloudCover: 0, precipitationMmPerHour: 0, windSpeedMps: 3.25 }),
  ).toBe("−3.2 °C · clear · dry · wind 3.3 m/s");
});

it.each([
  [0.00065, "0.001 lx"],
  [0.14, "0.14 lx"],
  [0.999, "1.0 lx"],
  [3.4, "3.4 lx"],
  [9.96, "10 lx"],
  [400, "400 lx"],
  [998, "1.0 klx"],
  [6_200, "6.2 klx"],
  [99_569, "100 klx"],
])("writes %d lx as %s", (value, words) => {
  expect(lux(value)).toBe(words);
});

it.each([
  [-5, "0 s"],
  [119_999, "119 s"],
  [120_000, "2 min"],
  [7_199_000, "119 min"],
  [7_200_000, "2 h"],
  [172_800_000, "2 d"],
])("writes an age of %d ms as %s", (ms, words) => {
  expect(age(ms)).toBe(words);
});

it("writes samples with their unit, and no number where there is none", () => {
  expect(sampleText({ value: -4.256, unit: "°C", decimals: 2 })).toBe("−4.26 °C");
  expect(sampleText({ value: -4.256, unit: "°C", decimals: 2 }, 1)).toBe("−4.3 °C");
  expect(sampleText({ value: 1, unit: "1", decimals: 0 })).toBe("1");
  expect(sampleText({ unit: "m", decimals: 2 })).toBe("no value");
});

it.each([
  ["a share", { value: 76.4, unit: "%", decimals: 1 }, undefined, "76.4 %", "76 %"],
  ["power", { value: 14.4, unit: "W", decimals: 1 }, undefined, "14.4 W", "14 W"],
  ["a voltage", { value: 230.125, unit: "V", decimals: 3 }, undefined, "230.125 V", "230 V"],
  ["a frost", { value: -3.42, unit: "°C", decimals: 2 }, undefined, "−3.42 °C", "−3.4 °C"],
  ["a code", { value: 1, unit: "1", decimals: 0 }, ["nobody", "someone"], "someone", "someone"],
  ["a code without a word", { value: 2, unit: "1", decimals: 0 }, ["no", "yes"], "2", "2"],
  ["nothing", { unit: "m", decimals: 2 }, undefined, "–", "–"],
] as const)("writes %s in full, and for a glance", (_, reading, words, full, glance) => {
  const sample = { ...reading, quality: "good", atMs: 0 } as const;
  const point = words ? { words } : {};
  expect(pointText(point, sample)).toBe(full);
  expect(glanceText(point, sample)).toBe(glance);
  expect(pointText(point, { ...sample, quality: "bad" })).toBe("–");
  expect(glanceText(point, undefined)).toBe("–");
});

it("writes speeds and energies", () => {
  expect([0, 1, 2.5, 10, 3_600].map(speedText)).toEqual(["paused", "1×", "2.5×", "10×", "3600×"]);
  expect([0.4, 999, 1_000, 12_340].map(energy)).toEqual(["0 Wh", "999 Wh", "1.00 kWh", "12.34 kWh"]);
});
