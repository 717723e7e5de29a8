import { describe, expect, it } from "vitest";
import { Stepper } from "#test/bench/stepper.ts";
import { frost } from "./frost.ts";

const estimator = frost({ air: "climate.temperature", battery: "cabinet.temperature" });
const at = (airC: number, batteryC: number, settings = {}) =>
  new Stepper(estimator, { settings })
    .start()
    .hear("climate.temperature", airC)
    .hear("cabinet.temperature", batteryC);
const both = (unit: ReturnType<typeof at>) => [unit.value("ports"), unit.value("battery")];

describe("frost", () => {
  it("forbids charging below 0 °C: at the ports by the air, of the battery by its own thermometer", () => {
    expect(both(at(0, 0))).toEqual([0, 0]);
    expect(both(at(-0.1, 3))).toEqual([1, 0]);
    expect(both(at(3, -0.1))).toEqual([0, 1]);
  });

  it("ends above 2 °C", () => {
    const unit = at(-1, -1).hear("climate.temperature", 1.9).hear("cabinet.temperature", 1.9);
    expect(both(unit)).toEqual([1, 1]);
    expect(both(unit.hear("climate.temperature", 2).hear("cabinet.temperature", 2))).toEqual([0, 0]);
  });

  it("takes the battery's thermometer for the air's while that is silent, and none for the battery's", () => {
    const unit = at(10, -3).hear("climate.temperature", Number.NaN, "bad");
    expect(both(unit)).toEqual([1, 1]);
    const blind = at(10, 10).hear("cabinet.temperature", Number.NaN, "bad");
    expect(both(blind)).toEqual([0, Number.NaN]);
  });

  it("does not take a warm cabinet for warm air", () => {
    const unit = at(-1, 4).hear("climate.temperature", Number.NaN, "bad");
    expect(both(unit)).toEqual([1, 0]);
    expect(both(unit.hear("cabinet.temperature", 9.9))).toEqual([1, 0]);
    expect(both(unit.hear("cabinet.temperature", 10))).toEqual([0, 0]);
    expect(both(unit.hear("cabinet.temperature", 7.9))).toEqual([1, 0]);
    expect(both(unit.hear("climate.temperature", 3))).toEqual([0, 0]);
  });

  it("knows nothing from readings older than 10 minutes", () => {
    const unit = at(10, 10).pass(600_000);
    expect(both(unit)).toEqual([0, 0]);
    expect(both(unit.pass(1))).toEqual([Number.NaN, Number.NaN]);
    expect([unit.quality("ports"), unit.quality("battery")]).toEqual(["bad", "bad"]);
  });

  it("may leave what is plugged in to itself, but never the battery", () => {
    expect(both(at(-10, -10, { chargeInFrost: true }))).toEqual([0, 1]);
  });
});
