import type { EventLoop } from "../../loop.ts";
import { errnoOf } from "../../ports/errno.ts";
import type { VirtualI2cBus } from "../../ports/i2c.ts";
import { errnoOfTransfer } from "../../ports/i2c-errno.ts";
import type { Answer, Request } from "./frames.ts";
import { type I2cMessage, readMessages, writeReads } from "./i2c-messages.ts";
import { type OpenNode, unsupported } from "./node-server.ts";

const EAGAIN = errnoOf("EAGAIN");
const EINVAL = errnoOf("EINVAL");
const EOPNOTSUPP = errnoOf("EOPNOTSUPP");
const EPROTO = errnoOf("EPROTO");
const ETIMEDOUT = errnoOf("ETIMEDOUT");

/** I2C_FUNC_I2C and what i2c-core makes of it: I2C_FUNC_SMBUS_EMUL with block reads (linux/i2c.h). */
const functionality = 0x0000_0001 | 0x0eff_0008 | 0x0100_0000;

/**
 * A simulated bus as the kernel's adapter: bits take their time on it, calls of several programs wait for each other,
 * and a call that ends badly gives the errno of i2c-bcm2835.
 */
export class I2cAdapter {
  readonly number: number;
  readonly #bus: VirtualI2cBus;
  readonly #loop: EventLoop;
  /** When the last bit of the last transfer will have passed. */
  #freeAtMs = 0;
  /** Of all that use it, as I2C_RETRIES and I2C_TIMEOUT are; i2c_register_adapter sets one second. */
  #retries = 0;
  #timeoutMs = 1_000;

  constructor(number: number, bus: VirtualI2cBus, loop: EventLoop) {
    this.number = number;
    this.#bus = bus;
    this.#loop = loop;
  }

  open(): OpenNode {
    let address = 0;
    return {
      kind: "i",
      minor: this.number,
      get address() {
        return address;
      },
      handle: ({ operation, payload }: Request, answer) => {
        if (operation === "M") return answer(this.#transfer(payload));
        if (operation === "F") return answer({ payload: Buffer.from(Uint32Array.of(functionality).buffer) });
        if (operation === "X") return answer(this.#adjust(payload));
        if (operation !== "S") return answer(unsupported);
        address = payload.readUInt16LE(0);
        answer({});
      },
      close() {},
    };
  }

  #adjust(payload: Buffer): Answer {
    const value = payload.readUInt32LE(4);
    if (payload.readUInt32LE(0) === 0) this.#retries = value;
    else this.#timeoutMs = value * 10;
    return {};
  }

  #transfer(payload: Buffer): Answer {
    const messages = readMessages(payload);
    if (messages.some(({ otherFlags }) => otherFlags)) return { errno: EOPNOTSUPP };
    if (messages.some(({ address }) => address > 0x7f)) return { errno: EINVAL };
    const before = this.#bus.busyMs;
    const { errno, reads } = this.#attempts(messages);
    // The bus counts no bits of a transfer without data: START, address, acknowledge or not, STOP.
    const addresses = messages.filter(({ length }) => length === 0).length || (errno ? 1 : 0);
    const ownMs = this.#bus.busyMs - before + addresses * 11 * (1_000 / this.#bus.clockHz);
    const isLate = errno === ETIMEDOUT || ownMs > this.#timeoutMs;
    this.#freeAtMs = Math.max(this.#loop.now, this.#freeAtMs) + (isLate ? this.#timeoutMs : ownMs);
    const waitMs = this.#freeAtMs - this.#loop.now;
    if (isLate) return { errno: ETIMEDOUT, waitMs };
    return errno ? { errno, waitMs } : { waitMs, payload: writeReads(reads) };
  }

  /** Lost arbitration is tried again by i2c-core (__i2c_transfer), other errors are not. */
  #attempts(messages: readonly I2cMessage[]): { errno: number; reads: Uint8Array[] } {
    for (let attempt = 0; ; attempt++) {
      const reads: Uint8Array[] = [];
      try {
        for (const run of runsToOnePart(messages)) reads.push(...this.#perform(run));
        return { errno: 0, reads };
      } catch (error) {
        const errno = errnoFor(error);
        if (errno !== EAGAIN || attempt >= this.#retries) return { errno, reads };
      }
    }
  }

  #perform(run: readonly I2cMessage[]): Uint8Array[] {
    const [{ address, isCounted, length: beside }] = run as readonly [I2cMessage];
    if (isCounted) return [this.#countedRead(address, beside)];
    // Of a message without data the part sees no byte: its address is called, and it acknowledges.
    const filled = run.filter(({ length }) => length > 0);
    const operations = filled.map(({ isRead, length, bytes }) =>
      isRead ? { read: length } : { write: bytes },
    );
    const heard = this.#bus.transfer(address, operations);
    return run.filter(({ isRead }) => isRead).map(({ length }) => (length > 0 ? heard.shift()! : noBytes));
  }

  #countedRead(address: number, beside: number): Uint8Array {
    const [first] = this.#bus.transfer(address, [{ read: 1 }]);
    const count = first![0]!;
    if (count === 0 || count > 32) throw new BadCount();
    const [rest] = this.#bus.transfer(address, [{ read: count + beside - 1 }]);
    return Uint8Array.of(count, ...(rest ?? noBytes));
  }
}

const noBytes = new Uint8Array();

/** Messages to one part that follow each other; a counted read stands alone. */
function runsToOnePart(messages: readonly I2cMessage[]): I2cMessage[][] {
  const runs: I2cMessage[][] = [];
  for (const message of messages) {
    const last = runs.at(-1);
    const joins = last && last[0]!.address === message.address && !last[0]!.isCounted && !message.isCounted;
    if (joins) last.push(message);
    else runs.push([message]);
  }
  return runs;
}

/** A block length that SMBus does not allow (SMBus 3.1 section 6.5.7). */
class BadCount extends Error {}

function errnoFor(error: unknown): number {
  if (error instanceof BadCount) return EPROTO;
  return errnoOf(errnoOfTransfer(error));
}
