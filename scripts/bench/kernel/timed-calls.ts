import type { GpioPort, Level } from "#devices/ports/gpio.ts";
import type { I2cPort } from "#devices/ports/i2c.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import { percentile } from "../statistics.ts";
import { address, bus, inputLine, outputLine } from "./call-board.ts";

/** A call that was made many times, one after another. */
export interface TimedCall {
  readonly p50Us: number;
  readonly p99Us: number;
}

export const callTitles = {
  readByte: "I2C, read a byte",
  readBlock: "I2C, read 24 bytes",
  readLine: "GPIO, read",
  writeLine: "GPIO, write",
} as const;
export type CallName = keyof typeof callTitles;

/** Bits of each call on a bus of 100 kHz, µs: pointer, repeated START, bytes (NXP UM10204, section 3.1). */
export const wireUs: Readonly<Partial<Record<CallName, number>>> = {
  readByte: (2 * 9 + 2 + (2 * 9 + 2)) * 10,
  readBlock: (2 * 9 + 2 + (25 * 9 + 2)) * 10,
};

/** Calls for the first time are slow, and are left out. */
const warmUps = 50;
const clock = systemClock();

export async function timed(count: number, call: (index: number) => Promise<unknown>): Promise<TimedCall> {
  const microseconds: number[] = [];
  for (let index = 0; index < count + warmUps; index++) {
    const begunMs = clock.now();
    await call(index);
    if (index >= warmUps) microseconds.push((clock.now() - begunMs) * 1_000);
  }
  return { p50Us: percentile(microseconds, 0.5), p99Us: percentile(microseconds, 0.99) };
}

export type CallCounts = Readonly<Record<CallName, number>>;

/** Makes each call so many times on the ports of a `callBoard`. @param told after each */
export async function timedCalls(
  { i2c, gpio }: { readonly i2c: I2cPort; readonly gpio: GpioPort },
  counts: CallCounts,
  told: (name: CallName, timed: TimedCall) => void,
): Promise<void> {
  const memory = await i2c.open(bus);
  const input = await gpio.open(inputLine, { direction: "in" });
  const output = await gpio.open(outputLine, { direction: "out" });
  const pointer = { write: Uint8Array.of(0) };
  const calls: Record<CallName, (index: number) => Promise<unknown>> = {
    readByte: () => memory.transfer(address, [pointer, { read: 1 }]),
    readBlock: () => memory.transfer(address, [pointer, { read: 24 }]),
    readLine: () => input.read(),
    writeLine: (index) => output.write((index % 2) as Level),
  };
  for (const [name, call] of Object.entries(calls) as [CallName, (typeof calls)[CallName]][])
    told(name, await timed(counts[name], call));
  await Promise.all([memory.close(), input.close(), output.close()]);
}
