import { describe, expect, it } from "vitest";
import { twin } from "#sim/chips/tca9548a.ts";
import { type I2cTarget, VirtualI2cBus, virtualI2cPort } from "#sim/ports/i2c.ts";
import { Bench } from "#test/bench/bench.ts";
import { i2cContract } from "./i2c.ts";

/** A memory with a one-byte pointer, as the contract wants it on the bus. */
class Memory implements I2cTarget {
  readonly #cells = new Uint8Array(256);
  #pointer = 0;

  write([pointer = 0, ...bytes]: Uint8Array): boolean {
    this.#pointer = pointer;
    for (const byte of bytes) this.#cells[this.#pointer++ & 0xff] = byte;
    return true;
  }

  read(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.#cells[this.#pointer++ & 0xff]!);
  }
}

const common = (bus: VirtualI2cBus) => ({
  bus: 1,
  memory: 0x50,
  absent: 0x51,
  missingBus: 7,
  hold: () => bus.hold("timeout"),
  release: () => bus.release(),
});

i2cContract("the simulated I2C port", () => {
  const bus = new VirtualI2cBus("i2c-1");
  bus.attach(0x50, new Memory());
  return { ...common(bus), port: virtualI2cPort(new Map([[1, bus]])) };
});

i2cContract("the simulated I2C port, behind a multiplexer,", () => {
  const bench = new Bench();
  const behind = { address: 0x70, channel: 3 };
  bench.solder(twin, { kind: "i2c", bus: 1, address: behind.address });
  bench.board.i2c(1, behind).attach(0x50, new Memory());
  return { ...common(bench.board.i2c(1)), port: bench.ports.i2c, behind };
});

describe("the simulated I2C port", () => {
  const opened = async () => {
    const bus = new VirtualI2cBus("i2c-1");
    bus.attach(0x50, new Memory());
    const port = virtualI2cPort(new Map([[1, bus]]));
    return { port, bus: await port.open(1) };
  };
  const pointer = { write: Uint8Array.of(0x18) };
  const kind = (expected: string) => expect.objectContaining({ kind: expected });

  it("does at once what it does in its time", async () => {
    const { bus } = await opened();
    expect(bus.transferNow!(0x50, [{ write: Uint8Array.of(0x18, 0xab) }])).toEqual([]);
    expect(bus.transferNow!(0x50, [pointer, { read: 1 }])).toEqual([Uint8Array.of(0xab)]);
    expect(await bus.transfer(0x50, [pointer, { read: 1 }])).toEqual([Uint8Array.of(0xab)]);
    expect(() => bus.transferNow!(0x51, [pointer])).toThrow(kind("no-acknowledge-address"));
    expect(() => bus.transferNow!(0x50, [])).toThrow(RangeError);
    const { transferNow } = bus;
    await bus.close();
    expect(() => transferNow!(0x50, [pointer])).toThrow(kind("not-ready"));
  });

  it("does nothing at once where a multiplexer may have to be told first", async () => {
    const { port, bus } = await opened();
    const behind = await port.open(1, { address: 0x70, channel: 3 });
    expect(behind.transferNow).toBeUndefined();
    expect(bus.transferNow).toBeUndefined();
  });
});
