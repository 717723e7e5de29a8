import { execFile } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { benchWiring } from "#devices/chips/mcp23017.ts";
import { root } from "#scripts/root.ts";
import { twin as mcp23017 } from "#sim/chips/mcp23017.ts";
import { twin as pca9685 } from "#sim/chips/pca9685.ts";
import { at, ExampleBoard, examples, soon } from "./example-board.ts";
import { commandOf } from "./running-example.ts";

/** Its lamp's PCA9685 is at 0x40, as the examples'. */
const unit = `unit: lamp-01
site: street
kind: streetlight
location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }
broker: { url: "mqtt://127.0.0.1:1883" }
`;

describe("johnny-five's published examples for I2C parts, as they are, on the real i2c-bus:", () => {
  let folder: string;
  let board: ExampleBoard;
  beforeAll(async () => {
    folder = await examples();
  });
  beforeEach(() => {
    board = new ExampleBoard(folder);
  });
  afterEach(() => board.close());
  afterAll(() => rm(folder, { recursive: true }));

  describe("with a PCA9685", () => {
    const solder = (address: number) => board.solder(pca9685, at(address));
    type Lamp = ReturnType<typeof solder>;
    const duties = (lamp: Lamp, ...channels: number[]) => channels.map((channel) => lamp.duty(channel));
    /** An 8-bit brightness is a share of 4095 steps. */
    const share = (brightness: number) => Math.floor((brightness / 255) * 4095) / 4096;

    it("servo-PCA9685: a servo is swept from end to end", async () => {
      const servo = solder(0x40);
      const pulses: number[] = [];
      servo.onOutput(() => {
        if (servo.duty(0) > 0) pulses.push((servo.duty(0) / servo.pwmHz) * 1e6);
      });
      const { said } = await board.example("servo-PCA9685");
      // 450/4 and 1850/4 steps of the cycle, which is 4096 of them in 20 ms (its 2.1.0 has a quarter of a pwmRange).
      const ends = [112, 462].map((steps) => (steps / 4096) * 20_000) as [number, number];
      const isNear = (end: number) => (pulse: number) => Math.abs(pulse - end) < 25;
      await vi.waitFor(() => {
        const top = pulses.findIndex(isNear(ends[1]));
        expect(pulses.slice(0, top).some(isNear(ends[0]))).toBe(true);
        expect(pulses.slice(top).some(isNear(ends[0]))).toBe(true);
      }, soon);
      expect(Math.min(...pulses)).toBeGreaterThan(ends[0] - 25);
      expect(Math.max(...pulses)).toBeLessThan(ends[1] + 25);
      expect(said).toEqual(["Connected"]);
      // By table 5 of the data sheet, 50 Hz are round(25 MHz / (4096 · 50)) = 122 steps of the oscillator.
      expect(servo.pwmHz).toBeCloseTo(25e6 / 4096 / 122, 6);
      expect([...servo.untouchable]).toEqual([]);
    });

    it("led-rgb-PCA9685: a colour that is asked for at the prompt", async () => {
      const lamp = solder(0x40);
      const { type } = await board.example("led-rgb-PCA9685");
      for (const [word, red, green, blue] of [
        ["led.on()", 255, 255, 255],
        ['led.color("#ff8000")', 255, 128, 0],
        ["led.off()", 0, 0, 0],
      ] as const) {
        type(word);
        const wanted = [red, green, blue].map((value) => (value === 255 ? 1 : share(value)));
        await vi.waitFor(() => expect(duties(lamp, 2, 1, 0)).toEqual(wanted), soon);
      }
    });

    it("led-rgb-anode-PCA9685: red blinks, where what is on pulls down", async () => {
      const lamp = solder(0x40);
      await board.example("led-rgb-anode-PCA9685");
      const isRed = () => expect(duties(lamp, 2, 1, 0)).toEqual([0, 1, 1]);
      const isDark = () => expect(duties(lamp, 2, 1, 0)).toEqual([1, 1, 1]);
      for (const look of [isRed, isDark, isRed, isDark]) await vi.waitFor(look, soon);
    });

    it("motor-PCA9685: a motor runs forward at half its speed for two seconds", async () => {
      const bridge = solder(0x60);
      const runs: { readonly forward: number; readonly atMs: number; readonly speed: number }[] = [];
      bridge.onOutput(() => {
        const [speed, forward] = duties(bridge, 8, 9) as [number, number];
        if (speed !== (runs.at(-1)?.speed ?? 0)) runs.push({ forward, speed, atMs: board.loop.now });
      });
      const { said } = await board.example("motor-PCA9685");
      await vi.waitFor(() => expect(said.slice(-2)).toEqual(["start", "stop"]), soon);
      await vi.waitFor(() => expect(runs.length).toBe(2), soon);
      const [start, stop] = runs as [(typeof runs)[0], (typeof runs)[0]];
      expect(start.speed).toBeCloseTo(128 / 255, 2);
      expect([start.forward, stop.speed]).toEqual([1, 0]);
      // No timer is early; how late one is, a busy machine says.
      expect(stop.atMs - start.atMs).toBeGreaterThan(1_900);
      expect(bridge.duty(10)).toBe(0);
    });

    it("expander-PCA9685: every other output pulses, from dark to full", async () => {
      const lamps = solder(0x40);
      const even = [0, 2, 4, 6, 8, 10, 12, 14];
      const most = even.map(() => 0);
      lamps.onOutput(() => {
        for (const [index, duty] of duties(lamps, ...even).entries())
          most[index] = Math.max(most[index]!, duty);
      });
      await board.example("expander-PCA9685");
      await vi.waitFor(() => expect(Math.min(...most)).toBeGreaterThan(0.95), soon);
      await vi.waitFor(() => expect(Math.max(...duties(lamps, ...even))).toBeLessThan(0.05), soon);
      expect(duties(lamps, ...even.map((channel) => channel + 1))).toEqual(even.map(() => 0));
    });
  });

  // LED0_ON_H and LED1_ON_H are 0x10 while those outputs are full on (section 7.3.3): blue and green, which are dark.
  it("led-rgb-anode-PCA9685 on a street's lamp: Debian's i2cget sees beside it what it has set", async () => {
    const command = commandOf(join(folder, "eg/led-rgb-anode-PCA9685.js"));
    const file = join(folder, "unit.yaml");
    await writeFile(file, unit);
    const script = `
      look() { /usr/sbin/i2cget -y 1 0x40 0x07; /usr/sbin/i2cget -y 1 0x40 0x0b; }
      look
      # With an open standard input for its prompt, to the end of this script.
      tail -f --pid=$$ /dev/null | "$@" >/dev/null &
      for _ in $(seq 100); do [ "$(look | sort -u)" = 0x10 ] && break; sleep 0.2; done
      look`;
    const verb = [join(root, "scripts/plinth.mjs"), "hil", file, "--", "sh", "-c", script, "sh", ...command];
    const { stdout } = await promisify(execFile)(process.execPath, verb, { cwd: root });
    expect(stdout.trim().split("\n")).toEqual(["0x00", "0x00", "0x10", "0x10"]);
  });

  it("expander-MCP23017: every other load is switched on, and no other", async () => {
    const expander = board.solder(mcp23017, at(0x20));
    await board.example("expander-MCP23017");
    const loads = Object.entries(benchWiring.outputs).map(([name, pin]) => {
      const number = Number(pin[3]) + (pin[2] === "B" ? 8 : 0);
      return [name, number % 2 === 0 ? 1 : 0];
    });
    await vi.waitFor(() => {
      const found = Object.keys(benchWiring.outputs).map((name) => [name, expander.output(name)]);
      expect(found).toEqual(loads);
    }, soon);
    expect(new Set(loads.map(([, on]) => on)).size).toBe(2);
  });
});
