import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EventLoop } from "../../loop.ts";
import { VirtualI2cBus } from "../../ports/i2c.ts";
import { TinyUsbAdapter } from "./i2c-tiny-usb.ts";

/** Requests, flags and answers are those of drivers/i2c/busses/i2c-tiny-usb.c, as its usb_xfer makes them. */
describe("a simulated i2c-tiny-usb adapter", () => {
  let loop: EventLoop;
  let bus: VirtualI2cBus;
  let adapter: TinyUsbAdapter;
  let sleptMs: number;
  let written: number[][];
  let writtenMs: number;
  let followed: Promise<void>;

  beforeEach(() => {
    loop = new EventLoop();
    let nowMs = 0;
    followed = loop.follow(() => nowMs++);
    bus = new VirtualI2cBus("i2c-1");
    sleptMs = 0;
    adapter = new TinyUsbAdapter(bus, loop, (ms) => {
      sleptMs += ms;
    });
    written = [];
    bus.attach(0x40, {
      write: (bytes) => {
        writtenMs = loop.now;
        return written.push([...bytes]) > 0 && bytes[0] !== 0xff;
      },
      read: (length) => Uint8Array.from({ length }, (_, index) => 0xa0 + index),
    });
  });

  afterEach(async () => {
    loop.stop();
    await followed;
  });

  async function ask(
    requestType: number,
    request: number,
    value: number,
    index: number,
    length: number,
    data: number[] = [],
  ) {
    const setup = { requestType, request, value, index, length };
    const bytes = await adapter.control(setup, Uint8Array.from(data));
    return { bytes: bytes && [...bytes], atMs: loop.now };
  }
  const write = (command: number, address: number, data: number[]) =>
    ask(0x41, command, 0, address, data.length, data);
  const read = (command: number, address: number, length: number) => ask(0xc1, command, 1, address, length);
  const status = async () => (await ask(0xc1, 3, 0, 0, 1)).bytes?.[0];

  it("is known to the kernel by its device descriptor, and has one interface", async () => {
    const { bytes: device } = await ask(0x80, 6, 0x0100, 0, 18);
    expect(device?.slice(8, 12)).toEqual([0x03, 0x04, 0x31, 0xc6]);
    expect(device?.length).toBe(device?.[0]);
    const { bytes: configuration } = await ask(0x80, 6, 0x0200, 0, 255);
    expect(configuration?.slice(2, 5)).toEqual([configuration?.length, 0, 1]);
    expect((await ask(0x80, 6, 0x0300, 0, 255)).bytes).toBeUndefined();
  });

  it("does plain I2C and what the kernel makes of it", async () => {
    // I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL = 0x0eff0009, in the kernel's little-endian order.
    expect((await ask(0xc1, 1, 0, 0, 4)).bytes).toEqual([0x09, 0x00, 0xff, 0x0e]);
  });

  it("writes a register's pointer and reads after a repeated START, as one transfer", async () => {
    expect((await write(4 | 1, 0x40, [0x02])).bytes).toEqual([]);
    expect(await status()).toBe(1);
    expect((await read(4 | 2, 0x40, 2)).bytes).toEqual([0xa0, 0xa1]);
    expect(await status()).toBe(1);
    expect(written).toEqual([[0x02]]);
    expect(bus.traffic.transfers).toBe(1);
  });

  it("takes the time of the bits: nine clocks for each byte, one each for START and STOP", async () => {
    // UM10204 section 3.1: (1 + 3) * 9 + 2 clocks of 10 us.
    const { atMs } = await write(4 | 1 | 2, 0x40, [1, 2, 3]);
    expect([atMs - writtenMs, sleptMs]).toEqual([0, expect.closeTo(0.38, 9)]);
  });

  it("sleeps through the last part of a millisecond alone", async () => {
    const { atMs } = await write(4 | 1 | 2, 0x40, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect([atMs - writtenMs, sleptMs]).toEqual([1, expect.closeTo(0.19, 9)]);
  });

  it("begins one transfer of all buses after another, at a time that is not past", async () => {
    loop.stop();
    await followed;
    let nowMs = 100;
    followed = loop.follow(() => nowMs);
    const atMs: number[] = [];
    const sleep = (ms: number) => {
      nowMs += ms;
    };
    const adapters = ["i2c-3", "i2c-4"].map((name) => {
      const wires = new VirtualI2cBus(name);
      wires.attach(0x48, { write: () => atMs.push(loop.now) > 0, read: () => new Uint8Array() });
      return new TinyUsbAdapter(wires, loop, sleep);
    });
    const setup = { requestType: 0x41, request: 4 | 1 | 2, value: 0, index: 0x48, length: 3 };
    await Promise.all(adapters.map((one) => one.control(setup, Uint8Array.of(1, 2, 3))));
    expect(atMs).toEqual([100, expect.closeTo(100.38, 9)]);
  });

  it("calls an address without data, as i2cdetect does", async () => {
    await write(4 | 1 | 2, 0x40, []);
    expect([await status(), written.length]).toEqual([1, 0]);
    await write(4 | 1 | 2, 0x41, []);
    expect(await status()).toBe(2);
  });

  it("says so when a byte was not acknowledged, and again when the next was", async () => {
    await write(4 | 1 | 2, 0x40, [0xff]);
    expect(await status()).toBe(2);
    expect((await read(4 | 1 | 2, 0x41, 3)).bytes).toEqual([0, 0, 0]);
    expect(await status()).toBe(2);
    await write(4 | 1 | 2, 0x40, [1]);
    expect(await status()).toBe(1);
  });

  // The firmware's i2c_io_set_scl waits while SCL is low; the driver's usb_control_msg gives up after 2000 ms.
  it("leaves the kernel to wait while the bus is held, and works again after that", async () => {
    bus.hold("timeout");
    const later = new Promise<string>((resolve) => void loop.at(loop.now + 5, () => resolve("later")));
    expect(await Promise.race([write(4 | 1 | 2, 0x40, [1]), later])).toBe("later");
    bus.release();
    expect((await write(4 | 1 | 2, 0x40, [1])).bytes).toEqual([]);
  });

  it("stalls at what its protocol has no word for", async () => {
    bus.hold("arbitration-lost");
    expect((await write(4 | 1 | 2, 0x40, [1])).bytes).toBeUndefined();
    bus.release();
    expect((await write(4 | 1 | 2, 0x40, [1])).bytes).toEqual([]);
  });
});
