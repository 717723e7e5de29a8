import { type KernelCall, systemCalls } from "../../ports/kernel-faults.ts";
import type { Request } from "./frames.ts";
import { nameOfCall } from "./i2c-messages.ts";

const calls: Readonly<Partial<Record<Request["operation"], KernelCall>>> = {
  F: "I2C_FUNCS",
  O: "open",
  R: "read",
  S: "I2C_SLAVE",
  T: "write",
  X: "I2C_TIMEOUT",
};

/** Of a serial line, by their first letters. */
const lineCalls: readonly MadeCall[] = systemCalls.map((name) => ({ name }));

interface MadeCall {
  readonly name: KernelCall;
  /** Of I2C_SLAVE without force: an address that a kernel driver may hold. */
  readonly address?: number;
}

/** Which of the program's calls made the library ask. */
export function callOf({ operation, payload }: Request): MadeCall | undefined {
  if (operation === "C")
    return lineCalls.find(({ name }) => name.startsWith(String.fromCharCode(payload[0]!)));
  const name = operation === "M" ? nameOfCall(payload) : calls[operation];
  if (!name) return undefined;
  const isForced = operation !== "S" || payload.readUInt16LE(2) !== 0;
  return isForced ? { name } : { name, address: payload.readUInt16LE(0) };
}
