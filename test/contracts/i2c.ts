import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PortError, type PortErrorKind } from "#devices/ports/error.ts";
import { type I2cBus, I2cDevice, type I2cPort, type MultiplexerChannel } from "#devices/ports/i2c.ts";

/**
 * A bus with one memory on it, of at least 64 bytes, with a one-byte pointer that a write sets and every byte
 * moved advances; it needs no pause after a write: an FRAM such as Fujitsu's MB85RC04V, at 0x50.
 */
export interface I2cSubject {
  readonly port: I2cPort;
  readonly bus: number;
  /** Where the memory is, when a multiplexer leads to it. */
  readonly behind?: MultiplexerChannel;
  readonly memory: number;
  /** An address at which nothing answers. */
  readonly absent: number;
  /** A bus number that the board does not have. */
  readonly missingBus: number;
  /** A line of the bus is held low. */
  hold(): void | Promise<void>;
  /** It is let go. Resolves when the kernel no longer waits for it. */
  release(): void | Promise<void>;
}

/** What devices/ports/i2c.ts promises. */
export function i2cContract(name: string, make: () => I2cSubject): void {
  describe(`${name} as an I2cPort`, () => {
    let subject: I2cSubject;
    let bus: I2cBus;
    let memory: I2cDevice;

    beforeEach(async () => {
      subject = make();
      bus = await subject.port.open(subject.bus, subject.behind);
      memory = new I2cDevice(bus, subject.memory);
    });

    afterEach(() => bus.close());

    const fails = async (work: Promise<unknown>, kind: PortErrorKind, address?: number) => {
      const error = await work.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(PortError);
      expect(error).toMatchObject({ kind, address });
      return error as PortError;
    };

    it("is named after the kernel's bus", () => {
      expect(bus.name.split(" ")[0]).toBe(`i2c-${subject.bus}`);
    });

    it("reads a register by pointer, repeated START and read, up to 32 bytes", async () => {
      const bytes = Array.from({ length: 32 }, (_, index) => (index * 37 + 5) & 0xff);
      await memory.write(0x10, ...bytes);
      expect([...(await memory.readRegister(0x10, 32))]).toEqual(bytes);
      expect([...(await memory.readRegister(0x11, 1))]).toEqual([bytes[1]]);
    });

    it("reads on from where the pointer stands", async () => {
      await memory.write(0x20, 0xca, 0xfe);
      await memory.write(0x20);
      expect(await bus.transfer(subject.memory, [{ read: 1 }])).toEqual([Uint8Array.of(0xca)]);
      expect(await bus.transfer(subject.memory, [{ read: 1 }])).toEqual([Uint8Array.of(0xfe)]);
    });

    it("resolves a write with no bytes read", async () => {
      expect(await bus.transfer(subject.memory, [{ write: Uint8Array.of(0x00, 1) }])).toEqual([]);
    });

    it("keeps transfers that were asked for at once whole and in order", async () => {
      const rounds = Array.from({ length: 24 }, (_, index) => index);
      const work = rounds.map((round) => {
        const written = memory.write(0x30, round);
        return Promise.all([written, memory.readRegister(0x30, 1)]);
      });
      expect((await Promise.all(work)).map(([, read]) => read[0])).toEqual(rounds);
    });

    it("sends what was to be sent when it was asked to", async () => {
      const write = Uint8Array.of(0x08, 0x42);
      const sent = bus.transfer(subject.memory, [{ write }]);
      write.fill(0x09);
      await sent;
      expect([...(await memory.readRegister(0x08, 1))]).toEqual([0x42]);
    });

    it("says where nobody acknowledged, and goes on with the others", async () => {
      const absent = new I2cDevice(bus, subject.absent);
      for (const work of [absent.write(0), absent.readRegister(0, 1)]) {
        const error = await fails(work, "no-acknowledge-address", subject.absent);
        expect(error.port).toBe(bus.name);
      }
      await memory.write(0, 7);
      expect([...(await memory.readRegister(0, 1))]).toEqual([7]);
    });

    it("says that it was in vain while a line is held low, and works once that is let go", async () => {
      await memory.write(0, 9);
      await subject.hold();
      const error = await memory.readRegister(0, 1).catch((reason: unknown) => reason);
      await subject.release();
      expect(error).toBeInstanceOf(PortError);
      expect((error as PortError).kind).toBe("timeout");
      expect([...(await memory.readRegister(0, 1))]).toEqual([9]);
    });

    it("puts nothing on the wire for a caller who is wrong", async () => {
      await memory.write(0x00, 0x55);
      for (const address of [-1, 0x07, 0x78, 80.5])
        await expect(bus.transfer(address, [{ write: Uint8Array.of(0, 1) }])).rejects.toThrow(RangeError);
      for (const operations of [[], [{ read: 0 }], [{ write: Uint8Array.of() }], [{ read: 8193 }]])
        await expect(bus.transfer(subject.memory, operations)).rejects.toThrow(RangeError);
      expect([...(await memory.readRegister(0x00, 1))]).toEqual([0x55]);
    });

    it("refuses what a board could only do with a STOP in between", async () => {
      const pointer = { write: Uint8Array.of(0) };
      await memory.write(0x00, 0x55);
      for (const operations of [
        [pointer, { read: 33 }],
        [{ write: Uint8Array.of(0, 1) }, { read: 2 }],
        [pointer, pointer],
        [{ read: 1 }, pointer],
        [pointer, { read: 1 }, { read: 1 }],
      ])
        await expect(bus.transfer(subject.memory, operations)).rejects.toThrow(/repeated START is made only/);
      expect([...(await memory.readRegister(0x00, 1))]).toEqual([0x55]);
    });

    it("is not ready once closed, and may be closed twice", async () => {
      await bus.close();
      await bus.close();
      await fails(memory.readRegister(0, 1), "not-ready", subject.memory);
    });

    it("says that a bus does not exist", async () => {
      await fails(subject.port.open(subject.missingBus, subject.behind), "bus");
    });
  });
}
