import { createRequire } from "node:module";
import { openPromisified, type PromisifiedBus } from "i2c-bus";
import type { Open } from "../judge-process.ts";

interface Driver {
  gain: number | string;
  measure(input: string): Promise<number>;
}

/** ads1115 1.2.0 (MIT). It gives counts, of which 32,768 are full scale; its gains are named as in Adafruit's. */
export const open: Open = async () => {
  const ads1115 = createRequire(import.meta.url)("ads1115") as (
    bus: PromisifiedBus,
    address: number,
  ) => Driver;
  const bus = await openPromisified(1);
  return {
    measure(gain: number | string, input: string) {
      // A new one each time: 2/3, whose bits are 0, cannot be set once another gain was.
      const driver = ads1115(bus, 0x48);
      driver.gain = gain;
      return driver.measure(input);
    },
  };
};
