import { crc32 } from "node:zlib";

/**
 * A frame is what one record takes in a segment, little-endian, padded to four bytes:
 *
 *     0  u32  CRC-32 (ISO-HDLC) of all that follows, seeded with segment and offset
 *     4  u16  magic
 *     6  u8   kind: a class by its priority, `removal` or `end`
 *     7  u8   bytes of the key
 *     8  u32  bytes of the body
 *    12  u48  sequence
 *    18  u16  flags
 *    20  key, body, zeros
 *
 * The seed makes a frame valid in one place of one generation of one outbox alone: neither what an older
 * generation left in the segment nor a body that looks like a frame is ever taken for a record.
 */
export const frameHeaderBytes = 20;
const magic = 0x506c;
const magicBytes = Buffer.from([magic & 0xff, magic >> 8]);

/** Kinds beyond the classes: which records are gone, and where the log ends. */
export const removalKind = 5;
export const endKind = 6;

const maxKeyBytes = 255;

const frameBytes = (keyBytes: number, bodyBytes: number) =>
  (frameHeaderBytes + keyBytes + bodyBytes + 3) & ~3;

/** A frame without its sequence and its place. RangeError when the key is too long. */
export function encodeFrame(kind: number, key: string, body: string | Uint8Array, flags = 0): Buffer {
  const keyBytes = Buffer.byteLength(key);
  if (keyBytes > maxKeyBytes)
    throw new RangeError(`the key "${key.slice(0, 40)}…" has ${keyBytes} bytes: at most ${maxKeyBytes} fit`);
  const bodyBytes = typeof body === "string" ? Buffer.byteLength(body) : body.length;
  const frame = Buffer.allocUnsafe(frameBytes(keyBytes, bodyBytes));
  frame.writeUInt16LE(magic, 4);
  frame[6] = kind;
  frame[7] = keyBytes;
  frame.writeUInt32LE(bodyBytes, 8);
  frame.writeUInt16LE(flags, 18);
  frame.write(key, frameHeaderBytes);
  if (typeof body === "string") frame.write(body, frameHeaderBytes + keyBytes);
  else frame.set(body, frameHeaderBytes + keyBytes);
  return frame.fill(0, frameHeaderBytes + keyBytes + bodyBytes);
}

/** Makes the frame valid at one place. */
export function sealFrame(frame: Buffer, sequence: number, seed: number, offset: number): void {
  frame.writeUIntLE(sequence, 12, 6);
  frame.writeUInt32LE(checksum(frame, seed, offset), 0);
}

/** The frame that begins at `at` of `bytes` and was written at `offset` of the segment; undefined if none was. */
export function frameAt(bytes: Buffer, at: number, seed: number, offset: number): Buffer | undefined {
  if (at + frameHeaderBytes > bytes.length || bytes.readUInt16LE(at + 4) !== magic) return undefined;
  const length = frameBytes(bytes[at + 7]!, bytes.readUInt32LE(at + 8));
  if (length < frameHeaderBytes || at + length > bytes.length) return undefined;
  const frame = bytes.subarray(at, at + length);
  return frame.readUInt32LE(0) === checksum(frame, seed, offset) ? frame : undefined;
}

/** Where, from `at` on and in steps of four, a frame may begin; the length of `bytes` if nowhere. */
export function nextFrame(bytes: Buffer, at: number): number {
  let found = bytes.indexOf(magicBytes, at + 4);
  while (found >= 0 && found % 4 !== 0) found = bytes.indexOf(magicBytes, found + 1);
  return found < 0 ? bytes.length : found - 4;
}

export const frameKind = (frame: Buffer) => frame[6]!;
export const frameSequence = (frame: Buffer) => frame.readUIntLE(12, 6);
export const frameFlags = (frame: Buffer) => frame.readUInt16LE(18);
export const frameKey = (frame: Buffer) =>
  frame.toString("utf8", frameHeaderBytes, frameHeaderBytes + frame[7]!);

export function frameBody(frame: Buffer): Buffer {
  const start = frameHeaderBytes + frame[7]!;
  return frame.subarray(start, start + frame.readUInt32LE(8));
}

const checksum = (frame: Buffer, seed: number, offset: number) =>
  crc32(frame.subarray(4), (seed ^ Math.imul(offset, 0x9e3779b1)) >>> 0);
