import { createRequire } from "node:module";
import { type I2CBus, openSync } from "i2c-bus";
import type { Open } from "../judge-process.ts";

type Done = (error?: unknown) => void;

interface Driver {
  setDutyCycle(channel: number, duty: number, onStep: number, done: Done): void;
  setPulseLength(channel: number, microseconds: number, onStep: number, done: Done): void;
  channelOff(channel: number, done: Done): void;
  channelOn(channel: number, done: Done): void;
}

interface Package {
  readonly Pca9685Driver: new (
    options: { i2c: I2CBus; address: number; frequency: number },
    done: Done,
  ) => Driver;
}

/** What a call with a callback comes to. */
const done = (call: (end: Done) => void) =>
  new Promise<void>((resolve, reject) => {
    call((error) => (error ? reject(error) : resolve()));
  });

/** pca9685 5.0.0 (MIT), which sends a step's four bytes one by one. */
export const open: Open = async () => {
  const { Pca9685Driver } = createRequire(import.meta.url)("pca9685") as Package;
  const i2c = openSync(1);
  let driver: Driver | undefined;
  return {
    start: (frequency: number) =>
      done((end) => {
        driver = new Pca9685Driver({ i2c, address: 0x47, frequency }, end);
      }),
    duty: (channel: number, duty: number) => done((end) => driver!.setDutyCycle(channel, duty, 0, end)),
    pulse: (channel: number, microseconds: number) =>
      done((end) => driver!.setPulseLength(channel, microseconds, 0, end)),
    on: (channel: number) => done((end) => driver!.channelOn(channel, end)),
    off: (channel: number) => done((end) => driver!.channelOff(channel, end)),
  };
};
