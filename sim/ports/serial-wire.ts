import type { LineSpeed } from "#devices/ports/serial.ts";

/** Bytes on their way. */
export interface Passage {
  readonly talker: object;
  readonly startMs: number;
  readonly endMs: number;
  /** Spans of time in which somebody else talked too. */
  readonly collisions: (readonly [fromMs: number, toMs: number])[];
}

/** Interference: of so many bytes (0 to 1) one bit arrives wrong. */
export interface Noise {
  readonly share: number;
  readonly random: () => number;
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

export const disturbed = (bytes: Uint8Array, { share, random }: Noise): Uint8Array =>
  bytes.map((byte) => (random() < share ? byte ^ (1 << Math.floor(random() * 8)) : byte));

const garbled = (byte: number, index: number) => (byte * 7 + index * 31 + 0x55) & 0xff;
