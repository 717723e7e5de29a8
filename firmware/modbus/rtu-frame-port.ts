import { EventEmitter } from "node:events";

/** Longest answer of Modbus RTU, and room for what a noisy line may put before it. */
const bufferLimit = 512;

/** Address, function, exception code, CRC. */
const exceptionLength = 5;

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
  #expected: { readonly unit: number; readonly code: number; readonly bytes: number } | undefined;

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

  /** A read request: unit, function, address, count, CRC. */
  write(request: Buffer): void {
    this.#expected = { unit: request[0]!, code: request[1]!, bytes: 2 * request.readUInt16BE(4) };
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
    if (!this.#expected || this.#buffer[start] !== this.#expected.unit) return 0;
    const { code, bytes } = this.#expected;
    const answered = this.#buffer[start + 1];
    if (answered === (code | 0x80)) return exceptionLength;
    return answered === code && this.#buffer[start + 2] === bytes ? 3 + bytes + 2 : 0;
  }
}
