import { setTimeout as realPause } from "node:timers/promises";
import { systemClock } from "#firmware/ports/clock.ts";
import { sysfsGpioPort } from "#firmware/ports/gpio.ts";
import { gpioContract } from "#test/contracts/gpio.ts";
import { depth } from "./depth.ts";
import { inputLine, outputLine } from "./wiring.ts";

const clock = systemClock();

gpioContract("the sysfs GPIO port", () => ({
  port: sysfsGpioPort(clock),
  output: outputLine,
  input: inputLine,
  nowMs: () => clock.now(),
  ...(depth.wireMs > 0 && { crossed: () => realPause(depth.wireMs) }),
  settle: () => realPause(30),
}));
