import { describe, expect, it } from "vitest";
import { benchWiring } from "#devices/chips/mcp23017.ts";
import type { JohnnyFive } from "#firmware/johnny-five/program.ts";
import { twin as mcp23017 } from "#sim/chips/mcp23017.ts";
import { Bench } from "#test/bench/bench.ts";
import { runOnBench } from "./johnny-five.ts";

const { inputs, outputs } = benchWiring;

/** The judge numbers the pins GPA0 to GPB7 from 0 to 15. */
const numberOf = (pin: string) => Number(pin[3]) + (pin[2] === "B" ? 8 : 0);
const numbered = (pins: Readonly<Record<string, string>>) =>
  Object.entries(pins).map(([name, pin]) => [name, numberOf(pin)] as const);

type Twin = ReturnType<typeof mcp23017.create>;

const switchedOn = (twin: Twin) => Object.keys(outputs).filter((name) => twin.output(name) === 1);

describe("johnny-five's MCP23017", () => {
  interface Judge {
    readonly MODES: { readonly INPUT: number };
    pinMode(pin: number, mode: number): void;
    pullUp(pin: number, level: 0 | 1): void;
    digitalWrite(pin: number, level: 0 | 1): void;
    digitalRead(pin: number, listener: (level: 0 | 1) => void): void;
  }
  type WithExpander = {
    readonly Expander: new (options: { controller: "MCP23017"; address: number }) => Judge;
  };

  async function judged(address: number) {
    const bench = new Bench();
    const twin = bench.solder(mcp23017, { kind: "i2c", bus: 1, address });
    let judge: Judge | undefined;
    const program = await runOnBench(bench, (five) => {
      judge = new (five as JohnnyFive & WithExpander).Expander({ controller: "MCP23017", address });
    });
    const having = async (work: (judge: Judge) => void) => {
      program.run(() => work(judge!));
      await bench.pass(50);
    };
    return { twin, program, having };
  }

  it("switches each of the twin's loads", async () => {
    const { twin, program, having } = await judged(0x21);
    expect(switchedOn(twin)).toEqual([]);
    for (const [name, pin] of numbered(outputs)) {
      await having((judge) => judge.digitalWrite(pin, 1));
      expect(switchedOn(twin)).toEqual([name]);
      await having((judge) => judge.digitalWrite(pin, 0));
    }
    expect([...twin.untouchable]).toEqual([]);
    await program.close();
  });

  it("sees each of the twin's faults", async () => {
    const { twin, program, having } = await judged(0x22);
    const levels = new Map<string, 0 | 1>();
    for (const [name, pin] of numbered(inputs)) {
      await having((judge) => {
        judge.pinMode(pin, judge.MODES.INPUT);
        judge.pullUp(pin, 1);
        judge.digitalRead(pin, (level) => levels.set(name, level));
      });
      expect(levels.get(name)).toBe(1);
      twin.set(name, 1);
      await having(() => {});
      expect(levels.get(name)).toBe(0);
    }
    await program.close();
  });
});
