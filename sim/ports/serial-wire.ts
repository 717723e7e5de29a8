import type { LineSpeed } from "#devices/ports/serial.ts";

/** Bytes on their way. */
export interface Passage {
  readonly talker: object;
  readonly startMs: number;
  readonly endMs: number;
  /** Spans of time in which somebody else talked too. */
  readonly collisions: (readonly [fromMs: number, toMs: number])[];
}

/** Milliseconds that `count` bytes take: start bit, data bits, parity, stop bits. */
export function wireMs(speed: LineSpeed, count: number): number {
  const { baudRate, dataBits = 8, parity = "none", stopBits = 1 } = speed;
  const bits = 1 + dataBits + (parity === "none" ? 0 : 1) + stopBits;
  return (count * bits * 1_000) / baudRate;
}

/** A receiver looks at the first stop bit only. */
export const isSameSpeed = (sent: LineSpeed, read: LineSpeed) =>
  sent.baudRate === read.baudRate &&
  (sent.dataBits ?? 8) === (read.dataBits ?? 8) &&
  (sent.parity ?? "none") === (read.parity ?? "none");

/** As a UART at another speed reads them. */
export const sampled = (bytes: Uint8Array, sent: LineSpeed, read: LineSpeed): Uint8Array =>
  isSameSpeed(sent, read) ? bytes : bytes.map(garbled);

/** What of them arrives: where two talked at once neither is understood. */
export function spoiled(bytes: Uint8Array, { startMs, endMs, collisions }: Passage): Uint8Array {
  if (collisions.length === 0) return bytes;
  const byteMs = (endMs - startMs) / bytes.length;
  const isHit = (index: number) => {
    const fromMs = startMs + index * byteMs;
    return collisions.some(([hitMs, freeMs]) => fromMs < freeMs && hitMs < fromMs + byteMs);
  };
  return bytes.map((byte, index) => (isHit(index) ? garbled(byte, index) : byte));
}

const garbled = (byte: number, index: number) => (byte * 7 + index * 31 + 0x55) & 0xff;

/** Interference: of so many bytes (0 to 1) one bit arrives wrong. */
interface Noise {
  readonly share: number;
  readonly random: () => number;
}

/** What becomes of bytes on their way, in either direction. */
export class WireFaults {
  #noise: Noise | undefined;
  #isHalved = false;
  #isShorted = false;

  /** Interference, as of a motor beside the cable: of a share (0 to 1) of the bytes one bit is wrong. */
  disturb(share: number, random: () => number): void {
    this.#noise = { share, random };
  }

  calm(): void {
    this.#noise = undefined;
  }

  /** A plug that makes contact now and then: of what is sent in one go only the first half arrives. */
  halve(isHalved: boolean): void {
    this.#isHalved = isHalved;
  }

  /** The wires are shorted to a rail: nothing arrives. */
  short(isShorted: boolean): void {
    this.#isShorted = isShorted;
  }

  /** What is left of bytes that were sent in one go. */
  worn(sent: Uint8Array): Uint8Array {
    if (this.#isShorted) return new Uint8Array();
    const wire = this.#isHalved ? sent.subarray(0, Math.ceil(sent.length / 2)) : sent;
    return this.#noise ? disturbed(wire, this.#noise) : wire;
  }
}

const disturbed = (bytes: Uint8Array, { share, random }: Noise): Uint8Array =>
  bytes.map((byte) => (random() < share ? byte ^ (1 << Math.floor(random() * 8)) : byte));
