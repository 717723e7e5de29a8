import { describe, expect, it } from "vitest";
import { Battery } from "./battery.ts";

const hourMs = 3_600_000;

describe("a LiFePO4 battery", () => {
  it("counts coulombs: half an hour at a tenth of its capacity is a twentieth", () => {
    const battery = new Battery(100, 0.5, 0);
    battery.flow(-10 * battery.cellRestVolts * 4 + 10 * 10 * 0.02);
    expect(battery.amperes).toBeCloseTo(-10, 6);
    battery.advance(hourMs / 2);
    expect(battery.charge).toBeCloseTo(0.45, 6);
  });

  it("stands at 3.2 to 3.35 V a cell over most of its charge, and sags under load", () => {
    for (const charge of [0.2, 0.5, 0.8]) {
      const battery = new Battery(100, charge, 0);
      expect(battery.cellRestVolts).toBeGreaterThan(3.2);
      expect(battery.cellRestVolts).toBeLessThan(3.35);
      const rest = battery.volts;
      battery.flow(-500);
      // P = U · I at its terminals, and U = U0 + I · 20 mΩ.
      expect(battery.volts * battery.amperes).toBeCloseTo(-500, 6);
      expect(rest - battery.volts).toBeCloseTo(-battery.amperes * 0.02, 9);
    }
  });

  it("is never fuller than full nor emptier than empty", () => {
    const battery = new Battery(10, 0.99, 0);
    battery.flow(500);
    battery.advance(10 * hourMs);
    expect(battery.charge).toBe(1);
    battery.flow(-500);
    battery.advance(20 * hourMs);
    expect(battery.charge).toBe(0);
    expect(battery.cellRestVolts).toBe(2.6);
  });
});
