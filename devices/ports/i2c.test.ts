import { describe, expect, it } from "vitest";
import { VirtualI2cBus, virtualI2cPort } from "#sim/ports/i2c.ts";
import { checkTransfer, I2cDevice } from "./i2c.ts";

const write = (...bytes: number[]) => ({ write: Uint8Array.from(bytes) });

describe("an I2C transfer", () => {
  it.each([0x08, 0x10, 0x77])("may go to 0x%s", (address) => {
    expect(() => checkTransfer(address, [write(1)])).not.toThrow();
  });

  // UM10204 section 3.1.12: 0000 XXX and 1111 XXX are reserved.
  it.each([0x00, 0x07, 0x78, 0x7f, 0xa0, -1, 8.5, Number.NaN])("may not go to %d", (address) => {
    expect(() => checkTransfer(address, [write(1)])).toThrow(RangeError);
  });

  it.each([
    ["nothing", []],
    ["an empty write", [write()]],
    ["an empty read", [{ read: 0 }]],
    ["half a byte", [{ read: 1.5 }]],
    ["more than a buffer", [{ read: 8_193 }]],
    ["an empty read after a pointer", [write(1), { read: 0 }]],
    ["two writes with a repeated START", [write(1), write(2)]],
    ["a pointer of two bytes", [write(1, 2), { read: 1 }]],
    ["a block longer than a board reads at once", [write(1), { read: 33 }]],
    ["three operations", [write(1), { read: 1 }, { read: 1 }]],
  ])("may not be %s", (_, operations) => {
    expect(() => checkTransfer(0x10, operations)).toThrow(RangeError);
  });

  it("may be a pointer and a read, or one operation of any length", () => {
    for (const operations of [[write(1), { read: 32 }], [{ read: 8_192 }], [write(...Array(100).fill(0))]])
      expect(() => checkTransfer(0x10, operations)).not.toThrow();
  });
});

describe("a part on a bus", () => {
  async function part() {
    const bus = new VirtualI2cBus("i2c-1");
    const written: number[][] = [];
    bus.attach(0x10, {
      write: (bytes) => written.push([...bytes]) > 0,
      read: (length) => Uint8Array.from({ length }, (_, index) => 0xa0 + index),
    });
    const port = virtualI2cPort(new Map([[1, bus]]));
    return { device: new I2cDevice(await port.open(1), 0x10), written };
  }

  it("is written byte by byte, and read behind its register pointer", async () => {
    const { device, written } = await part();
    await device.write(0x03, 0x01, 0x02);
    expect([...(await device.readRegister(0x04, 3))]).toEqual([0xa0, 0xa1, 0xa2]);
    expect(written).toEqual([[0x03, 0x01, 0x02], [0x04]]);
  });

  it("is read and written by 8 and by 16 bits, high byte first", async () => {
    const { device, written } = await part();
    expect(await device.readUint8(0x04)).toBe(0xa0);
    expect(await device.readUint16(0x05)).toBe(0xa0a1);
    await device.writeUint16(0x06, 0x1234);
    expect(written).toEqual([[0x04], [0x05], [0x06, 0x12, 0x34]]);
  });

  it("is verified by what a register holds", async () => {
    const { device } = await part();
    await expect(device.verify(0x07, 0xa0, "read ID")).resolves.toBeUndefined();
    await expect(device.verify(0x07, 0x81, "read ID")).rejects.toMatchObject({
      kind: "wrong-device",
      message: expect.stringContaining("read ID (0xa0, expected 0x81)"),
    });
    await expect(device.verify(0x07, 0x81, "read ID", "not-ready")).rejects.toMatchObject({
      kind: "not-ready",
    });
  });

  it("names itself in what goes wrong", async () => {
    const { device } = await part();
    expect(device.error("wrong-device", "read ID", "0x00, expected 0x81").message).toMatch(
      /^wrong-device on i2c-1 at 0x10, read ID \(0x00, expected 0x81\): /,
    );
    expect(device.error("checksum", "read data").message).toMatch(/^checksum on i2c-1 at 0x10, read data: /);
  });
});
