import { createRequire } from "node:module";
import { openPromisified, type PromisifiedBus } from "i2c-bus";
import type { Open } from "../judge-process.ts";

interface Driver {
  /** Volts. */
  getCellVoltage(): Promise<number>;
  /** 0 to 1. */
  getStateOfCharge(): Promise<number>;
  /** Of the charge, per hour. */
  getChargingRate(): Promise<number>;
  getProductionVersion(): Promise<number>;
}

/**
 * max17048 1.0.1 (ISC), written for a UPS board of the Raspberry Pi. Its `getStatus` is not asked: it reads VRESET/ID
 * (18h), where the datasheet has STATUS at 1Ah (19-6171, table 2).
 */
export const open: Open = async () => {
  const Max17048 = createRequire(import.meta.url)("max17048") as new (bus: PromisifiedBus) => Driver;
  const driver = new Max17048(await openPromisified(1));
  return {
    cellVoltage: () => driver.getCellVoltage(),
    stateOfCharge: () => driver.getStateOfCharge(),
    chargeRate: () => driver.getChargingRate(),
    version: () => driver.getProductionVersion(),
  };
};
