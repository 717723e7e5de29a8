import { type EventKind, eventKinds, type FlightEvent, nothing, ticksPerMs } from "./event.ts";

/** Of the byte that tells the kind: this one failed, and how follows. */
const failedBit = 0x80;
/** A number of 7 bits a byte, as protocol buffers have it: 53 bits are 8 bytes at most. */
const varintBytesMax = 8;
/** Kind, time, span, two names and a length, without what is in them. */
const overheadBytes = 1 + 5 * varintBytesMax;

const kindNumbers = new Map<EventKind, number>(eventKinds.map((kind, number) => [kind, number]));
const encoder = new TextEncoder();

/** A stretch of the record that can be read without any other: names are written where they first occur in it. */
export class Block {
  readonly startMs: number;
  #bytes: Uint8Array;
  #length = 0;
  #lastTicks = 0;
  #events = 0;
  readonly #names = new Map<string, number>();

  /** @param capacity bytes that it is meant to hold; one longer event is taken all the same */
  constructor(startMs: number, capacity: number) {
    this.startMs = startMs;
    this.#bytes = new Uint8Array(capacity);
  }

  /** Memory that it takes, used or not. */
  get capacity(): number {
    return this.#bytes.length;
  }

  get events(): number {
    return this.#events;
  }

  /** What is in it, until something is added. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** @returns false when it has no room for that: a new block is to be begun. An empty one has room for anything. */
  add(event: FlightEvent): boolean {
    const { kind, subject, atMs, forMs, payload, failure } = event;
    const names = 3 * (subject.length + (failure?.length ?? 0));
    const most = overheadBytes + names + payload.length;
    if (this.#length + most > this.#bytes.length) {
      if (this.#length > 0) return false;
      this.#bytes = new Uint8Array(most);
    }
    this.#put(kindNumbers.get(kind)! | (failure === undefined ? 0 : failedBit));
    const ticks = Math.round((atMs - this.startMs) * ticksPerMs);
    const step = ticks - this.#lastTicks;
    this.#lastTicks = ticks;
    // Zigzag: what took long is noted when it is over, after what began later.
    this.#varint(step < 0 ? -2 * step - 1 : 2 * step);
    this.#varint(Math.round(forMs * ticksPerMs));
    this.#name(subject);
    if (failure !== undefined) this.#name(failure);
    this.#varint(payload.length);
    this.#raw(payload);
    this.#events++;
    return true;
  }

  #put(byte: number): void {
    this.#bytes[this.#length++] = byte;
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.#put((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.#put(rest);
  }

  #name(name: string): void {
    const known = this.#names.get(name);
    this.#varint(known ?? this.#names.size);
    if (known !== undefined) return;
    this.#names.set(name, this.#names.size);
    const bytes = encoder.encode(name);
    this.#varint(bytes.length);
    this.#raw(bytes);
  }

  #raw(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }
}

/** The events of a block. Throws RangeError where the bytes make none. */
export function readBlock(startMs: number, bytes: Uint8Array): FlightEvent[] {
  const events: FlightEvent[] = [];
  const names: string[] = [];
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let at = 0;
  let ticks = 0;

  const byte = () => {
    if (at >= bytes.length) throw new RangeError(`the block ends within an event, at byte ${at}`);
    return bytes[at++]!;
  };
  const varint = () => {
    let value = 0;
    for (let place = 1; ; place *= 0x80) {
      const next = byte();
      value += (next & 0x7f) * place;
      if (next < 0x80) return value;
      if (place > 2 ** 53) throw new RangeError(`a number before byte ${at} is too long`);
    }
  };
  const raw = () => {
    const length = varint();
    if (at + length > bytes.length)
      throw new RangeError(`${length} bytes from byte ${at} are not in the block`);
    at += length;
    return bytes.slice(at - length, at);
  };
  const name = () => {
    const number = varint();
    if (number > names.length) throw new RangeError(`before byte ${at} is a name that was never given`);
    if (number === names.length) names.push(decoder.decode(raw()));
    return names[number]!;
  };

  while (at < bytes.length) {
    const code = byte();
    const kind = eventKinds[code & ~failedBit];
    if (kind === undefined) throw new RangeError(`byte ${at - 1} is ${code}, and no kind of event`);
    const step = varint();
    ticks += step % 2 === 1 ? -(step + 1) / 2 : step / 2;
    const forMs = varint() / ticksPerMs;
    const subject = name();
    const failure = code & failedBit ? { failure: name() } : {};
    const payload = raw();
    events.push({
      ...{ kind, subject, atMs: startMs + ticks / ticksPerMs, forMs },
      ...{ payload: payload.length === 0 ? nothing : payload, ...failure },
    });
  }
  return events;
}
