import type { EventEmitter } from "node:events";
import { type JohnnyFive, runProgram } from "#firmware/johnny-five/program.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import { sysfsGpioPort } from "#firmware/ports/gpio.ts";
import { linuxI2cPort } from "#firmware/ports/i2c.ts";
import type { Open } from "../judge-process.ts";

interface Multi extends EventEmitter {
  readonly thermometer: { readonly celsius: number };
  readonly hygrometer: { readonly relativeHumidity: number };
  readonly barometer: { readonly pressure: number };
}

interface Expander {
  pinMode(pin: number, mode: number): void;
  digitalWrite(pin: number, level: 0 | 1): void;
}

/** What @types/johnny-five leaves out. */
type More = {
  readonly Multi: new (options: { controller: "BME280"; address: number }) => Multi;
  readonly Expander: new (options: { controller: "MCP23017"; address: number }) => Expander;
  readonly Switch: new (options: { pin: number; type: "NC" }) => EventEmitter;
};

const chip = "pinctrl-bcm2711";
const pins = Array.from({ length: 28 }, (_, offset) => ({ chip, offset }));

/** A johnny-five 2.1.0 sketch, written as its documentation has it, over onoff and i2c-bus. */
export const open: Open = async () => {
  // Spares its BME280 a wait of 1 s on Date.now, which it takes from a promise and so from outside its board's clock.
  process.env.IS_TEST_MODE = "true";
  const clock = systemClock();
  const i2c = await linuxI2cPort(clock).open(1);
  const gpio = sysfsGpioPort(clock);
  const heard: string[] = [];
  let parts: ReturnType<typeof components> | undefined;
  const program = await new Promise<ReturnType<typeof runProgram>>((resolve) => {
    const running = runProgram(clock, { gpio, pins, i2c }, (five) => {
      new five.Board().on("ready", () => {
        parts = components(five as JohnnyFive & More, heard);
        resolve(running);
      });
    });
  });
  const { led, relay, multi, lamp, expander } = parts!;
  return {
    heard: () => heard,
    led: (isOn: boolean) => program.run(() => void (isOn ? led.on() : led.off())),
    relay: (isClosed: boolean) => program.run(() => void (isClosed ? relay.close() : relay.open())),
    brightness: (level: number) => program.run(() => void lamp.brightness(level)),
    expander: (pin: number, level: 0 | 1) => program.run(() => expander.digitalWrite(pin, level)),
    climate: () => ({
      celsius: multi.thermometer.celsius,
      percent: multi.hygrometer.relativeHumidity,
      pascal: multi.barometer.pressure * 1_000,
    }),
  };
};

function components(five: JohnnyFive & More, heard: string[]) {
  const motion = new five.Motion(22);
  motion.on("calibrated", () => heard.push("calibrated"));
  motion.on("motionstart", () => heard.push("motionstart"));
  motion.on("motionend", () => heard.push("motionend"));
  const door = new five.Switch({ pin: 23, type: "NC" });
  door.on("open", () => heard.push("open"));
  door.on("close", () => heard.push("close"));
  return {
    led: new five.Led(17),
    relay: new five.Relay({ pin: 27, type: "NO" }),
    multi: new five.Multi({ controller: "BME280", address: 0x76 }),
    lamp: new five.Led({ controller: "PCA9685", address: 0x47, pin: 0 }),
    expander: new five.Expander({ controller: "MCP23017", address: 0x20 }),
  };
}
