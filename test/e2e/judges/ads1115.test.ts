import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { twin as ads1115 } from "#sim/chips/ads1115.ts";
import { type Judge, JudgedBoard } from "./judged-board.ts";

describe("npm's ads1115", () => {
  const inputs = ["0+GND", "1+GND", "2+GND", "3+GND"] as const;
  const fullScaleVolts = { "2/3": 6.144, 1: 4.096, 2: 2.048, 4: 1.024, 8: 0.512, 16: 0.256 } as const;
  const board = new JudgedBoard();
  const twin = board.solder(ads1115, { kind: "i2c", bus: 1, address: 0x48 });
  let judge: Judge;
  beforeAll(async () => {
    await board.offer();
    judge = await board.judge("ads1115");
  });
  afterAll(() => board.close());

  it.each(Object.entries(fullScaleVolts))("reads every input of the twin at gain %s", async (gain, volts) => {
    for (const fraction of [0, 0.000_1, 0.25, 0.5, 0.999])
      for (const [index, input] of inputs.entries()) {
        // Each input has a voltage of its own, so that a wrong one is seen. The bench's part ends at 4.096 V.
        const expected = Math.min(volts, 4.095) * fraction * (1 - 0.1 * index);
        twin.set(`voltage${index}`, expected);
        const counts = await judge.ask<number>("measure", gain, input);
        expect(Math.abs((counts * volts) / 0x8000 - expected)).toBeLessThanOrEqual(volts / 0x8000);
      }
    expect([...twin.untouchable]).toEqual([]);
  });

  it("sees the twin end at full scale", async () => {
    twin.set("voltage0", 3.3);
    expect(await judge.ask("measure", 2, "0+GND")).toBe(0x7fff);
  });
});
