import type { EventEmitter } from "node:events";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Place } from "#devices/part.ts";
import type { JohnnyFive } from "#firmware/johnny-five/program.ts";
import { twin as bme280 } from "#sim/chips/bme280.ts";
import { Bench } from "#test/bench/bench.ts";
import { runOnBench } from "./johnny-five.ts";

const place: Place = { kind: "i2c", bus: 1, address: 0x76 };

/** °C, %RH and Pa, over the range of each. */
const walk = [
  [25, 50, 101_325],
  [-40, 10, 30_000],
  [-12.3, 95, 98_000],
  [0, 80, 110_000],
  [40, 30, 90_000],
  [85, 5, 100_000],
] as const;

describe("johnny-five's BME280", () => {
  interface Multi extends EventEmitter {
    readonly thermometer: { readonly celsius: number };
    readonly hygrometer: { readonly relativeHumidity: number };
    readonly barometer: { readonly pressure: number };
  }
  type WithMulti = { readonly Multi: new (options: { controller: "BME280"; address: number }) => Multi };

  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("reads from the twin what the twin was set to", async () => {
    // Spares it a wait of 1 s on Date.now, which it takes from a promise and so from outside its board's clock.
    vi.stubEnv("IS_TEST_MODE", "true");
    const bench = new Bench();
    const twin = bench.solder(bme280, place);
    let multi: Multi | undefined;
    const program = await runOnBench(bench, (five) => {
      multi = new (five as JohnnyFive & WithMulti).Multi({ controller: "BME280", address: 0x76 });
    });
    for (const [celsius, percent, pascal] of walk) {
      twin.set("temperature", celsius);
      twin.set("humidity", percent);
      twin.set("pressure", pascal);
      await bench.pass(2_000);
      expect(multi!.thermometer.celsius).toBeCloseTo(celsius, 1);
      expect(Math.abs(multi!.hygrometer.relativeHumidity - percent)).toBeLessThan(0.02);
      // Its 32-bit formula is that of 1 Pa, and kPa are its unit.
      expect(Math.abs(multi!.barometer.pressure * 1_000 - pascal)).toBeLessThan(5);
    }
    await program.close();
  });
});
