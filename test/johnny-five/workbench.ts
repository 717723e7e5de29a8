import type { Level } from "#devices/ports/gpio.ts";
import type { I2cBus } from "#devices/ports/i2c.ts";
import { type JohnnyFive, type Program, runProgram } from "#firmware/johnny-five/program.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { VirtualGpio, virtualGpioPort } from "#sim/ports/gpio.ts";
import { VirtualI2cBus, virtualI2cPort } from "#sim/ports/i2c.ts";

const chip = "pinctrl-bcm2711";

/** A simulated board with 28 pins and one I2C bus, on which a johnny-five program runs in virtual time. */
export class Workbench {
  readonly loop = new EventLoop();
  readonly clock = new VirtualClock(this.loop);
  readonly i2c = new VirtualI2cBus("i2c-1");
  readonly #gpio = new VirtualGpio();
  readonly #programs: Program[] = [];

  constructor() {
    this.#gpio.addChip(chip, 28);
  }

  async run(program: (five: JohnnyFive) => void): Promise<Program> {
    const bus: I2cBus = await virtualI2cPort(new Map([[1, this.i2c]])).open(1);
    const gpio = virtualGpioPort(this.#gpio, () => this.clock.now());
    const pins = Array.from({ length: 28 }, (_, offset) => ({ chip, offset }));
    const running = runProgram(this.clock, { gpio, pins, i2c: bus, defaultLed: 13 }, program);
    this.#programs.push(running);
    await this.pass(10);
    return running;
  }

  pass(ms: number): Promise<void> {
    return this.loop.runUntil(this.loop.now + ms);
  }

  level(pin: number): Level {
    return this.#gpio.line(chip, pin).level;
  }

  drive(pin: number, level: Level): void {
    this.#gpio.line(chip, pin).drive(level);
  }

  /** Every level that `pin` takes from now on, with the time since then. */
  record(pin: number): [ms: number, level: Level][] {
    const levels: [number, Level][] = [];
    const startMs = this.loop.now;
    this.#gpio.line(chip, pin).watch((level) => levels.push([this.loop.now - startMs, level]));
    return levels;
  }

  async close(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.close()));
  }
}
