import type { Socket } from "node:net";

/** What the preloaded library asks for: plinth-preload.c, "Requests". */
export type Operation = "A" | "C" | "F" | "M" | "O" | "R" | "S" | "T" | "X";

export interface Request {
  readonly operation: Operation;
  readonly payload: Buffer;
}

/** What the library is told, and hands on to the program as Linux would. */
export interface Answer {
  /** An errno of this machine; 0 for success. */
  readonly errno?: number;
  /** For how long the program is kept waiting: bits are on the wire. */
  readonly waitMs?: number;
  readonly payload?: Uint8Array;
}

/** No request of the library is longer: 42 messages of 8192 bytes (linux/i2c-dev.h, I2C_RDWR_IOCTL_MAX_MSGS). */
const longest = 1 << 20;

/** Cuts a stream of bytes into requests, in order; u32 length, u8 operation, payload, little-endian, as all machines are that run this. @throws RangeError for anything else */
export class RequestReader {
  #rest: Buffer = Buffer.alloc(0);

  *read(chunk: Buffer): Generator<Request> {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= 4) {
      const end = 4 + this.#rest.readUInt32LE(0);
      if (end > longest) throw new RangeError("this is not the preloaded library");
      if (this.#rest.length < end) return;
      const operation = String.fromCharCode(this.#rest[4]!) as Operation;
      const payload = this.#rest.subarray(5, end);
      this.#rest = this.#rest.subarray(end);
      yield { operation, payload };
    }
  }
}

const nothing = new Uint8Array();

export function sendAnswer(socket: Socket, { errno = 0, waitMs = 0, payload = nothing }: Answer): void {
  if (socket.destroyed) return;
  const frame = Buffer.alloc(12 + payload.length);
  frame.writeUInt32LE(payload.length, 0);
  frame.writeUInt32LE(errno, 4);
  frame.writeUInt32LE(Math.round(waitMs * 1_000), 8);
  frame.set(payload, 12);
  socket.write(frame);
}
