import type { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import { SerialPort } from "serialport";
import type { Open } from "../judge-process.ts";

interface Driver extends EventEmitter {
  getFirmwareVersion(): Promise<{ IC: number; Ver: number; Rev: number; Support: number }>;
  scanTag(): Promise<{ ATQA: Buffer; SAK: number; uid: string }>;
}

/** pn532 1.0.0 (MIT) with serialport 13. */
export const open: Open = async () => {
  const { PN532 } = createRequire(import.meta.url)("pn532") as {
    readonly PN532: new (port: SerialPort) => Driver;
  };
  const driver = new PN532(new SerialPort({ path: "/dev/ttyAMA1", baudRate: 115_200 }));
  await new Promise<void>((resolve) => {
    driver.once("ready", resolve);
  });
  return {
    firmware: () => driver.getFirmwareVersion(),
    async scan() {
      const { ATQA, SAK, uid } = await driver.scanTag();
      return { atqa: [...ATQA], sak: SAK, uid };
    },
  };
};
