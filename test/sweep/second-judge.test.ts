import type { EventEmitter } from "node:events";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Place } from "#devices/part.ts";
import { type JohnnyFive, runProgram } from "#firmware/johnny-five/program.ts";
import { twin as bme280 } from "#sim/chips/bme280.ts";
import { twin as pca9685 } from "#sim/chips/pca9685.ts";
import { Bench } from "#test/bench/bench.ts";

/**
 * Drivers of others, written from the same datasheets, before our twins. johnny-five has them for these two parts.
 * npm has none for the VEML7700, LIS3DH and DS3231; its `ina226` agrees with our twin, but its licence
 * (CC BY-NC-SA) keeps it out of here.
 */
const chip = "pinctrl-bcm2711";
const pins = Array.from({ length: 28 }, (_, offset) => ({ chip, offset }));

async function run(bench: Bench, program: (five: JohnnyFive) => void) {
  const i2c = await bench.ports.i2c.open(1);
  const running = runProgram(bench.clock, { gpio: bench.ports.gpio, pins, i2c }, (five) => {
    new five.Board().on("ready", () => program(five));
  });
  await bench.pass(10);
  return running;
}

describe("johnny-five's BME280", () => {
  interface Multi extends EventEmitter {
    readonly thermometer: { readonly celsius: number };
    readonly hygrometer: { readonly relativeHumidity: number };
    readonly barometer: { readonly pressure: number };
  }
  type WithMulti = { readonly Multi: new (options: { controller: "BME280"; address: number }) => Multi };
  const place: Place = { kind: "i2c", bus: 1, address: 0x76 };

  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("reads from the twin what the twin was set to", async () => {
    // Spares it a wait of 1 s on Date.now, which it takes from a promise and so from outside its board's clock.
    vi.stubEnv("IS_TEST_MODE", "true");
    const bench = new Bench();
    const twin = bench.solder(bme280, place);
    let multi: Multi | undefined;
    const program = await run(bench, (five) => {
      multi = new (five as JohnnyFive & WithMulti).Multi({ controller: "BME280", address: 0x76 });
    });
    for (const [celsius, percent, pascal] of [
      [25, 50, 101_325],
      [-40, 10, 30_000],
      [-12.3, 95, 98_000],
      [0, 80, 110_000],
      [40, 30, 90_000],
      [85, 5, 100_000],
    ] as const) {
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

describe("johnny-five's PCA9685", () => {
  it("drives the twin's outputs", async () => {
    const bench = new Bench();
    const twin = bench.solder(pca9685, { kind: "i2c", bus: 1, address: 0x47 });
    let led: InstanceType<JohnnyFive["Led"]> | undefined;
    const program = await run(bench, (five) => {
      led = new five.Led({ controller: "PCA9685", address: 0x47, pin: 0 });
    });
    expect(twin.pwmHz).toBeCloseTo(196.9, 1);
    const having = async (work: () => unknown) => {
      program.run(work);
      await bench.pass(5);
      return { duty: twin.duty(0), level: Math.round(twin.output("level")) };
    };
    expect(await having(() => led!.on())).toEqual({ duty: 1, level: 0 });
    // 127 of 255: the control line is left at 5.02 V.
    expect(await having(() => led!.brightness(127))).toEqual({ duty: expect.closeTo(0.498, 2), level: 45 });
    expect(await having(() => led!.off())).toEqual({ duty: 0, level: 100 });
    await program.close();
  });
});
