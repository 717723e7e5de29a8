import type { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import { setTimeout as pause } from "node:timers/promises";
import { SerialPort } from "serialport";
import type { Open } from "../judge-process.ts";

interface Driver extends EventEmitter {
  getFirmwareVersion(): Promise<{ IC: number; Ver: number; Rev: number; Support: number }>;
  scanTag(): Promise<{ ATQA: Buffer; SAK: number; uid: string }>;
}

/**
 * pn532 1.0.0 (MIT) with serialport 13. It sends its first command within 0.8 ms of waking the part, which by the
 * manual may need 2 ms until its oscillator runs (UM0701-02, section 7.2.11); here the part is woken before.
 */
export const open: Open = async () => {
  const { PN532 } = createRequire(import.meta.url)("pn532") as {
    readonly PN532: new (port: SerialPort) => Driver;
  };
  const waker = new SerialPort({ path: "/dev/ttyAMA1", baudRate: 115_200 });
  waker.write(Buffer.from([0x55, 0x55, 0, 0, 0]));
  await new Promise<void>((resolve, reject) => {
    waker.drain((error) => (error ? reject(error) : resolve()));
  });
  await new Promise<void>((resolve, reject) => {
    waker.close((error) => (error ? reject(error) : resolve()));
  });
  await pause(5);
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
