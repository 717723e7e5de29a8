import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Stepper } from "#test/bench/stepper.ts";
import { shedding, shedLevels } from "./shedding.ts";

const loads = { early: ["outlet", "pad", "usb2", "usb1"], last: ["modem", "safetyLight"] };
const estimator = shedding({ stateOfCharge: "gauge.stateOfCharge" }, loads);
const settings = { shedFrom: 45, reserve: 30, deepDischarge: 10, shedHysteresis: 4 };
const at = (percent: number, chosen: Record<string, unknown> = settings) =>
  new Stepper(estimator, { settings: chosen }).start().hear("gauge.stateOfCharge", percent);
type Unit = ReturnType<typeof at>;
const shed = (unit: Unit) => [...loads.early, ...loads.last].filter((load) => unit.value(load) === 1);

describe("load shedding", () => {
  it("spaces the early loads from `shedFrom` to `reserve`, the last ones down to `deepDischarge`", () => {
    expect(shedLevels(settings, loads)).toEqual([
      { load: "outlet", belowPercent: 45 },
      { load: "pad", belowPercent: 40 },
      { load: "usb2", belowPercent: 35 },
      { load: "usb1", belowPercent: 30 },
      { load: "modem", belowPercent: 20 },
      { load: "safetyLight", belowPercent: 10 },
    ]);
  });

  it.each([
    [45, []],
    [44.9, ["outlet"]],
    [39.9, ["outlet", "pad"]],
    [34, ["outlet", "pad", "usb2"]],
    [29, ["outlet", "pad", "usb2", "usb1"]],
    [19, ["outlet", "pad", "usb2", "usb1", "modem"]],
    [9, ["outlet", "pad", "usb2", "usb1", "modem", "safetyLight"]],
  ])("sheds at %d %% %j", (percent, expected) => {
    expect(shed(at(percent))).toEqual(expected);
    expect(at(percent).value("count")).toBe(expected.length);
  });

  it("follows the orders of the settings, in which the last loads stay the last", () => {
    const chosen = {
      ...settings,
      shedOrder: ["usb1", "usb2", "pad", "outlet"],
      lastOrder: ["safetyLight", "modem"],
    };
    expect(shed(at(39, chosen))).toEqual(["usb2", "usb1"]);
    expect(shed(at(19, chosen))).toContain("safetyLight");
    expect(shed(at(19, chosen))).not.toContain("modem");
    // An order that leaves one out is none.
    expect(shed(at(44, { ...settings, shedOrder: ["usb1", "usb2", "pad"] }))).toEqual(["outlet"]);
  });

  it("lets a load come back above its level only by the hysteresis, also after a restart", () => {
    const unit = at(39);
    expect(shed(unit.hear("gauge.stateOfCharge", 43.9))).toEqual(["outlet", "pad"]);
    expect(shed(unit.restart().start().hear("gauge.stateOfCharge", 43.9))).toEqual(["outlet", "pad"]);
    expect(shed(unit.hear("gauge.stateOfCharge", 44))).toEqual(["outlet"]);
    expect(shed(unit.hear("gauge.stateOfCharge", 49))).toEqual([]);
  });

  it("brings every load back when the battery is full, though level and hysteresis are beyond that", () => {
    const unit = at(94, { shedFrom: 95, reserve: 90, deepDischarge: 50, shedHysteresis: 30 });
    expect(shed(unit)).toEqual(["outlet"]);
    expect(shed(unit.hear("gauge.stateOfCharge", 97.9))).toEqual(["outlet"]);
    expect(shed(unit.hear("gauge.stateOfCharge", 98))).toEqual([]);
  });

  it("follows new settings at once, by what the gauge said last", () => {
    const unit = at(50);
    unit.settings = { ...settings, shedFrom: 60 };
    expect(shed(unit.start())).toEqual(["outlet"]);
    // Not by what it said long ago.
    unit.pass(3_600_000).settings = { ...settings, shedFrom: 95, reserve: 90 };
    expect(shed(unit.start())).toEqual(["outlet"]);
  });

  it("doubts the early loads while the gauge is silent, and holds the last ones", () => {
    const unit = new Stepper(estimator, { settings }).start();
    expect([unit.quality("outlet"), unit.quality("safetyLight"), unit.value("safetyLight")]).toEqual([
      "suspect",
      "good",
      0,
    ]);
    unit.hear("gauge.stateOfCharge", 60).hear("gauge.stateOfCharge", Number.NaN, "bad").pass(899_999);
    expect(unit.quality("usb1")).toBe("good");
    unit.pass(1);
    expect([unit.quality("usb1"), unit.quality("modem")]).toEqual(["suspect", "good"]);
  });

  it("never sheds a load while one that goes earlier is on, whatever the charge does", () => {
    const walk = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(walk, fc.shuffledSubarray(loads.early, { minLength: 4 }), (percents, shedOrder) => {
        const unit = new Stepper(estimator, { settings: { ...settings, shedOrder } }).start();
        for (const percent of percents) {
          unit.hear("gauge.stateOfCharge", percent);
          const states = [...shedOrder, ...loads.last].map((load) => unit.value(load));
          expect(states).toEqual([...states].sort((a, b) => b - a));
          if (percent >= 30) expect([unit.value("modem"), unit.value("safetyLight")]).toEqual([0, 0]);
        }
      }),
    );
  });
});
