import type { Duplex } from "node:stream";

/** A control transfer's setup packet (USB 2.0, table 9-2). */
export interface UsbSetup {
  /** bmRequestType: direction, type and recipient. */
  readonly requestType: number;
  readonly request: number;
  readonly value: number;
  readonly index: number;
  readonly length: number;
}

/** A USB device that has its control endpoint and no other. */
export interface UsbDevice {
  /**
   * @param data of a transfer to the device; empty of one from it
   * @returns the bytes of a transfer from it; undefined when it stalls; never settles where the host is left to wait
   */
  control(setup: UsbSetup, data: Uint8Array): Promise<Uint8Array | undefined>;
}

const commands = { submit: 1, unlink: 2, submitted: 3, unlinked: 4 } as const;
/** Linux's numbers of -EPIPE, which is a stall, and of -ECONNRESET. */
const errnos = { stall: -32, unlinked: -104 } as const;
const headerBytes = 48;
const toHost = 0x80;

/**
 * Answers the host controller at the other end of a stream for one device (Linux, Documentation/usb/usbip_protocol.rst,
 * version 1.1.1, from USBIP_CMD_SUBMIT on: the device is imported already). Ends with the stream.
 */
export function serveUsb(stream: Duplex, device: UsbDevice): void {
  const pending = new Set<number>();
  const submit = async (message: Buffer, data: Uint8Array) => {
    const sequence = message.readUInt32BE(4);
    pending.add(sequence);
    const setup = setupIn(message);
    const isControl = message.readUInt32BE(16) === 0;
    const answer = isControl ? await device.control(setup, data) : undefined;
    // What was unlinked meanwhile has had its answer.
    if (pending.delete(sequence) && !stream.destroyed)
      stream.write(submitted(sequence, setup, data.length, answer));
  };
  let heard = Buffer.alloc(0);
  stream.on("data", (chunk: Buffer) => {
    heard = Buffer.concat([heard, chunk]);
    for (let length = messageLength(heard); heard.length >= length; length = messageLength(heard)) {
      const message = heard.subarray(0, length);
      heard = heard.subarray(length);
      if (message.readUInt32BE(0) === commands.submit) void submit(message, message.subarray(headerBytes));
      else stream.write(unlinked(message, pending.delete(message.readUInt32BE(20))));
    }
  });
}

function messageLength(heard: Buffer): number {
  if (heard.length < headerBytes) return headerBytes;
  const isOut = heard.readUInt32BE(0) === commands.submit && heard.readUInt32BE(12) === 0;
  return headerBytes + (isOut ? heard.readUInt32BE(24) : 0);
}

const setupIn = (message: Buffer): UsbSetup => ({
  requestType: message.readUInt8(40),
  request: message.readUInt8(41),
  value: message.readUInt16LE(42),
  index: message.readUInt16LE(44),
  length: message.readUInt16LE(46),
});

function submitted(
  sequence: number,
  { requestType, length }: UsbSetup,
  sent: number,
  answer: Uint8Array | undefined,
): Buffer {
  const data = answer && requestType & toHost ? answer.subarray(0, length) : new Uint8Array();
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32BE(commands.submitted, 0);
  header.writeUInt32BE(sequence, 4);
  header.writeInt32BE(answer ? 0 : errnos.stall, 20);
  header.writeUInt32BE(answer && !(requestType & toHost) ? sent : data.length, 24);
  header.writeInt32BE(-1, 32);
  return Buffer.concat([header, data]);
}

function unlinked(message: Buffer, wasPending: boolean): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32BE(commands.unlinked, 0);
  header.writeUInt32BE(message.readUInt32BE(4), 4);
  header.writeInt32BE(wasPending ? errnos.unlinked : 0, 20);
  return header;
}
