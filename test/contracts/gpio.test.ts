import { EventLoop } from "#sim/loop.ts";
import { VirtualGpio, virtualGpioPort } from "#sim/ports/gpio.ts";
import { gpioContract } from "./gpio.ts";

gpioContract("the simulated GPIO port", () => {
  const chip = "pinctrl-bcm2711";
  const gpio = new VirtualGpio();
  gpio.addChip(chip, 58);
  const [output, input] = [gpio.line(chip, 17), gpio.line(chip, 27)];
  output.watch((level) => input.drive(level));
  const loop = new EventLoop();
  return {
    port: virtualGpioPort(gpio, () => loop.now),
    output: { chip, offset: 17 },
    input: { chip, offset: 27 },
    nowMs: () => loop.now,
    settle: () => loop.runUntil(loop.now + 1),
  };
});
