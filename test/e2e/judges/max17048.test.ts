import { afterAll, beforeAll, expect, it } from "vitest";
import { twin as max17048 } from "#sim/chips/max17048.ts";
import { type Judge, JudgedBoard } from "./judged-board.ts";

const board = new JudgedBoard();
const twin = board.solder(max17048, { kind: "i2c", bus: 1, address: 0x36 });
let judge: Judge;
beforeAll(async () => {
  await board.offer();
  judge = await board.judge("max17048");
});
afterAll(() => board.close());

it.each([
  [3.7, 50, 0],
  [2.5, 0, -20],
  [3.0001, 0.5, -0.208],
  [4.2, 100, 85.2],
  [4.999, 99.6, 998],
  [3.3, 12.3, -998],
])(
  "npm's max17048 reads %s V, %s per cent and %s per cent an hour from the twin",
  async (volts, percent, percentPerHour) => {
    twin.set("cellVoltage", volts);
    twin.set("stateOfCharge", percent);
    twin.set("chargeRate", percentPerHour);
    // The part renews its voltage every 250 ms and the rest with it (19-6171, "ADC voltage measurement").
    await board.pass(1_250);
    expect(Math.abs((await judge.ask<number>("cellVoltage")) - volts)).toBeLessThan(78.125e-6);
    expect(Math.abs((await judge.ask<number>("stateOfCharge")) * 100 - percent)).toBeLessThan(1 / 256);
    expect(Math.abs((await judge.ask<number>("chargeRate")) * 100 - percentPerHour)).toBeLessThan(0.208);
    // Production versions are 001xh (VERSION, 08h).
    expect((await judge.ask<number>("version")) & 0xfff0).toBe(0x0010);
    expect([...twin.untouchable]).toEqual([]);
  },
);
