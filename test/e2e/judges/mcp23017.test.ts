import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { benchWiring } from "#devices/chips/mcp23017.ts";
import { twin as mcp23017 } from "#sim/chips/mcp23017.ts";
import { type Judge, JudgedBoard } from "./judged-board.ts";

const { inputs, outputs } = benchWiring;

/** The judge numbers the pins GPA0 to GPB7 from 0 to 15. */
const numberOf = (pin: string) => Number(pin[3]) + (pin[2] === "B" ? 8 : 0);
const numbered = (pins: Readonly<Record<string, string>>) =>
  Object.entries(pins).map(([name, pin]) => [name, numberOf(pin)] as const);

const board = new JudgedBoard();
const twin = board.solder(mcp23017, { kind: "i2c", bus: 1, address: 0x20 });
let judge: Judge;
beforeAll(async () => {
  await board.offer();
  judge = await board.judge("mcp23017");
});
afterAll(() => board.close());

const switchedOn = () => Object.keys(outputs).filter((name) => twin.output(name) === 1);
const read = (pin: number) => judge.ask<boolean>("read", pin);

describe("npm's node-mcp23017", () => {
  it("switches each of the twin's loads, and reads back the pin", async () => {
    for (const [, pin] of numbered(outputs)) await judge.ask("pinMode", pin, "OUTPUT");
    expect(switchedOn()).toEqual([]);
    for (const [name, pin] of numbered(outputs)) {
      await judge.ask("write", pin, 1);
      expect(switchedOn()).toEqual([name]);
      expect(await read(pin)).toBe(true);
      await judge.ask("write", pin, 0);
      expect(await read(pin)).toBe(false);
    }
    twin.short("usb1");
    await judge.ask("write", numberOf(outputs.usb1), 1);
    expect(await read(numberOf(outputs.usb1))).toBe(false);
    expect([...twin.untouchable]).toEqual([]);
  });

  it("sees each of the twin's faults, once it has pulled the open drain up", async () => {
    for (const [name, pin] of numbered(inputs)) {
      await judge.ask("pinMode", pin, "INPUT");
      expect(await read(pin)).toBe(false);
      await judge.ask("pinMode", pin, "INPUT_PULLUP");
      expect(await read(pin)).toBe(true);
      twin.set(name, 1);
      expect(await read(pin)).toBe(false);
      twin.set(name, 0);
      expect(await read(pin)).toBe(true);
    }
    expect([...twin.untouchable]).toEqual([]);
  });
});
