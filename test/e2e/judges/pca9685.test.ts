import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { twin as pca9685 } from "#sim/chips/pca9685.ts";
import { type Judge, JudgedBoard } from "./judged-board.ts";

const board = new JudgedBoard();
const twin = board.solder(pca9685, { kind: "i2c", bus: 1, address: 0x47 });
let judge: Judge;
beforeAll(async () => {
  await board.offer();
  judge = await board.judge("pca9685");
});
afterAll(() => board.close());

describe("npm's pca9685", () => {
  // PRE_SCALE is a whole number: by table 5 of the datasheet, round(25 MHz / (4096 · f)) - 1.
  it.each([
    [50, 121],
    [200, 30],
    [1_000, 5],
  ])("sets the twin to %d Hz", async (hertz, prescale) => {
    await judge.ask("start", hertz);
    expect(twin.pwmHz).toBeCloseTo(25e6 / (4096 * (prescale + 1)), 6);
  });

  it("drives each of the twin's outputs, and no other", async () => {
    await judge.ask("start", 200);
    for (let channel = 0; channel < 16; channel++) {
      const duty = (channel + 1) / 20;
      await judge.ask("duty", channel, duty);
      // It takes one step off: OFF - ON are what the part is on for (section 7.3.3).
      expect(Math.abs(twin.duty(channel) - duty)).toBeLessThan(1.6 / 4096);
    }
    for (let channel = 0; channel < 16; channel++)
      expect(Math.abs(twin.duty(channel) - (channel + 1) / 20)).toBeLessThan(1.6 / 4096);
    expect([...twin.untouchable]).toEqual([]);
  });

  it("switches an output full on and off, and gives it a servo's pulse", async () => {
    await judge.ask("start", 50);
    expect(Array.from({ length: 16 }, (_, channel) => twin.duty(channel))).toEqual(Array(16).fill(0));
    await judge.ask("on", 3);
    expect(twin.duty(3)).toBe(1);
    await judge.ask("off", 3);
    expect(twin.duty(3)).toBe(0);
    await judge.ask("pulse", 3, 1_500);
    // A step is 4.88 µs. It takes one step off, as it does from a duty: section 7.3.3 has OFF - ON of them.
    expect(Math.abs((twin.duty(3) / 50) * 1e6 - 1_500)).toBeLessThan(1.5 * 4.89);
  });
});
