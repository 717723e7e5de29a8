import { setImmediate as turn } from "node:timers/promises";
import { expect, it, vi } from "vitest";
import { FineClock } from "../ports/clock.ts";
import type { Adapter } from "../ports/i2c-bus-file.ts";
import { portsOfThread } from "./worker.ts";

it("fetches conversions in the order in which they were begun, and stays awake meanwhile", async () => {
  const awake = vi.spyOn(FineClock.prototype, "during");
  const calls: string[] = [];
  const answer = async (call: string, length: number, buffer: Buffer) => {
    calls.push(call);
    await turn();
    return { bytesRead: length, bytesWritten: length, buffer };
  };
  const adapter: Adapter = {
    i2cFuncs: async () => ({}),
    i2cRead: (address, length, buffer) => answer(`read ${address}`, length, buffer),
    i2cWrite: (address, length, buffer) => answer(`write ${address}`, length, buffer),
    readI2cBlock: (address, _command, length, buffer) => answer(`read ${address}`, length, buffer),
    close: async () => {},
  };
  const { i2c, clock } = portsOfThread({ open: async () => adapter });
  const [first, second] = [await i2c.open(3), await i2c.open(3)];
  awake.mockClear();
  await Promise.all([
    first.transfer(0x48, [{ read: 2 }]),
    first.transfer(0x49, [{ read: 2 }]),
    second.transfer(0x48, [{ write: Uint8Array.of(1) }]),
  ]);
  expect(calls).toEqual(["read 72", "read 73", "write 72"]);
  expect(awake.mock.contexts).toEqual([clock, clock, clock]);
  awake.mockRestore();
});
