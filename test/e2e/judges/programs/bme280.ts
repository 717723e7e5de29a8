import { createRequire } from "node:module";
import { setTimeout as pause } from "node:timers/promises";
import type { Open } from "../judge-process.ts";

interface Driver {
  /** °C, hPa, %RH. */
  read(): Promise<{ temperature: number; pressure: number; humidity: number }>;
  triggerForcedMeasurement(): Promise<void>;
  maximumMeasurementTime(): number;
  close(): Promise<void>;
}

interface Package {
  open(options: { i2cBusNumber: number; i2cAddress: number; forcedMode: boolean }): Promise<Driver>;
}

/** bme280 2.1.1 (MIT), which computes in floating point where johnny-five has the 32-bit formula. */
export const open: Open = async () => {
  const bme280 = createRequire(import.meta.url)("bme280") as Package;
  const at = { i2cBusNumber: 1, i2cAddress: 0x76 };
  return {
    async forced() {
      const driver = await bme280.open({ ...at, forcedMode: true });
      await driver.triggerForcedMeasurement();
      await pause(driver.maximumMeasurementTime());
      const reading = await driver.read();
      await driver.close();
      return reading;
    },
    async normal() {
      const driver = await bme280.open({ ...at, forcedMode: false });
      await pause(driver.maximumMeasurementTime());
      const reading = await driver.read();
      await driver.close();
      return reading;
    },
  };
};
