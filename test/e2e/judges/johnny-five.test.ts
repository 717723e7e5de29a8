import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { benchWiring } from "#devices/chips/mcp23017.ts";
import { twin as bme280 } from "#sim/chips/bme280.ts";
import { twin as doorSwitch } from "#sim/chips/door-switch.ts";
import { twin as hcSr501 } from "#sim/chips/hc-sr501.ts";
import { twin as mcp23017 } from "#sim/chips/mcp23017.ts";
import { twin as pca9685 } from "#sim/chips/pca9685.ts";
import { type Judge, JudgedBoard } from "./judged-board.ts";

const chip = "pinctrl-bcm2711";
const line = (offset: number) => ({ kind: "gpio", chip, offset }) as const;
const at = (address: number) => ({ kind: "i2c", bus: 1, address }) as const;

describe("johnny-five's component classes, on the real onoff and i2c-bus,", () => {
  const board = new JudgedBoard();
  // One that does not pulse for nothing in its first minute.
  const wiring = board.board;
  const motion = hcSr501.create({ loop: board.loop, random: () => 0, place: line(22), wiring });
  const door = board.solder(doorSwitch, line(23));
  const climate = board.solder(bme280, at(0x76));
  const lamp = board.solder(pca9685, at(0x47));
  const expander = board.solder(mcp23017, at(0x20));
  const levels = new Map<number, number>();
  for (const offset of [17, 27])
    board.board.gpio.line(chip, offset).sense((level) => levels.set(offset, level));
  let judge: Judge;
  beforeAll(async () => {
    door.set("open", 0);
    await board.offer();
    judge = await board.judge("johnny-five");
  });
  afterAll(() => board.close());

  const heard = () => judge.ask<string[]>("heard");

  it.each([
    ["led", 17],
    ["relay", 27],
  ])("switch a %s", async (name, offset) => {
    for (const isOn of [true, false, true]) {
      await judge.ask(name, isOn);
      await vi.waitFor(() => expect(levels.get(offset)).toBe(Number(isOn)));
    }
  });

  it("see a door open and close", async () => {
    // As it was found, and what became of it.
    const contact = async () => (await heard()).filter((word) => word === "open" || word === "close").at(-1);
    for (const [open, word] of [
      [1, "open"],
      [0, "close"],
      [1, "open"],
    ] as const) {
      door.set("open", open);
      await vi.waitFor(async () => expect(await contact()).toBe(word));
    }
  });

  it("see somebody move, and stand still", async () => {
    await vi.waitFor(async () => expect(await heard()).toContain("calibrated"), { timeout: 10_000 });
    motion.moved();
    // The sensor's delay time is 5 s.
    await vi.waitFor(async () => expect(await heard()).toContain("motionstart"), { timeout: 10_000 });
    await vi.waitFor(async () => expect(await heard()).toContain("motionend"), { timeout: 10_000 });
  });

  it("read a BME280", async () => {
    climate.set("temperature", 31.5);
    climate.set("humidity", 62);
    climate.set("pressure", 99_000);
    const read = () => judge.ask<{ celsius: number; percent: number; pascal: number }>("climate");
    await vi.waitFor(async () => expect((await read()).celsius).toBeCloseTo(31.5, 1), { timeout: 10_000 });
    const { percent, pascal } = await read();
    expect(Math.abs(percent - 62)).toBeLessThan(0.05);
    expect(Math.abs(pascal - 99_000)).toBeLessThan(5);
  });

  it("dim a lamp by a PCA9685", async () => {
    await judge.ask("brightness", 127);
    await vi.waitFor(() => expect(lamp.duty(0)).toBeCloseTo(127 / 255, 2));
  });

  it("switch a load by an MCP23017", async () => {
    const pin = Number(benchWiring.outputs.usb1[3]) + (benchWiring.outputs.usb1[2] === "B" ? 8 : 0);
    for (const level of [1, 0] as const) {
      await judge.ask("expander", pin, level);
      await vi.waitFor(() => expect(expander.output("usb1")).toBe(level));
    }
  });
});
