import { describe, expect, it } from "vitest";
import { Stepper } from "#test/bench/stepper.ts";
import { ember } from "./ember.ts";

const estimator = ember({ temperature: "ashtray.objectTemperature" });

/** Read each 2 s: `celsius` at so many seconds. */
function watch(seconds: number, celsius: (second: number) => number, at = new Stepper(estimator)) {
  for (let second = 0; second <= seconds; second += 2) {
    at.hear("ashtray.objectTemperature", celsius(second)).pass(2_000);
  }
  return at;
}
const burning = (at: Stepper<ReturnType<typeof estimator.initial>>) => at.value("burning") === 1;

describe("an ember", () => {
  it("tells the slope of a straight line as it is", () => {
    expect(watch(60, (second) => 20 + second / 10).value("slope")).toBeCloseTo(6, 9);
    expect(watch(12, (second) => 20 + second / 10).quality("slope")).toBe("bad");
  });

  it("is what is hot for two readings, not for one", () => {
    const at = new Stepper(estimator).hear("ashtray.objectTemperature", 25);
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
