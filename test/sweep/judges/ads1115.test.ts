import { describe, expect, it } from "vitest";
import type { JohnnyFive } from "#firmware/johnny-five/program.ts";
import { twin as ads1115 } from "#sim/chips/ads1115.ts";
import { Bench } from "#test/bench/bench.ts";
import { runOnBench } from "./johnny-five.ts";

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
