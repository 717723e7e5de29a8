import { encodeFrame, frameBody, frameFlags, removalKind } from "./frame.ts";
import { type Tally, tallyLength } from "./segment.ts";

/** Why a record is gone: it was delivered; a newer state took its place; or the number of its class: dropped. */
export const delivered = -1;
export const superseded = tallyLength - 1;

/** Both ends included. */
export type SequenceRange = readonly [from: number, to: number];

const tallyFlag = 1;
const tallyBytes = tallyLength * 6;
const rangeBytes = 8;
/** One frame lists at most so many removals, and one commit writes at most so many frames. */
const perFrame = 128;
const perCommit = 8;

interface Removal {
  readonly sequence: number;
  readonly cause: number;
  /** Of the segment that holds the record. */
  readonly generation: number;
}

/**
 * Which records are gone though the medium still has them, and how many in all were never delivered.
 *
 * A delivered or superseded record is listed in a frame of the next commit; a power cut before that brings it
 * back. A dropped one is never listed: it comes back with every restart until its segment is overwritten. The
 * tally on the medium always counts what will not come back, no more and no less.
 */
export class Removals {
  readonly #tally = new Array<number>(tallyLength).fill(0);
  #durable: Tally = [...this.#tally];
  #unwritten: Removal[] = [];
  #unwrittenDeliveries = 0;
  readonly #dropped = new Map<number, number[]>();

  get tally(): Tally {
    return this.#tally;
  }

  get unwrittenDeliveries(): number {
    return this.#unwrittenDeliveries;
  }

  /** What the medium says of earlier lives: the highest tally found is the latest. */
  restore(tally: Tally): void {
    for (let cause = 0; cause < tallyLength; cause++)
      this.#tally[cause] = Math.max(this.#tally[cause]!, tally[cause]!);
    this.#durable = [...this.#tally];
  }

  add(sequence: number, cause: number, generation: number): void {
    if (cause === delivered) this.#unwrittenDeliveries += 1;
    else this.#tally[cause]! += 1;
    if (cause === delivered || cause === superseded) this.#unwritten.push({ sequence, cause, generation });
    else this.#droppedIn(generation)[cause]! += 1;
  }

  /** Frames for the oldest unwritten removals, each with what to call, in order, once it is durable. */
  frames(): { bytes: Buffer; settle: () => void }[] {
    const frames: { bytes: Buffer; settle: () => void }[] = [];
    let tally = this.#durable;
    for (let from = 0; from < this.#unwritten.length && frames.length < perCommit; from += perFrame) {
      const removals = this.#unwritten.slice(from, from + perFrame);
      const counted = plus(tally, removals);
      const changed = counted.some((count, cause) => count !== tally[cause]);
      tally = counted;
      frames.push({
        bytes: encodeFrame(
          removalKind,
          "",
          encode(removals, changed ? counted : undefined),
          changed ? tallyFlag : 0,
        ),
        settle: () => this.#settle(removals.length, counted),
      });
    }
    return frames;
  }

  /** The tally that becomes true when the segment of `generation` is overwritten. */
  tallyWithout(generation: number): Tally {
    const here = this.#unwritten.filter((removal) => removal.generation === generation);
    const dropped = this.#dropped.get(generation);
    return plus(this.#durable, here).map((count, cause) => count + (dropped?.[cause] ?? 0));
  }

  /** The segment of `generation` is no more: what it held cannot come back. */
  overwritten(generation: number): void {
    this.#durable = this.tallyWithout(generation);
    this.#unwritten = this.#unwritten.filter((removal) => removal.generation !== generation);
    this.#unwrittenDeliveries = this.#unwritten.filter(({ cause }) => cause === delivered).length;
    this.#dropped.delete(generation);
  }

  #settle(count: number, tally: Tally): void {
    for (const { cause } of this.#unwritten.splice(0, count))
      if (cause === delivered) this.#unwrittenDeliveries -= 1;
    this.#durable = tally;
  }

  #droppedIn(generation: number): number[] {
    const counts = this.#dropped.get(generation) ?? new Array<number>(tallyLength).fill(0);
    this.#dropped.set(generation, counts);
    return counts;
  }
}

function plus(tally: Tally, removals: readonly Removal[]): number[] {
  const sum = [...tally];
  for (const { cause } of removals) if (cause !== delivered) sum[cause]! += 1;
  return sum;
}

/** The tally if it changed, then ranges of neighbours: u48 first sequence, u16 how many more. */
function encode(removals: readonly Removal[], tally: Tally | undefined): Buffer {
  const sequences = removals.map(({ sequence }) => sequence).sort((a, b) => a - b);
  const body = Buffer.alloc(tallyBytes + sequences.length * rangeBytes);
  let at = 0;
  for (const count of tally ?? []) at = body.writeUIntLE(count, at, 6);
  for (let from = 0; from < sequences.length; ) {
    let to = from;
    while (sequences[to + 1] === sequences[to]! + 1) to += 1;
    at = body.writeUIntLE(sequences[from]!, at, 6);
    at = body.writeUInt16LE(to - from, at);
    from = to + 1;
  }
  return body.subarray(0, at);
}

export function decodeRemovals(frame: Buffer): { ranges: SequenceRange[]; tally: Tally | undefined } {
  const body = frameBody(frame);
  const start = (frameFlags(frame) & tallyFlag) === 0 ? 0 : tallyBytes;
  const ranges: SequenceRange[] = [];
  for (let at = start; at < body.length; at += rangeBytes) {
    const from = body.readUIntLE(at, 6);
    ranges.push([from, from + body.readUInt16LE(at + 6)]);
  }
  if (start === 0) return { ranges, tally: undefined };
  return { ranges, tally: Array.from({ length: tallyLength }, (_, cause) => body.readUIntLE(cause * 6, 6)) };
}
