import { describe, expect, it } from "vitest";
import { twin as max17048 } from "#sim/chips/max17048.ts";
import { Bench } from "#test/bench/bench.ts";
import { promisifiedBus, requireOnBench } from "./i2c-bus.ts";

/**
 * max17048 1.0.1 (ISC), written for a UPS board of the Raspberry Pi. Its `getStatus` is not asked: it reads VRESET/ID
 * (18h), where the datasheet has STATUS at 1Ah (19-6171, table 2).
 */
describe("npm's max17048", () => {
  interface Judge {
    /** Volts. */
    getCellVoltage(): Promise<number>;
    /** 0 to 1. */
    getStateOfCharge(): Promise<number>;
    /** Of the charge, per hour. */
    getChargingRate(): Promise<number>;
    getProductionVersion(): Promise<number>;
  }
  type Package = new (bus: ReturnType<typeof promisifiedBus>) => Judge;

  it("reads from the twin what the twin was set to", async () => {
    const bench = new Bench();
    const twin = bench.solder(max17048, { kind: "i2c", bus: 1, address: 0x36 });
    const judge = new (requireOnBench(bench, "max17048") as Package)(promisifiedBus(bench));
    for (const [volts, percent, percentPerHour] of [
      [3.7, 50, 0],
      [2.5, 0, -20],
      [3.0001, 0.5, -0.208],
      [4.2, 100, 85.2],
      [4.999, 99.6, 998],
      [3.3, 12.3, -998],
    ] as const) {
      twin.set("cellVoltage", volts);
      twin.set("stateOfCharge", percent);
      twin.set("chargeRate", percentPerHour);
      await bench.pass(1_250);
      expect(Math.abs((await judge.getCellVoltage()) - volts)).toBeLessThan(78.125e-6);
      expect(Math.abs((await judge.getStateOfCharge()) * 100 - percent)).toBeLessThan(1 / 256);
      expect(Math.abs((await judge.getChargingRate()) * 100 - percentPerHour)).toBeLessThan(0.208);
    }
    // Production versions are 001xh (VERSION, 08h).
    expect((await judge.getProductionVersion()) & 0xfff0).toBe(0x0010);
    expect([...twin.untouchable]).toEqual([]);
  });
});
