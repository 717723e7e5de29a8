import { describe, expect, it } from "vitest";
import { Stepper } from "#test/bench/stepper.ts";
import { contactorMonitor } from "./contactor-monitor.ts";

const start = () =>
  new Stepper(contactorMonitor({ contactor: "contactor.target", power: "meter.activePower" })).start();

describe("the monitor of a contactor", () => {
  it("tells power that flows though it was told to open, once the meter has settled", () => {
    const table = start().hear("contactor.target", 1).pass(60_000).hear("meter.activePower", 3_600);
    expect(table.value("stuck")).toBe(0);
    table.hear("contactor.target", 0).pass(4_999).hear("meter.activePower", 3_600);
    expect(table.value("stuck")).toBe(0);
    expect(table.pass(1).hear("meter.activePower", 3_600).value("stuck")).toBe(1);
    table.hear("meter.activePower", Number.NaN, "bad");
    expect(table.value("stuck")).toBe(1);
    expect(table.hear("meter.activePower", 12).value("stuck")).toBe(0);
  });

  it("tells it of a unit that has just begun, and no more once it is told to close", () => {
    const table = start().pass(5_000).hear("meter.activePower", -230);
    expect(table.value("stuck")).toBe(1);
    expect(table.hear("contactor.target", 1).value("stuck")).toBe(0);
  });
});
