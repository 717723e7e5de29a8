import { constants } from "node:os";
import { beforeEach, describe, expect, it } from "vitest";
import { EventLoop } from "../../loop.ts";
import { type I2cTarget, VirtualI2cBus } from "../../ports/i2c.ts";
import type { Answer, Operation } from "./frames.ts";
import { I2cAdapter } from "./i2c-adapter.ts";
import type { OpenNode } from "./node-server.ts";

const { EAGAIN, EINVAL, EIO, EOPNOTSUPP, EPROTO, ETIMEDOUT } = constants.errno;
const EREMOTEIO = 121;
/** linux/i2c.h */
const flag = { read: 0x0001, counted: 0x0400, tenBit: 0x0010 } as const;

interface Message {
  readonly address: number;
  readonly flags?: number;
  readonly bytes?: readonly number[];
  /** Of a read. */
  readonly length?: number;
}

/** Messages as plinth-preload.c sends them. */
function request(...messages: Message[]): Buffer {
  const words = (...values: number[]) => values.flatMap((value) => [value & 0xff, value >> 8]);
  const body = messages.flatMap(({ address, flags = 0, bytes = [], length = bytes.length }) => [
    ...words(address, flags, length),
    ...bytes,
  ]);
  return Buffer.from([3, messages.length, ...body]);
}

/** Keeps what it was told, and answers a row of numbers. */
class Part implements I2cTarget {
  readonly heard: (readonly number[] | number)[] = [];
  isRefusing = false;

  write(bytes: Uint8Array): boolean {
    this.heard.push([...bytes]);
    return !this.isRefusing;
  }

  read(length: number): Uint8Array {
    this.heard.push(length);
    return Uint8Array.from({ length }, (_, index) => index + 3);
  }
}

describe("a simulated bus as the kernel's adapter", () => {
  let loop: EventLoop;
  let bus: VirtualI2cBus;
  let part: Part;
  let adapter: I2cAdapter;
  let node: OpenNode;

  beforeEach(() => {
    loop = new EventLoop();
    bus = new VirtualI2cBus("i2c-1");
    part = new Part();
    bus.attach(0x50, part);
    adapter = new I2cAdapter(1, bus, loop);
    node = adapter.open();
  });

  const ask = (operation: Operation, payload: Buffer, of = node): Answer => {
    let answered: Answer | undefined;
    of.handle({ operation, payload }, (answer) => {
      answered = answer;
    });
    return answered!;
  };
  const transfer = (...messages: Message[]) => ask("M", request(...messages));
  const errnoOf = (...messages: Message[]) => transfer(...messages).errno ?? 0;
  const read = { address: 0x50, flags: flag.read, length: 2 };
  const words = (...values: number[]) => Buffer.from(Uint32Array.from(values).buffer);

  it("answers each read with its length and bytes", () => {
    const { payload } = transfer({ address: 0x50, bytes: [0x10, 0x20] }, read, { ...read, length: 1 });
    expect([...payload!]).toEqual([2, 0, 3, 4, 1, 0, 3]);
    expect(part.heard).toEqual([[0x10, 0x20], 2, 1]);
    expect(bus.traffic.transfers).toBe(1);
  });

  // UM10204 section 3.1: nine clocks for each byte, the address among them; START and STOP here one each.
  it("keeps a program waiting while the bits of its call, and those of others before it, pass", () => {
    const { waitMs } = transfer({ address: 0x50, bytes: [0x10] }, read);
    expect(waitMs).toBeCloseTo((2 * 9 + 2 + 3 * 9 + 2) / 100, 9);
    const other = ask("M", request(read), adapter.open());
    expect(other.waitMs).toBeCloseTo(waitMs! + (3 * 9 + 2) / 100, 9);
    const fast = new I2cAdapter(0, bus400(), loop).open();
    expect(ask("M", request(read), fast).waitMs).toBeCloseTo((3 * 9 + 2) / 400, 9);
  });

  const bus400 = () => {
    const fast = new VirtualI2cBus("i2c-0", 400_000);
    fast.attach(0x50, new Part());
    return fast;
  };

  it("does not wait for bits that have passed", async () => {
    const { waitMs } = transfer(read);
    await loop.runUntil(10);
    expect(transfer(read).waitMs).toBeCloseTo(waitMs!, 9);
  });

  it("waits for a part that stretches the clock, up to the adapter's timeout", () => {
    const { waitMs } = transfer(read);
    bus.stretch(0x50, 20);
    expect(transfer(read).waitMs).toBeCloseTo(waitMs! * 2 + 20, 9);
    bus.stretch(0x50, 1_001);
    expect(errnoOf(read)).toBe(ETIMEDOUT);
    bus.stretch(0x50, 0);
    expect(errnoOf(read)).toBe(0);
  });

  // A quick command, as i2cdetect uses it (SMBus 3.1 section 6.5.1): the part sees no byte.
  it("calls an address without data", () => {
    for (const flags of [0, flag.read]) expect(errnoOf({ address: 0x50, flags, length: 0 })).toBe(0);
    expect(part.heard).toEqual([]);
    const { errno, waitMs } = ask("M", request({ address: 0x51 }), new I2cAdapter(1, bus, loop).open());
    expect(errno).toBe(EREMOTEIO);
    expect(waitMs).toBeCloseTo(11 / 100, 9);
  });

  it("reads as many bytes as the part says, and no other number than SMBus allows", () => {
    const counted = { address: 0x50, flags: flag.read | flag.counted, length: 1 };
    // The part says 3, then goes on with 3, 4, 5.
    expect([...transfer({ address: 0x50, bytes: [7] }, counted).payload!]).toEqual([4, 0, 3, 3, 4, 5]);
    part.read = () => Uint8Array.of(33);
    expect(errnoOf(counted)).toBe(EPROTO);
    part.read = () => Uint8Array.of(0);
    expect(errnoOf(counted)).toBe(EPROTO);
  });

  it("refuses addresses of ten bits and more", () => {
    expect(errnoOf({ ...read, flags: flag.read | flag.tenBit })).toBe(EOPNOTSUPP);
    expect(errnoOf({ ...read, address: 0x80 })).toBe(EINVAL);
    expect(part.heard).toEqual([]);
  });

  it("gives the errno of i2c-bcm2835", () => {
    part.isRefusing = true;
    expect(errnoOf({ address: 0x50, bytes: [1] })).toBe(EREMOTEIO);
    for (const [fault, errno] of [
      ["bus", EIO],
      ["arbitration-lost", EAGAIN],
      ["timeout", ETIMEDOUT],
    ] as const) {
      bus.hold(fault, 1);
      expect(errnoOf(read)).toBe(errno);
      expect(errnoOf(read)).toBe(0);
    }
  });

  it("tries lost arbitration again as often as I2C_RETRIES says, for all who use the bus", () => {
    ask("X", words(0, 2), adapter.open());
    bus.hold("arbitration-lost", 2);
    expect(errnoOf(read)).toBe(0);
    bus.hold("arbitration-lost", 3);
    expect(errnoOf(read)).toBe(EAGAIN);
  });

  it("gives up after I2C_TIMEOUT, in units of 10 ms", () => {
    ask("X", words(1, 5));
    bus.hold("timeout", 1);
    expect(transfer(read)).toEqual({ errno: ETIMEDOUT, waitMs: 50 });
  });

  it("remembers an address for a program that hands its descriptor on", () => {
    ask("S", Buffer.from(Uint16Array.of(0x50, 0).buffer));
    expect([node.minor, node.address]).toEqual([1, 0x50]);
  });
});
