import { createRequire, Module } from "node:module";
import { runProgram } from "#firmware/johnny-five/program.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import { sysfsGpioPort } from "#firmware/ports/gpio.ts";
import { linuxI2cPort } from "#firmware/ports/i2c.ts";

const chip = "pinctrl-bcm2711";
const pins = Array.from({ length: 28 }, (_, offset) => ({ chip, offset }));

/**
 * Runs a published example of johnny-five, as it is, on this machine's GPIO lines and first I2C bus: pin 13 is GPIO13.
 * Its `require("../lib/johnny-five.js")` is johnny-five as Plinth has it, its `new five.Board()` Plinth's own, over
 * onoff and i2c-bus.
 *
 * Usage: node --import tsx example-process.ts …/eg/led-blink.js [argument]...
 */
async function main(): Promise<void> {
  // An example looks for its own arguments where it would find them by itself.
  process.argv.splice(1, 1);
  const example = process.argv[1]!;
  const clock = systemClock();
  const i2c = await linuxI2cPort(clock).open(1);
  const require = createRequire(example);
  const library = require.resolve("../lib/johnny-five.js");
  const program = (five: unknown) => {
    require.cache[library] = Object.assign(new Module(library), { exports: five, loaded: true });
    require(example);
  };
  runProgram(clock, { gpio: sysfsGpioPort(clock), pins, i2c, defaultLed: 13 }, program, { prompt: true });
}

await main();
