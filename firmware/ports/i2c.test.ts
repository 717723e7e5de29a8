import { setImmediate as settled } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { milliseconds } from "#devices/duration.ts";
import type { Clock } from "#devices/ports/clock.ts";
import { PortError, type PortErrorKind } from "#devices/ports/error.ts";
import type { I2cBus } from "#devices/ports/i2c.ts";
import { systemClock } from "./clock.ts";
import { linuxI2cPort } from "./i2c.ts";
import type { Adapter } from "./i2c-bus-file.ts";

type BytesRead = Awaited<ReturnType<Adapter["i2cRead"]>>;

/** i2c-bus' own shape, without a kernel beneath it: the calls are kept, and `outcome` settles them. */
class AddonSeam {
  readonly calls: string[] = [];
  opened = 0;
  outcome: () => Promise<void> = async () => {};

  readonly open = async (): Promise<Adapter> => {
    this.opened++;
    return {
      i2cFuncs: async () => {
        await this.#call("i2cFuncs");
        return {};
      },
      i2cWrite: async (address, length, buffer) => {
        await this.#call(`i2cWrite ${address} ${buffer.toString("hex")}`);
        return { bytesWritten: length, buffer };
      },
      i2cRead: (address, length, buffer) => this.#read(`i2cRead ${address}`, length, buffer),
      readI2cBlock: (address, command, length, buffer) =>
        this.#read(`readI2cBlock ${address} ${command}`, length, buffer),
      close: () => this.#call("close"),
    };
  };

  async #read(call: string, length: number, buffer: Buffer): Promise<BytesRead> {
    await this.#call(`${call} ${length}`);
    return { bytesRead: length, buffer: buffer.fill(0xa5) };
  }

  async #call(call: string): Promise<void> {
    this.calls.push(call);
    if (call !== "close") await this.outcome();
  }
}

const errnoError = (errno: number, code: string, syscall = "readI2cBlock") =>
  Object.assign(new Error(`${code || "Remote I/O error"}, ${syscall}`), { errno, code, syscall });

describe("the Linux I2C port", () => {
  const clock: Clock = systemClock();
  let addon: AddonSeam;
  let bus: I2cBus;

  beforeEach(async () => {
    addon = new AddonSeam();
    bus = await linuxI2cPort(clock, { limit: milliseconds(20), open: addon.open }).open(1);
    addon.calls.length = 0;
  });

  const failure = async (work: Promise<unknown>): Promise<PortError> => {
    const error = await work.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PortError);
    return error as PortError;
  };

  it("reads a register in one call, so that the START is repeated", async () => {
    const bytes = await bus.transfer(0x44, [{ write: Uint8Array.of(0x7e) }, { read: 2 }]);
    expect(bytes).toEqual([Uint8Array.of(0xa5, 0xa5)]);
    expect(addon.calls).toEqual(["readI2cBlock 68 126 2"]);
  });

  it("writes and reads plainly, each with its STOP", async () => {
    await bus.transfer(0x44, [{ write: Uint8Array.of(0x24, 0x00) }]);
    await bus.transfer(0x44, [{ read: 6 }]);
    expect(addon.calls).toEqual(["i2cWrite 68 2400", "i2cRead 68 6"]);
  });

  describe("where several wait for the bus", () => {
    const asked = async (inOrder: boolean) => {
      const port = linuxI2cPort(clock, { open: addon.open, inOrder });
      const [sensor, gauge, lamp] = [await port.open(1), await port.open(1), await port.open(1)];
      addon.calls.length = 0;
      await Promise.all([
        sensor.transfer(0x44, [{ read: 1 }]),
        gauge.transfer(0x36, [{ read: 1 }]),
        gauge.transfer(0x36, [{ write: Uint8Array.of(1) }]),
        lamp.transfer(0x40, [{ write: Uint8Array.of(2) }]),
        sensor.transfer(0x44, [{ read: 2 }]),
      ]);
      return addon.calls;
    };
    const [reads, gauges, lamps] = [
      ["i2cRead 68 1", "i2cRead 68 2"],
      ["i2cRead 54 1", "i2cWrite 54 01"],
      "i2cWrite 64 02",
    ];

    it("lets what only writes go ahead of the reads, but not of its own part's", async () => {
      expect(await asked(false)).toEqual([reads[0], lamps, ...gauges, reads[1]]);
    });

    it("serves a stream in order", async () => {
      expect(await asked(true)).toEqual([reads[0], ...gauges, lamps, reads[1]]);
    });
  });

  // Linux, Documentation/i2c/fault-codes.rst; both forms of each error, as i2c-bus 5.2.3 makes them.
  it.each<[number, string, PortErrorKind]>([
    [121, "", "no-acknowledge-address"],
    [121, "EREMOTEIO", "no-acknowledge-address"],
    [-121, "EREMOTEIO", "no-acknowledge-address"],
    [6, "ENXIO", "no-acknowledge-address"],
    [-5, "EIO", "bus"],
    [110, "ETIMEDOUT", "timeout"],
    [11, "EAGAIN", "arbitration-lost"],
    [74, "EBADMSG", "checksum"],
    [95, "EOPNOTSUPP", "bus"],
  ])("translates errno %d %s into %s", async (errno, code, kind) => {
    addon.outcome = () => Promise.reject(errnoError(errno, code));
    const error = await failure(bus.transfer(0x40, [{ read: 1 }]));
    expect(error).toMatchObject({ kind, address: 0x40, port: "i2c-1" });
    expect(error.cause).toMatchObject({ errno });
  });

  it("says how to enable a bus that does not exist", async () => {
    addon.outcome = () => Promise.reject(errnoError(-2, "ENOENT", "open"));
    const error = await failure(linuxI2cPort(clock, { open: addon.open }).open(1));
    expect(error.kind).toBe("bus");
    expect(error.message).toMatch(/dtparam=i2c_arm=on/);
  });

  it("says so on a machine without that bus, with the real addon", async () => {
    const error = await failure(linuxI2cPort(clock).open(4242));
    expect(error).toMatchObject({ kind: "bus", port: "i2c-4242", operation: "open" });
  });

  it("takes fewer bytes than asked for as an error", async () => {
    const short = await linuxI2cPort(clock, {
      open: async () => ({
        ...(await addon.open()),
        i2cRead: async (_address: number, _length: number, buffer: Buffer) => ({ bytesRead: 1, buffer }),
      }),
    }).open(1);
    expect((await failure(short.transfer(0x40, [{ read: 2 }]))).message).toMatch(/1 of 2 bytes were read/);
  });

  it("gives a hanging transfer up, and the bus with it until the kernel returns", async () => {
    let release = () => {};
    addon.outcome = () => new Promise((resolve) => (release = resolve));
    const hanging = failure(bus.transfer(0x40, [{ read: 1 }]));
    const queued = failure(bus.transfer(0x41, [{ read: 1 }]));
    expect((await hanging).kind).toBe("timeout");
    expect((await queued).message).toMatch(/still hangs/);
    expect(addon.calls).toEqual(["i2cRead 64 1"]);
    addon.outcome = async () => {};
    release();
    await settled();
    await expect(bus.transfer(0x41, [{ read: 1 }])).resolves.toHaveLength(1);
  });

  it("has a transfer in the kernel before it returns where the bus is idle, and in turn where it is not", async () => {
    const first = bus.transfer(0x40, [{ write: Uint8Array.of(1) }]);
    expect(addon.calls).toEqual(["i2cWrite 64 01"]);
    const second = bus.transfer(0x41, [{ write: Uint8Array.of(2) }]);
    expect(addon.calls).toEqual(["i2cWrite 64 01"]);
    await Promise.all([first, second]);
    expect(addon.calls.splice(0)).toEqual(["i2cWrite 64 01", "i2cWrite 65 02"]);
    const third = bus.transfer(0x40, [{ write: Uint8Array.of(3) }]);
    expect(addon.calls).toEqual(["i2cWrite 64 03"]);
    await third;
  });

  it("keeps one call of a bus in the kernel, whoever has it open, and those of others go on", async () => {
    const port = linuxI2cPort(clock, { limit: milliseconds(20), open: addon.open });
    const [mine, yours, other] = await Promise.all([port.open(1), port.open(1), port.open(2)]);
    addon.calls.length = 0;
    const pending: (() => void)[] = [];
    addon.outcome = () => new Promise((resolve) => pending.push(resolve));
    const asked = [mine, yours].map((each, index) => failure(each.transfer(0x40 + index, [{ read: 1 }])));
    expect(await Promise.all(asked)).toMatchObject([{ kind: "timeout" }, { kind: "timeout" }]);
    expect((await failure(port.open(1))).message).toMatch(/still hangs/);
    expect(addon.calls).toEqual(["i2cRead 64 1"]);
    addon.outcome = async () => {};
    await expect(other.transfer(0x40, [{ read: 1 }])).resolves.toHaveLength(1);
    for (const resolve of pending) resolve();
    await settled();
    await expect(yours.transfer(0x41, [{ read: 1 }])).resolves.toHaveLength(1);
  });

  it("opens the bus anew after a refused address, lest the next transfer be a general call", async () => {
    addon.outcome = () => Promise.reject(errnoError(16, "EBUSY", "setAddr"));
    const error = await failure(bus.transfer(0x68, [{ read: 1 }]));
    expect(error.message).toMatch(/a kernel driver holds this address/);
    expect([addon.opened, addon.calls]).toEqual([2, ["i2cRead 104 1", "close"]]);
  });

  it("closes the adapter once, after what was under way", async () => {
    const last = bus.transfer(0x40, [{ read: 1 }]);
    await Promise.resolve();
    await Promise.all([bus.close(), bus.close(), last]);
    expect(addon.calls).toEqual(["i2cRead 64 1", "close"]);
  });
});
