import { createRequire } from "node:module";
import type { Open } from "../judge-process.ts";

interface Driver {
  readonly OUTPUT: number;
  readonly INPUT: number;
  readonly INPUT_PULLUP: number;
  pinMode(pin: number, mode: number): void;
  digitalWrite(pin: number, level: 0 | 1): void;
  digitalRead(pin: number, done: (pin: number, error: Error | null, isHigh: boolean) => void): void;
}

/** node-mcp23017 0.1.0 (MIT). It writes synchronously, and numbers the pins GPA0 to GPB7 from 0 to 15. */
export const open: Open = async () => {
  const Mcp23017 = createRequire(import.meta.url)("node-mcp23017") as new (options: {
    address: number;
    device: number;
  }) => Driver;
  const driver = new Mcp23017({ address: 0x20, device: 1 });
  return {
    pinMode: (pin: number, mode: "OUTPUT" | "INPUT" | "INPUT_PULLUP") => driver.pinMode(pin, driver[mode]),
    write: (pin: number, level: 0 | 1) => driver.digitalWrite(pin, level),
    read: (pin: number) =>
      new Promise<boolean>((resolve) => {
        driver.digitalRead(pin, (_, __, isHigh) => resolve(isHigh));
      }),
  };
};
