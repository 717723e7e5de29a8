import type { PageWeather, PointState, SampleState } from "../view.ts";

const minus = (text: string) => text.replace("-", "−");

/** Made once per time zone: making a format costs more than all else on a frame. */
const formats = new Map<string, { readonly time: Intl.DateTimeFormat; readonly date: Intl.DateTimeFormat }>();

function formatsOf(timeZone: string) {
  let known = formats.get(timeZone);
  if (!known) {
    known = {
      time: new Intl.DateTimeFormat("en-GB", { timeZone, timeStyle: "medium", hourCycle: "h23" }),
      date: new Intl.DateTimeFormat("en-GB", { timeZone, dateStyle: "full" }),
    };
    formats.set(timeZone, known);
  }
  return known;
}

/** Clock and date of a place. */
export function localTime(
  unixMs: number,
  timeZone: string,
): { readonly time: string; readonly date: string } {
  const { time, date } = formatsOf(timeZone);
  return { time: time.format(unixMs), date: date.format(unixMs) };
}

/** By okta, eighths of the sky, in the steps of METAR: FEW, SCT, BKN, OVC (WMO-No. 306, FM 15, 15.9). */
export function cloudWords(cloudCover: number): string {
  const okta = Math.round(cloudCover * 8);
  if (okta === 0) return "clear";
  if (okta <= 2) return "few clouds";
  if (okta <= 4) return "scattered clouds";
  return okta <= 7 ? "broken clouds" : "overcast";
}

/** Rain is light below 2.5 mm/h and heavy from 10 mm/h on (WMO-No. 8, volume I, chapter 14, intensity of precipitation). */
export function precipitationWords({ precipitationMmPerHour: rate, temperatureC }: PageWeather): string {
  if (rate < 0.05) return "dry";
  const what = temperatureC < freezesBelowC ? "snow" : "rain";
  if (rate < 2.5) return `light ${what}`;
  return rate < 10 ? what : `heavy ${what}`;
}

/** What falls in colder air falls as snow. */
export const freezesBelowC = 0.5;

export function weatherLine(weather: PageWeather): string {
  return [
    `${minus(weather.temperatureC.toFixed(1))} °C`,
    cloudWords(weather.cloudCover),
    precipitationWords(weather),
    `wind ${weather.windSpeedMps.toFixed(1)} m/s`,
  ].join(" · ");
}

/** Illuminance over its eight decades: about two figures, as light is judged. */
export function lux(value: number): string {
  if (value >= 9_950) return `${Math.round(value / 1_000)} klx`;
  if (value >= 995) return `${(value / 1_000).toFixed(1)} klx`;
  const decimals = value >= 9.95 ? 0 : value >= 0.995 ? 1 : value >= 0.0995 ? 2 : 3;
  return `${value.toFixed(decimals)} lx`;
}

export const percent = (value: number) => `${Math.round(value)} %`;
export const power = (watts: number) => `${watts.toFixed(watts < 10 ? 1 : 0)} W`;
export const energy = (wattHours: number) =>
  wattHours < 1_000 ? `${Math.round(wattHours)} Wh` : `${(wattHours / 1_000).toFixed(2)} kWh`;

/** How long ago, in the largest unit that leaves a whole number above one. */
export function age(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 120) return `${Math.floor(seconds)} s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3_600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

export function sampleText(
  { value, unit, decimals }: Pick<SampleState, "value" | "unit" | "decimals">,
  decimalsMax = decimals,
): string {
  if (value === undefined) return "no value";
  if (unit === "lx") return lux(value);
  const number = minus(value.toFixed(Math.min(decimals, decimalsMax)));
  return unit === "1" ? number : `${number} ${unit}`;
}

/** A value of a telemetry point in full; a dash for none. */
export function pointText({ words }: Pick<PointState, "words">, sample: SampleState | undefined): string {
  if (sample?.value === undefined || sample.quality === "bad") return "–";
  return words?.[sample.value] ?? sampleText(sample);
}

const glances: Readonly<Record<string, (value: number) => string>> = {
  "%": percent,
  W: power,
  Wh: energy,
};

/** The same with as many figures as one takes in at a glance. */
export function glanceText(point: Pick<PointState, "words">, sample: SampleState | undefined): string {
  if (sample?.value === undefined || sample.quality === "bad" || point.words) return pointText(point, sample);
  const { value, unit, decimals } = sample;
  const digits = Math.min(decimals, Math.abs(value) >= 100 ? 0 : 1);
  return minus(glances[unit]?.(value) ?? sampleText(sample, digits));
}

/** As a multiple of real time. */
export const speedText = (factor: number) =>
  factor === 0 ? "paused" : `${factor >= 10 ? Math.round(factor) : Math.round(factor * 10) / 10}×`;

/** Hours since local midnight, with their fraction. */
export function localHour(unixMs: number, timeZone: string): number {
  const [hours = 0, minutes = 0] = localTime(unixMs, timeZone).time.split(":").map(Number);
  return hours + minutes / 60;
}
