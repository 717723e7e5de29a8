import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { random } from "#sim/world/random.ts";
import { Stepper } from "#test/bench/stepper.ts";
import { ember } from "./ember.ts";
import { sunPosition } from "./sun.ts";

const estimator = ember({
  temperature: "ashtray.objectTemperature",
  air: "climate.temperature",
  illuminance: "light.illuminance",
  sunElevation: "daylight.sunElevation",
});

/** Read each 2 s: `celsius` at so many seconds. */
function watch(seconds: number, celsius: (second: number) => number, at = new Stepper(estimator)) {
  for (let second = 0; second <= seconds; second += 2) {
    at.hear("ashtray.objectTemperature", celsius(second)).pass(2_000);
  }
  return at;
}
interface Weather {
  readonly airC: number;
  readonly lux: number;
  readonly elevation: number;
}
const weather = (at: Tray, { airC, lux, elevation }: Weather) =>
  at
    .hear("climate.temperature", airC)
    .hear("light.illuminance", lux)
    .hear("daylight.sunElevation", elevation);
const weathers = {
  "a June noon": { airC: 28, lux: 105_000, elevation: 68 },
  "an overcast June noon": { airC: 24, lux: 15_000, elevation: 68 },
  "a summer night": { airC: 22, lux: 0.5, elevation: -20 },
  "a winter morning": { airC: -5, lux: 4_000, elevation: 8 },
} as const satisfies Record<string, Weather>;

type Tray = Stepper<ReturnType<typeof estimator.initial>>;
const burning = (at: Stepper<ReturnType<typeof estimator.initial>>) => at.value("burning") === 1;

describe("an ember", () => {
  it("tells the slope of a straight line as it is", () => {
    expect(watch(60, (second) => 20 + second / 10).value("slope")).toBeCloseTo(6, 9);
    expect(watch(12, (second) => 20 + second / 10).quality("slope")).toBe("bad");
  });

  it("is what is hot for two readings, not for one", () => {
    const at = weather(new Stepper(estimator), { airC: 20, lux: 20_000, elevation: 15 });
    watch(3_600, () => 25, at).pass(60_000);
    expect(burning(at.pass(2_000).hear("ashtray.objectTemperature", 85))).toBe(false);
    expect(burning(at.pass(2_000).hear("ashtray.objectTemperature", 26))).toBe(false);
    at.pass(2_000).hear("ashtray.objectTemperature", 80);
    expect(burning(at.pass(2_000).hear("ashtray.objectTemperature", 80))).toBe(true);
  });

  it("is what rises by 10 K/min once it is warm, long before it is hot", () => {
    const smouldering = (second: number) => 40 + second * (12 / 60);
    expect(burning(watch(24, smouldering))).toBe(false);
    const at = watch(26, smouldering);
    expect([burning(at), at.value("slope") > 11.9]).toEqual([true, true]);
  });

  it("is not a tray in the sun, nor a warm hand over a cold one", () => {
    // To 65 °C with a time constant of 12 minutes: at most 3.75 K/min.
    expect(burning(watch(3_600, (second) => 65 - 45 * Math.exp(-second / 720)))).toBe(false);
    expect(burning(watch(60, (second) => (second > 20 && second < 40 ? 34 : 2)))).toBe(false);
  });

  it.each(Object.entries(weathers))("is what smoulders on %s, by 4 K/min up to 78 °C", (_, now) => {
    const restC = now.airC + 0.028 * Math.min(now.lux / 113, 1_000);
    const at = watch(3_600, () => restC, weather(new Stepper(estimator), now));
    expect(burning(at)).toBe(false);
    weather(at, now);
    let seconds = 0;
    while (!burning(at) && seconds < 3_600) {
      at.hear("ashtray.objectTemperature", Math.min(78, restC + (seconds / 60) * 4)).pass(2_000);
      seconds += 2;
      if (seconds % 60 === 0) weather(at, now);
    }
    // No later than when it stands at 78 °C for a minute.
    expect(seconds / 60).toBeLessThanOrEqual((78 - restC) / 4 + 1.1);
  });

  it("is what smoulders though nothing is known of the weather", () => {
    const at = watch(1_200, () => 30);
    expect(burning(watch(900, (second) => Math.min(78, 30 + second / 15), at))).toBe(true);
  });

  it("is no tray in the sun, whatever its make and whatever shades it, on a hot Saturday of summer", () => {
    const latitude = 45.07;
    const dawnMs = Date.parse("2026-07-18T05:00+02:00");
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.integer(),
          warmestAirC: fc.double({ min: 20, max: 39, noNaN: true }),
          kelvinPerWatt: fc.double({ min: 0.01, max: 0.045, noNaN: true }),
          minutes: fc.double({ min: 4, max: 20, noNaN: true }),
          restartMs: fc.integer({ min: 0, max: 16 * 3_600_000 }),
        }),
        ({ seed, warmestAirC, kelvinPerWatt, minutes, restartMs }) => {
          const draw = random(seed, "shadows");
          const stepMs = 10_000;
          let at = new Stepper(estimator);
          let trayC = warmestAirC - 14;
          let [trayLit, sensorLit, nextMs] = [1, 1, 0];
          for (let ms = 0; ms < 17 * 3_600_000; ms += stepMs) {
            if (ms >= nextMs) {
              // People, trees and clouds, over one of them or both.
              trayLit = draw.chance(0.5) ? 1 : draw.uniform(0.1, 1);
              sensorLit = draw.chance(0.6) ? trayLit : draw.uniform(0.05, 1);
              nextMs = ms + draw.uniform(30_000, 3_600_000);
            }
            const { elevation } = sunPosition(dawnMs + ms, latitude, 7.69);
            const sine = Math.sin((elevation * Math.PI) / 180);
            const direct = sine > 0 ? 1_353 * 0.7 ** ((1 / sine) ** 0.678) : 0;
            const airC = warmestAirC - 7 + 7 * Math.sin(((ms / 3_600_000 - 5) / 17) * 2 * Math.PI);
            const goalC = airC + kelvinPerWatt * 1.05 * direct * trayLit;
            trayC = goalC + (trayC - goalC) * Math.exp(-stepMs / (minutes * 60_000));
            if (ms % 60_000 === 0)
              weather(at, { airC, lux: 113 * direct * Math.max(0, sine) * sensorLit, elevation });
            if (ms >= restartMs && ms < restartMs + stepMs) at = at.restart();
            at.hear("ashtray.objectTemperature", trayC + draw.normal(0, 0.1)).pass(stepMs);
            if (burning(at)) throw new Error(`${trayC} °C in air of ${airC} °C at ${ms / 3_600_000} h`);
          }
        },
      ),
      { numRuns: 8 },
    );
  });

  it("is out when the tray has been cool for two minutes, also over a restart", () => {
    const at = watch(10, () => 120);
    watch(116, () => 30, at);
    expect(burning(at)).toBe(true);
    at.restart().hear("ashtray.objectTemperature", 30);
    expect(burning(at)).toBe(true);
    watch(118, () => 30, at);
    expect(burning(at)).toBe(true);
    expect(burning(watch(2, () => 30, at))).toBe(false);
  });

  it("says nothing by bad readings", () => {
    const at = new Stepper(estimator);
    for (const quality of ["bad", "suspect", "stale"] as const)
      at.pass(2_000).hear("ashtray.objectTemperature", 200, quality);
    expect(at.value("burning")).toBeNaN();
  });
});
