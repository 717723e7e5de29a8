import type { JohnnyFive, Program } from "#firmware/johnny-five/program.ts";
import { runProgram } from "#firmware/johnny-five/program.ts";
import type { Bench } from "#test/bench/bench.ts";

const chip = "pinctrl-bcm2711";
const pins = Array.from({ length: 28 }, (_, offset) => ({ chip, offset }));

/** Runs a johnny-five program on the bench's board, with its bus 1. */
export async function runOnBench(bench: Bench, program: (five: JohnnyFive) => void): Promise<Program> {
  const i2c = await bench.ports.i2c.open(1);
  const running = runProgram(bench.clock, { gpio: bench.ports.gpio, pins, i2c }, (five) => {
    new five.Board().on("ready", () => program(five));
  });
  await bench.pass(10);
  return running;
}
