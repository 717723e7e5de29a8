import { describe, expect, it } from "vitest";
import { Stepper } from "#test/bench/stepper.ts";
import { extraterrestrialWhPerM2 } from "./insolation.ts";
import { autonomyDays, horizonDays, solarBalance } from "./solar-balance.ts";

const estimator = solarBalance({
  stateOfCharge: "gauge.stateOfCharge",
  chargeRate: "gauge.chargeRate",
  harvest: "harvestEnergy.total",
});
const settings = { batteryCapacity: 1_000, reserve: 20, panelPower: 100, dailyConsumption: 150 };
const hourMs = 3_600_000;

/** From local midnight of 1 March 2026 in Rome. */
const midnight = Date.parse("2026-03-01T00:00:00+01:00");
const unit = (wallOriginMs: number | undefined = midnight) =>
  new Stepper(estimator, { settings, wallOriginMs }).start();
/** A whole day that ends with these readings. */
const day = (at: ReturnType<typeof unit>, harvestWh: number, percent: number) =>
  at
    .pass(24 * hourMs - 1)
    .hear("harvestEnergy.total", harvestWh)
    .hear("gauge.stateOfCharge", percent)
    .pass(1);

describe("days of autonomy", () => {
  it.each([
    ["300 Wh to spare, 100 Wh a day, no sun", 300, 100, [0, 0, 0, 0, 0], 3],
    ["and half of it harvested", 300, 100, [50, 50, 50, 50, 50, 50, 50], 6],
    ["250 Wh: the third day ends at half", 250, 100, [0, 0, 0, 0], 2.5],
    // 100, then +20 for a day, then 120 − 100 = 20 left, then a fifth of a day.
    ["a good day between", 100, 100, [120, 0, 0], 2.2],
    ["no end in sight", 10, 100, [100, 100, 100], 3],
    ["nothing to spare, and a day that does not bring enough", 0, 100, [90], 0],
  ])("%s", (_, spareWh, consumedWh, harvestsWh, expected) => {
    expect(autonomyDays(spareWh, 1_000, consumedWh, harvestsWh)).toBeCloseTo(expected, 9);
  });

  it("has no use for a harvest that there is no room for", () => {
    // 200 Wh of room: the glut of the first day is lost, and 200 Wh last two days more.
    expect(autonomyDays(150, 200, 100, [900, 0, 0, 0])).toBeCloseTo(3, 9);
  });
});

describe("the balance of a solar bench", () => {
  it("tells what is stored and what flows, by the battery's capacity", () => {
    const at = unit().hear("gauge.stateOfCharge", 64).hear("gauge.chargeRate", -2.5);
    expect([at.value("stored"), at.value("netPower")]).toEqual([640, -25]);
    expect(unit().hear("gauge.stateOfCharge", 64, "stale").quality("stored")).toBe("bad");
  });

  it("goes by its settings until a whole day was seen, and says so", () => {
    const at = unit().hear("gauge.stateOfCharge", 50);
    expect([at.value("consumptionPerDay"), at.value("autonomyWithoutSun")]).toEqual([150, 2]);
    expect([at.quality("consumptionPerDay"), at.quality("autonomy")]).toEqual(["suspect", "suspect"]);
  });

  it("learns what a day consumes: what it harvested less what it stored", () => {
    const at = unit().hear("gauge.stateOfCharge", 80).hear("harvestEnergy.total", 5_000);
    // 300 Wh harvested, 5 % (50 Wh) more stored: 250 Wh consumed. Above the reserve 850 − 200 = 650 Wh.
    day(at, 5_300, 85);
    expect([at.value("consumptionPerDay"), at.quality("consumptionPerDay")]).toEqual([250, "good"]);
    expect(at.value("autonomyWithoutSun")).toBeCloseTo(650 / 250, 9);
    // Nothing harvested, 15 % less stored: 150 Wh. The mean of both is 200.
    day(at, 5_300, 70);
    expect(at.value("consumptionPerDay")).toBe(200);
  });

  it("expects the sun of late, in the season to come", () => {
    const at = unit().hear("gauge.stateOfCharge", 60).hear("harvestEnergy.total", 0);
    day(at, 100, 30);
    // 1 March, day 60, brought 100 Wh and took 100 + 300 = 400. The next days bring as much as their irradiation
    // above the atmosphere is greater: day 61 on 2 March is today and counts for nothing, day 62 is the first.
    const brings = (dayOfYear: number) =>
      (100 * extraterrestrialWhPerM2(45.07, dayOfYear)) / extraterrestrialWhPerM2(45.07, 60);
    const spareWh = 300 - 200;
    expect(at.value("autonomy")).toBeCloseTo(spareWh / (400 - brings(62)), 6);
  });

  it("has an end to its sight", () => {
    const at = unit().hear("gauge.stateOfCharge", 60).hear("harvestEnergy.total", 0);
    expect(day(at, 500, 60).value("autonomy")).toBe(horizonDays);
  });

  it("learns nothing from a day that it did not see whole, and goes on over restarts", () => {
    const late = unit(midnight + 2 * hourMs)
      .hear("gauge.stateOfCharge", 80)
      .hear("harvestEnergy.total", 0);
    late.pass(22 * hourMs).hear("gauge.stateOfCharge", 70);
    expect(late.quality("consumptionPerDay")).toBe("suspect");
    const at = unit()
      .hear("gauge.stateOfCharge", 80)
      .hear("harvestEnergy.total", 1_000)
      .pass(6 * hourMs);
    at.restart(hourMs)
      .start()
      .hear("harvestEnergy.total", 1_100)
      .hear("gauge.stateOfCharge", 80)
      .pass(17 * hourMs - 1);
    at.hear("harvestEnergy.total", 1_200).hear("gauge.stateOfCharge", 80).pass(1);
    expect(at.value("consumptionPerDay")).toBe(200);
    // Away for two days: what was consumed meanwhile is nobody's day.
    at.restart(48 * hourMs)
      .start()
      .hear("harvestEnergy.total", 9_000)
      .hear("gauge.stateOfCharge", 80);
    expect(at.value("consumptionPerDay")).toBe(200);
  });

  it("begins afresh with a record that is damaged", () => {
    for (const damaged of [null, 3, { history: 4, today: {} }, { history: [{ day: 1 }, null] }])
      expect(estimator.save!(estimator.initial(damaged))).toEqual({ history: [], today: undefined });
  });
});
