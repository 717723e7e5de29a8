import { beforeEach, describe, expect, it } from "vitest";
import type { GpioLine } from "#devices/ports/gpio.ts";
import type { I2cBus } from "#devices/ports/i2c.ts";
import { Board } from "../board.ts";
import { EventLoop } from "../loop.ts";
import { VirtualClock } from "./clock.ts";
import type { ErrnoName } from "./errno.ts";
import type { I2cTarget } from "./i2c.ts";
import { NodeFaults } from "./kernel-faults.ts";

/** A memory with a one-byte pointer. */
class Memory implements I2cTarget {
  #pointer = 0;

  write([pointer = 0]: Uint8Array): boolean {
    this.#pointer = pointer;
    return true;
  }

  read(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.#pointer++ & 0xff);
  }
}

const failure = (work: Promise<unknown>): Promise<{ readonly kind: string; readonly message: string }> =>
  work.then(
    () => ({ kind: "no error", message: "" }),
    (error: { kind: string; message: string }) => error,
  );

describe("a device node", () => {
  const outcome = (node: NodeFaults, call: "open" | "read" | "I2C_SMBUS" | "I2C_SLAVE", address?: number) =>
    node.meet(call, () => {}, address);

  it("fails the calls that a fault is about, as often as it says", () => {
    const node = new NodeFaults();
    node.fail("EIO", { call: "ioctl", times: 2 });
    expect([outcome(node, "read"), outcome(node, "I2C_SMBUS"), node.isTroubled]).toEqual([
      undefined,
      "EIO",
      true,
    ]);
    expect([outcome(node, "I2C_SLAVE"), node.isTroubled, outcome(node, "I2C_SMBUS")]).toEqual([
      "EIO",
      false,
      undefined,
    ]);
  });

  it("mends what one cause did, and lets calls go on that no other holds", () => {
    const node = new NodeFaults();
    const gone: string[] = [];
    node.hang({ call: "read", cause: "one" });
    node.hang({ cause: "other" });
    node.meet("read", () => gone.push("read"));
    node.meet("open", () => gone.push("open"));
    node.mend("other");
    expect([gone, node.isTroubled]).toEqual([["open"], true]);
    node.mend("one");
    expect([gone, node.isTroubled]).toEqual([["open", "read"], false]);
  });

  it("forgets the calls of a process that is gone", () => {
    const node = new NodeFaults();
    let calls = 0;
    node.hang();
    node.meet("read", () => calls++);
    node.abandon();
    node.mend();
    expect(calls).toBe(0);
  });

  it("refuses an address that a driver holds to those who ask for it", () => {
    const node = new NodeFaults();
    node.bindDriver(0x68);
    expect([
      outcome(node, "I2C_SLAVE", 0x68),
      outcome(node, "I2C_SLAVE", 0x69),
      outcome(node, "read"),
    ]).toEqual(["EBUSY", undefined, undefined]);
  });
});

describe("a process on a simulated board", () => {
  let loop: EventLoop;
  let board: Board;
  let bus: I2cBus;
  let beside: I2cBus;

  beforeEach(async () => {
    loop = new EventLoop();
    board = new Board(loop);
    board.i2c(1).attach(0x50, new Memory());
    board.i2c(2).attach(0x50, new Memory());
    const { i2c } = board.ports(new VirtualClock(loop));
    bus = await i2c.open(1);
    beside = await i2c.open(2);
  });

  const node = () => board.kernel.node("/dev/i2c-1");
  const read = (from = bus) => from.transfer(0x50, [{ write: Uint8Array.of(7) }, { read: 1 }]);
  const pass = (ms: number) => loop.runUntil(loop.now + ms);

  // Linux, Documentation/i2c/fault-codes.rst; i2c-bcm2835 says EREMOTEIO.
  it.each<[ErrnoName, string]>([
    ["EAGAIN", "arbitration-lost"],
    ["EBADMSG", "checksum"],
    ["EIO", "bus"],
    ["ENXIO", "no-acknowledge-address"],
    ["EREMOTEIO", "no-acknowledge-address"],
    ["ETIMEDOUT", "timeout"],
  ])("hears %s as %s, and the other bus goes on", async (errno, kind) => {
    node().fail(errno);
    expect((await failure(read())).kind).toBe(kind);
    await expect(read(beside)).resolves.toEqual([Uint8Array.of(7)]);
    node().mend();
    await expect(read()).resolves.toEqual([Uint8Array.of(7)]);
  });

  it("gives a call up that hangs, and its bus until it returns", async () => {
    node().hang({ call: "ioctl" });
    const hanging = failure(read());
    const queued = failure(read());
    await pass(2_000);
    expect((await hanging).message).toMatch(/did not return within 2000 ms/);
    expect((await queued).message).toMatch(/still hangs/);
    await expect(read(beside)).resolves.toHaveLength(1);
    node().mend();
    await pass(1);
    await expect(read()).resolves.toEqual([Uint8Array.of(7)]);
  });

  it("keeps an address that it had before a driver claimed it, and cannot have it afterwards", async () => {
    await read();
    node().bindDriver(0x50);
    await expect(read()).resolves.toHaveLength(1);
    const later = await board.ports(new VirtualClock(loop)).i2c.open(1);
    expect((await failure(read(later))).message).toMatch(/a kernel driver holds this address/);
    node().mend();
    await expect(read(later)).resolves.toHaveLength(1);
  });

  it("hears what the wires say while calls can fail", async () => {
    node().bindDriver(0x51);
    expect((await failure(bus.transfer(0x33, [{ read: 1 }]))).kind).toBe("no-acknowledge-address");
    board.i2c(1).hold();
    expect((await failure(read())).kind).toBe("timeout");
  });

  it("finds the register pointer moved by another process, between its transfers and never within one", async () => {
    board.i2c(1).intrude(0x50, [{ write: Uint8Array.of(0x20) }, { read: 1 }]);
    await bus.transfer(0x50, [{ write: Uint8Array.of(7) }]);
    await expect(bus.transfer(0x50, [{ read: 1 }])).resolves.toEqual([Uint8Array.of(0x21)]);
    await expect(read()).resolves.toEqual([Uint8Array.of(7)]);
    board.i2c(1).intrude(0x50, undefined);
    await bus.transfer(0x50, [{ write: Uint8Array.of(7) }]);
    await expect(bus.transfer(0x50, [{ read: 1 }])).resolves.toEqual([Uint8Array.of(7)]);
  });

  describe("with a GPIO line", () => {
    const address = { chip: "pinctrl-bcm2711", offset: 17 };
    const wire = () => board.gpio.line(address.chip, address.offset);
    const pin = () => board.kernel.node("pinctrl-bcm2711:17");
    let line: GpioLine;
    beforeEach(async () => {
      line = await board.ports(new VirtualClock(loop)).gpio.open(address, { direction: "in" });
    });

    it("is told what to check where a level cannot be read", async () => {
      pin().fail("EACCES", { call: "read" });
      expect(await failure(line.read())).toMatchObject({
        kind: "bus",
        message: expect.stringMatching(/group gpio/),
      });
      pin().mend();
      await expect(line.read()).resolves.toBe(0);
    });

    it("looks again each second at a level that could not be read at an edge", async () => {
      const seen: (readonly [number, number])[] = [];
      line.watch((level) => seen.push([level, loop.now]));
      pin().fail("EIO", { call: "read", times: 2 });
      wire().drive(1);
      await pass(3_000);
      expect(seen).toEqual([[1, 2_000]]);
    });

    it("cannot open it, and leaves it free", async () => {
      await line.close();
      const { gpio } = board.ports(new VirtualClock(loop));
      pin().fail("EBUSY", { call: "open" });
      expect((await failure(gpio.open(address, { direction: "in" }))).message).toMatch(/busy/);
      pin().mend();
      await expect(gpio.open(address, { direction: "in" })).resolves.toBeDefined();
    });
  });
});
