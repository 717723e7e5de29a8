import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import type { JohnnyFive } from "#firmware/johnny-five/program.ts";
import { twin as ads1115 } from "#sim/chips/ads1115.ts";
import { Bench } from "#test/bench/bench.ts";
import { sleepOnBench } from "./clock.ts";
import { promisifiedBus } from "./i2c-bus.ts";
import { runOnBench } from "./johnny-five.ts";

/** ads1115 1.2.0 (MIT). It gives counts, of which 32,768 are full scale; its gains are named as in Adafruit's. */
describe("npm's ads1115", () => {
  type Input = "0+GND" | "1+GND" | "2+GND" | "3+GND";
  interface Judge {
    gain: number | string;
    measure(input: Input): Promise<number>;
  }
  type Package = (bus: ReturnType<typeof promisifiedBus>, address: number) => Judge;
  const inputs: readonly Input[] = ["0+GND", "1+GND", "2+GND", "3+GND"];
  const fullScaleVolts = { "2/3": 6.144, 1: 4.096, 2: 2.048, 4: 1.024, 8: 0.512, 16: 0.256 } as const;

  function judged() {
    const bench = new Bench();
    const twin = bench.solder(ads1115, { kind: "i2c", bus: 1, address: 0x48 });
    sleepOnBench(bench);
    const judge = (createRequire(import.meta.url)("ads1115") as Package)(promisifiedBus(bench), 0x48);
    return { bench, twin, judge };
  }

  it.each(Object.entries(fullScaleVolts))("reads every input of the twin at gain %s", async (gain, volts) => {
    const { bench, twin, judge } = judged();
    judge.gain = gain;
    for (const fraction of [0, 0.000_1, 0.1, 0.25, 0.5, 0.75, 0.999])
      for (const [index, input] of inputs.entries()) {
        // Each input has a voltage of its own, so that a wrong one is seen. The bench's part ends at 4.096 V.
        const expected = Math.min(volts, 4.095) * fraction * (1 - 0.1 * index);
        twin.set(`voltage${index}`, expected);
        const counts = await bench.outcome(judge.measure(input));
        expect(Math.abs((counts * volts) / 0x8000 - expected)).toBeLessThanOrEqual(volts / 0x8000);
      }
    expect([...twin.untouchable]).toEqual([]);
  });

  it("sees the twin end at full scale", async () => {
    const { bench, twin, judge } = judged();
    judge.gain = 2;
    twin.set("voltage0", 3.3);
    expect(await bench.outcome(judge.measure("0+GND"))).toBe(0x7fff);
  });
});

describe("johnny-five's ADS1115", () => {
  interface Judge {
    analogRead(input: number, listener: (counts: number) => void): void;
  }
  type WithExpander = {
    readonly Expander: new (options: { controller: "ADS1115"; address: number }) => Judge;
  };

  it("reads the twin's inputs in turn, at ±6.144 V", async () => {
    const bench = new Bench();
    const twin = bench.solder(ads1115, { kind: "i2c", bus: 1, address: 0x49 });
    const volts = [0.5, 1.25, 2.5, 3.3] as const;
    const seen: number[] = [];
    const program = await runOnBench(bench, (five) => {
      const judge = new (five as JohnnyFive & WithExpander).Expander({
        controller: "ADS1115",
        address: 0x49,
      });
      for (const input of volts.keys())
        judge.analogRead(input, (counts) => {
          seen[input] = (counts * 6.144) / 0x8000;
        });
    });
    for (const [input, value] of volts.entries()) twin.set(`voltage${input}`, value);
    await bench.pass(1_000);
    for (const [input, value] of volts.entries())
      expect(Math.abs(seen[input]! - value)).toBeLessThan(6.144 / 0x8000);
    await program.close();
  });
});
