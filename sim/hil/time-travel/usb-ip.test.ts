import { Duplex, PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { serveUsb, type UsbDevice, type UsbSetup } from "./usb-ip.ts";

/** What a host controller sends, byte by byte as usbip_protocol.rst has it, and what it hears. */
function host(device: UsbDevice) {
  const toDevice = new PassThrough();
  const heard: Buffer[] = [];
  const stream = Duplex.from({
    readable: toDevice,
    writable: async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) heard.push(chunk);
    },
  });
  serveUsb(stream, device);
  const words = (...values: number[]) => {
    const bytes = Buffer.alloc(values.length * 4);
    for (const [index, value] of values.entries()) bytes.writeInt32BE(value, index * 4);
    return bytes;
  };
  return {
    toDevice,
    heard: () => Buffer.concat(heard),
    settle: () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve))),
    /** USBIP_CMD_SUBMIT for endpoint 0. */
    submit: (sequence: number, setup: readonly number[], data: readonly number[] = [], endpoint = 0) => {
      const [requestType = 0, , , , , , low = 0, high = 0] = setup;
      const isIn = requestType >> 7;
      return Buffer.concat([
        words(1, sequence, 1, isIn, endpoint, 0, low | (high << 8), 0, -1, 0),
        Buffer.from(setup),
        Buffer.from(data),
      ]);
    },
    /** USBIP_CMD_UNLINK. */
    unlink: (sequence: number, of: number) => words(2, sequence, 1, 0, 0, of, 0, 0, 0, 0, 0, 0),
    words,
  };
}

const readTwo = [0xc1, 0x03, 0x34, 0x12, 0x78, 0x56, 2, 0];
const writeThree = [0x41, 0x05, 0x00, 0x00, 0x40, 0x00, 3, 0];

describe("a USB device over USB/IP", () => {
  it("gets the setup packet's fields, and its bytes go back with their number", async () => {
    const setups: UsbSetup[] = [];
    const { toDevice, heard, settle, submit, words } = host({
      control: async (setup) => {
        setups.push(setup);
        return Uint8Array.of(0xaa, 0xbb, 0xcc);
      },
    });
    toDevice.write(submit(7, readTwo));
    await settle();
    expect(setups).toEqual([{ requestType: 0xc1, request: 3, value: 0x1234, index: 0x5678, length: 2 }]);
    // USBIP_RET_SUBMIT: never more than was asked for.
    const header = words(3, 7, 0, 0, 0, 0, 2, 0, -1, 0, 0, 0);
    expect(heard()).toEqual(Buffer.concat([header, Buffer.of(0xaa, 0xbb)]));
  });

  it("gets data in whatever pieces they come, and tells how many it took", async () => {
    const taken: number[][] = [];
    const { toDevice, heard, settle, submit, words } = host({
      control: async (_, data) => {
        taken.push([...data]);
        return new Uint8Array();
      },
    });
    const both = Buffer.concat([submit(1, writeThree, [1, 2, 3]), submit(2, writeThree, [4, 5, 6])]);
    for (const byte of both) toDevice.write(Buffer.of(byte));
    await settle();
    expect(taken).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(heard().subarray(0, 48)).toEqual(words(3, 1, 0, 0, 0, 0, 3, 0, -1, 0, 0, 0));
    expect(heard().length).toBe(96);
  });

  it("stalls with EPIPE where the device does, and at endpoints that it has not", async () => {
    const { toDevice, heard, settle, submit } = host({ control: async () => undefined });
    toDevice.write(submit(1, readTwo));
    toDevice.write(submit(2, readTwo, [], 1));
    await settle();
    expect([heard().readInt32BE(20), heard().readInt32BE(48 + 20)]).toEqual([-32, -32]);
  });

  it("answers an unlinked transfer once: with ECONNRESET, or with 0 when it was over", async () => {
    let finish = (_: Uint8Array) => {};
    const { toDevice, heard, settle, submit, unlink, words } = host({
      control: () => new Promise((resolve) => (finish = resolve)),
    });
    toDevice.write(submit(1, readTwo));
    toDevice.write(unlink(2, 1));
    await settle();
    finish(Uint8Array.of(1, 2));
    await settle();
    expect(heard()).toEqual(words(4, 2, 0, 0, 0, -104, 0, 0, 0, 0, 0, 0));
    toDevice.write(unlink(3, 1));
    await settle();
    expect(heard().subarray(48)).toEqual(words(4, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  });
});
