import { crc32 } from "node:zlib";
import type { StoreFile } from "#devices/ports/store.ts";
import { endKind, frameAt, frameKind, frameSequence, nextFrame } from "./frame.ts";

/**
 * A segment begins with its header, twice, in sectors of their own, so that one bad bit or one torn sector
 * leaves a good one. Frames follow.
 *
 *     0  u32  CRC-32 (ISO-HDLC) of the rest      20  8 bytes  epoch
 *     4  8 bytes "PLINTHOB"                       28  u48      the next sequence when the segment was begun
 *    12  u16  version, u16 zero                   36  6 × u64  tally when the segment was begun
 *    16  u32  generation
 */
const headerBytes = 84;
export const headerCopies = [0, 512] as const;
export const firstFrame = 1024;
const magic = "PLINTHOB";
const version = 1;

/** Records that were removed without being delivered: dropped, by class, and superseded states last. */
export type Tally = readonly number[];
export const tallyLength = 6;

export interface SegmentHeader {
  /** Rises by one each time a file is put to use again: the order of the log. */
  readonly generation: number;
  readonly epoch: string;
  readonly next: number;
  readonly tally: Tally;
}

/** One of the two copies. */
export function encodeHeader(header: SegmentHeader): Buffer {
  const copy = Buffer.alloc(headerBytes);
  copy.write(magic, 4);
  copy.writeUInt16LE(version, 12);
  copy.writeUInt32LE(header.generation, 16);
  copy.write(header.epoch, 20, "hex");
  copy.writeUIntLE(header.next, 28, 6);
  for (let at = 0; at < tallyLength; at++) copy.writeUIntLE(header.tally[at]!, 36 + at * 8, 6);
  copy.writeUInt32LE(crc32(copy.subarray(4)), 0);
  return copy;
}

/** The newer of the two copies that are whole: undefined when neither is. */
export function decodeHeader(page: Buffer): SegmentHeader | undefined {
  const copies = headerCopies.map((at) => decodeCopy(page.subarray(at, at + headerBytes)));
  const whole = copies.filter((header) => header !== undefined);
  return whole.sort((a, b) => b.generation - a.generation)[0];
}

function decodeCopy(copy: Buffer): SegmentHeader | undefined {
  if (copy.toString("latin1", 4, 12) !== magic || copy.readUInt16LE(12) !== version) return undefined;
  if (copy.readUInt32LE(0) !== crc32(copy.subarray(4))) return undefined;
  return {
    generation: copy.readUInt32LE(16),
    epoch: copy.toString("hex", 20, 28),
    next: copy.readUIntLE(28, 6),
    tally: Array.from({ length: tallyLength }, (_, at) => copy.readUIntLE(36 + at * 8, 6)),
  };
}

/** A file in use, as one generation of the log. */
export class Segment {
  readonly file: StoreFile;
  readonly generation: number;
  readonly seed: number;
  /** Where the next frame goes. */
  end = firstFrame;
  /** Records here that are not yet removed. */
  live = 0;
  /** A write or sync failed: what is here and was not durable is unknown, and nothing more is written. */
  failed = false;

  constructor(file: StoreFile, generation: number, epoch: string) {
    this.file = file;
    this.generation = generation;
    const identity = Buffer.alloc(12);
    identity.write(epoch, "hex");
    identity.writeUInt32LE(generation, 8);
    this.seed = crc32(identity);
  }
}

/**
 * Visits every whole frame of a segment in order, steps over what is damaged, and finds the end of the log.
 * @returns where the next frame goes, the next sequence that an end mark promised, and the damaged places.
 */
export function scanSegment(
  bytes: Buffer,
  segment: Segment,
  visit: (frame: Buffer, offset: number) => void,
): { end: number; next: number; damaged: number } {
  let end = firstFrame;
  let next = 0;
  let damaged = 0;
  let after = firstFrame;
  for (let at = nextFrame(bytes, after); at < bytes.length; at = nextFrame(bytes, after)) {
    after = at + 4;
    const frame = frameAt(bytes, at, segment.seed, at);
    if (frame === undefined) continue;
    after = at + frame.length;
    const isEnd = frameKind(frame) === endKind;
    // An end mark beyond the end that promises nothing new was left there by a write that a power cut tore.
    if (at !== end && (!isEnd || frameSequence(frame) > next)) damaged += 1;
    next = Math.max(next, isEnd ? frameSequence(frame) : 0);
    if (!isEnd) {
      visit(frame, at);
      end = after;
    }
  }
  return { end, next, damaged };
}
