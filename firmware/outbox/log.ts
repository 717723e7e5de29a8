import { type Store, StoreError, type StoreFile } from "#devices/ports/store.ts";
import { encodeFrame, endKind, frameHeaderBytes, sealFrame } from "./frame.ts";
import {
  decodeHeader,
  encodeHeader,
  firstFrame,
  headerCopies,
  Segment,
  type SegmentHeader,
  type Tally,
} from "./segment.ts";

const fileName = /^outbox-(\d+)\.log$/;

export interface LogSettings {
  readonly segmentBytes: number;
  /** Files the log may have at most, whatever it holds. */
  readonly capacity: number;
}

/**
 * A log of frames in a ring of preallocated segments. Files are put to use again in the order in which they were
 * freed, so that a segment always outlives those that are older: what a newer segment says of an older one
 * (a record was removed, or has moved here) is never lost before that one is.
 */
export class SegmentLog {
  readonly #store: Store;
  readonly #segmentBytes: number;
  readonly epoch: string;
  #capacity: number;
  /** Oldest first; the last is the head. */
  readonly #segments: Segment[] = [];
  readonly #byGeneration = new Map<number, Segment>();
  /** Oldest first: a generation that nobody needs, or none yet. */
  readonly #free: Segment[] = [];
  readonly #names = new Set<string>();
  #generation = 0;

  constructor(store: Store, settings: LogSettings, epoch: string) {
    this.#store = store;
    this.#segmentBytes = settings.segmentBytes;
    this.#capacity = settings.capacity;
    this.epoch = epoch;
  }

  get segments(): readonly Segment[] {
    return this.#segments;
  }

  get head(): Segment | undefined {
    return this.#segments.at(-1);
  }

  /** Files ready to be written without making a new one. */
  get spare(): number {
    return this.#free.length;
  }

  get files(): number {
    return this.#segments.length + this.#free.length;
  }

  get capacity(): number {
    return this.#capacity;
  }

  get bytesOnMedium(): number {
    return [...this.#segments, ...this.#free].reduce((sum, { file }) => sum + file.size, 0);
  }

  segment(generation: number): Segment {
    return this.#byGeneration.get(generation)!;
  }

  /** Takes over a file that holds a generation of this log. Call in the order of generations. */
  async adopt({ file, page }: FoundSegment, header: SegmentHeader): Promise<Segment> {
    this.#names.add(file.name);
    this.#generation = header.generation;
    const segment = this.#use(new Segment(file, header.generation, this.epoch));
    await mendHeader(file, page, header).catch(() => {
      segment.failed = true;
    });
    return segment;
  }

  /** Takes over a file whose content nobody needs. */
  async adoptFree(file: StoreFile): Promise<void> {
    this.#names.add(file.name);
    if (file.size === this.#segmentBytes) this.#free.push(new Segment(file, 0, this.epoch));
    else await this.#discard(file);
  }

  /** How many of `frames` from `from` on fit the head: 0 says that it is time for `advance`. */
  fitting(frames: readonly { readonly bytes: Buffer }[], from: number): number {
    const head = this.head;
    if (head === undefined || head.failed) return 0;
    let room = head.file.size - head.end - frameHeaderBytes;
    let at = from;
    while (at < frames.length && frames[at]!.bytes.length <= room) room -= frames[at++]!.bytes.length;
    return at - from;
  }

  /**
   * Writes frames at the head with an end mark behind them, and resolves with the offset of the first when they
   * are durable. The end mark says where the sequence goes on, even if the last frames rot.
   */
  async write(frames: readonly { readonly bytes: Buffer; readonly sequence: number }[], next: number) {
    const head = this.head!;
    const start = head.end;
    let at = start;
    for (const frame of frames) {
      sealFrame(frame.bytes, frame.sequence, head.seed, at);
      at += frame.bytes.length;
    }
    const end = encodeFrame(endKind, "", "");
    sealFrame(end, next, head.seed, at);
    try {
      await head.file.write(start, Buffer.concat([...frames.map((frame) => frame.bytes), end]));
      await head.file.sync();
    } catch (error) {
      head.failed = true;
      throw error;
    }
    head.end = at;
    return start;
  }

  /** The segment that `advance` will overwrite. StoreError `full` when there is none, and none can be made. */
  async nextFree(): Promise<Segment> {
    if (this.#free.length === 0 && !(await this.grow()))
      throw new StoreError("full", "the outbox", "add a segment to");
    return this.#free[0]!;
  }

  /** Overwrites the oldest free segment with a new head. */
  async advance(next: number, tally: Tally): Promise<void> {
    const { file } = this.#free.shift()!;
    const header = { generation: this.#generation + 1, epoch: this.epoch, next, tally };
    const copy = encodeHeader(header);
    try {
      // One copy at a time: until the new one is durable, the old one tells what the file holds.
      await file.write(headerCopies[1], copy);
      await file.sync();
      await file.write(headerCopies[0], copy);
    } catch (error) {
      await this.#discard(file);
      throw error;
    }
    this.#generation += 1;
    this.#use(new Segment(file, this.#generation, this.epoch));
  }

  isFree(segment: Segment): boolean {
    return this.#free.includes(segment);
  }

  /** @returns false when the log has all the files it may have, or can get. */
  async grow(): Promise<boolean> {
    if (this.files >= this.#capacity) return false;
    let number = 0;
    while (this.#names.has(`outbox-${number}.log`)) number += 1;
    try {
      await this.adoptFree(await this.#store.create(`outbox-${number}.log`, this.#segmentBytes));
      return true;
    } catch (error) {
      // Somebody else filled the medium: the log makes do with the files it has.
      if (error instanceof StoreError && error.kind === "full") this.#capacity = this.files;
      return false;
    }
  }

  /** Frees the oldest segment, which must not be the head nor hold a live record. */
  async retireTail(): Promise<void> {
    const tail = this.#segments.shift()!;
    this.#byGeneration.delete(tail.generation);
    const reusable = !tail.failed && tail.file.size === this.#segmentBytes && this.files < this.#capacity;
    if (reusable) this.#free.push(tail);
    else await this.#discard(tail.file);
  }

  async close(): Promise<void> {
    for (const segment of this.#segments) await segment.file.close();
    for (const { file } of this.#free) await file.close();
  }

  #use(segment: Segment): Segment {
    this.#segments.push(segment);
    this.#byGeneration.set(segment.generation, segment);
    return segment;
  }

  /** A file that failed is not used again: its blocks may be bad. */
  async #discard(file: StoreFile): Promise<void> {
    await file.close().catch(() => {});
    await this.#store.remove(file.name).catch(() => {});
    this.#names.delete(file.name);
  }
}

export interface FoundSegment {
  readonly file: StoreFile;
  /** What precedes the frames. */
  readonly page: Buffer;
  readonly header: SegmentHeader | undefined;
}

/** The outbox's files in a store, by generation. A file without a whole header comes last. */
export async function findSegments(store: Store): Promise<FoundSegment[]> {
  const found: FoundSegment[] = [];
  for (const name of await store.list()) {
    if (!fileName.test(name)) continue;
    const file = await store.open(name);
    const page = Buffer.from(await readAround(file, Math.min(file.size, firstFrame)));
    found.push({ file, page, header: page.length < firstFrame ? undefined : decodeHeader(page) });
  }
  const order = ({ header }: FoundSegment) => header?.generation ?? Number.MAX_SAFE_INTEGER;
  return found.sort((a, b) => order(a) - order(b));
}

/**
 * Makes both copies of a header the same again: when the segment is overwritten, the copy that is left must not
 * name a generation that is no longer there.
 */
async function mendHeader(file: StoreFile, page: Buffer, header: SegmentHeader): Promise<void> {
  const copy = encodeHeader(header);
  const bad = headerCopies.filter((at) => !page.subarray(at, at + copy.length).equals(copy));
  for (const at of bad) await file.write(at, copy);
  if (bad.length > 0) await file.sync();
}

/** A file's first bytes, with zeros in place of the blocks that the medium cannot read. */
export async function readAround(file: StoreFile, length: number, blockBytes = 4096): Promise<Uint8Array> {
  const whole = await file.read(0, length).catch(() => undefined);
  if (whole !== undefined) return whole;
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += blockBytes) {
    const block = await file.read(at, Math.min(blockBytes, length - at)).catch(() => undefined);
    if (block !== undefined) bytes.set(block, at);
  }
  return bytes;
}
