import { EventEmitter } from "node:events";
import crc16 from "modbus-serial/utils/crc16.js";

/** Longest answer of Modbus RTU, and room for what a noisy line may put before it. */
const bufferLimit = 512;

/** Address, function, exception code, CRC. */
const exceptionLength = 5;

/** The answers to these are known before they come: the request's first six bytes, and a CRC. */
const writeCodes: readonly number[] = [0x06, 0x10];

interface Expected {
  /** How the answer begins. */
  readonly head: Uint8Array;
  readonly length: number;
}

/**
 * The serial port that modbus-serial writes requests to and takes whole answers from: it only finds where the
 * answer to the last request begins, and leaves CRC and content to the library.
 *
 * RTU marks frames by silence, which user space cannot see; the header that the request calls for is looked for
 * instead. So an adapter's echo, a glitch when the driver of an RS-485 line turns round, or an answer that another
 * unit gave too late is passed over.
 */
export class RtuFramePort extends EventEmitter {
  readonly isOpen = true;
  readonly #send: (request: Uint8Array) => void;
  readonly #buffer = Buffer.alloc(bufferLimit);
  #length = 0;
  #expected: Expected | undefined;

  constructor(send: (request: Uint8Array) => void) {
    super();
    this.#send = send;
  }

  /** Bytes that came since the last request. */
  get received(): number {
    return this.#length;
  }

  open(done: (error: null) => void): void {
    done(null);
  }

  write(request: Buffer): void {
    this.#expected = answerTo(request);
    this.#length = 0;
    this.#send(request);
  }

  receive(chunk: Uint8Array): void {
    const room = chunk.subarray(0, bufferLimit - this.#length);
    this.#buffer.set(room, this.#length);
    this.#length += room.length;
    const answer = this.#answer();
    if (!answer) return;
    this.#expected = undefined;
    this.emit("data", answer);
  }

  #answer(): Buffer | undefined {
    for (let start = 0; start + exceptionLength <= this.#length; start++) {
      const end = start + this.#answerLength(start);
      if (end > start && end <= this.#length) return this.#buffer.subarray(start, end);
    }
    return undefined;
  }

  /** Length of the answer that begins at `start`; 0 when none does. */
  #answerLength(start: number): number {
    if (!this.#expected) return 0;
    const { head, length } = this.#expected;
    const [unit, code] = this.#buffer.subarray(start, start + 2);
    if (unit === head[0] && code === (head[1]! | 0x80)) return exceptionLength;
    return head.every((byte, index) => byte === this.#buffer[start + index]) ? length : 0;
  }
}

/** A read is answered by unit, function, number of bytes, the bytes; a write by what was written, and how much. */
function answerTo(request: Buffer): Expected {
  const code = request[1]!;
  if (writeCodes.includes(code)) {
    const echo = request.subarray(0, 6);
    const crc = crc16(echo);
    return { head: Uint8Array.of(...echo, crc & 0xff, crc >> 8), length: 8 };
  }
  const bytes = 2 * request.readUInt16BE(4);
  return { head: Uint8Array.of(request[0]!, code, bytes), length: 3 + bytes + 2 };
}
