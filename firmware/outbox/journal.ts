import { recordClasses } from "#devices/furniture/vocabulary.ts";
import { StoreError } from "#devices/ports/store.ts";
import { frameAt, frameKind, frameSequence } from "./frame.ts";
import { fewestSegments, type Inventory, reserveSegments } from "./inventory.ts";
import type { SegmentLog } from "./log.ts";
import type { Recovery } from "./recovery.ts";
import type { Segment } from "./segment.ts";

/** A frame on its way to the medium. */
export interface Outgoing {
  readonly bytes: Buffer;
  readonly sequence: number;
  /** Called once the frame is durable. */
  placed(generation: number, offset: number, length: number): void;
}

/** So many segments may fail one after the other before a commit is given up. */
const attempts = 4;

/**
 * Keeps the inventory and the log in step: writes records and removals, moves on when a segment is full or has
 * failed, and cleans the oldest segments. Its calls must not overlap, but for `read`.
 */
export class Journal {
  readonly log: SegmentLog;
  readonly inventory: Inventory;
  next: number;
  damaged: number;
  failedSegments = 0;
  commits = 0;

  constructor(recovery: Recovery) {
    this.log = recovery.log;
    this.inventory = recovery.inventory;
    this.next = recovery.next;
    this.damaged = recovery.damaged;
  }

  /**
   * What the last process wrote, and did not live to sync, may be on its way to the medium or not: it is made
   * durable before anything is done with it.
   */
  async settle(): Promise<void> {
    const head = this.log.head;
    await head?.file.sync().catch(() => {
      head.failed = true;
    });
    while (this.log.files < fewestSegments && (await this.log.grow())) {}
    await this.makeRoom();
  }

  /**
   * Makes records durable, in order, together with a share of the removals that are not yet. Rejects when the
   * medium cannot be written any more.
   */
  async write(records: readonly Outgoing[]): Promise<void> {
    const share = this.#removals().length;
    let failures = 0;
    for (let from = 0, passes = 0; from < records.length || passes < share; ) {
      // Anew each time: a removal whose segment was overwritten meanwhile has nothing left to say.
      const removals = this.#removals();
      const frames = [...removals, ...records.slice(from)];
      const count = this.log.fitting(frames, 0);
      try {
        if (frames.length === 0) return;
        if (count === 0) await this.#advance();
        else await this.#commit(frames.slice(0, count));
        from += Math.max(0, count - removals.length);
        passes += Math.min(count, removals.length);
      } catch (error) {
        const hopeless = !(error instanceof StoreError) || error.kind !== "io";
        failures += 1;
        this.failedSegments += 1;
        if (hopeless || failures === attempts) throw error;
      }
    }
  }

  /** Sees to it that the reserve is whole: by freeing segments, adding files, and cleaning, in this order. */
  async makeRoom(): Promise<void> {
    try {
      // Cleaning everything once makes all the room that there is.
      for (let left = 2 * this.log.capacity; left > 0 && this.log.spare < reserveSegments; left--) {
        const [tail] = this.log.segments;
        if (tail !== undefined && tail !== this.log.head && tail.live === 0) await this.#retire(tail);
        else if (!(await this.log.grow()) && !this.#dropAgain(tail)) await this.#clean();
      }
    } catch (error) {
      // Nothing is lost by it: whoever writes next finds the medium failed or full, and is told so.
      if (!(error instanceof StoreError)) throw error;
    }
  }

  /** The record's frame; undefined when it was removed meanwhile, or cannot be read. */
  async read(kind: number, sequence: number): Promise<Buffer | undefined> {
    const backlog = this.inventory.backlogs[kind]!;
    for (;;) {
      const location = backlog.locate(sequence);
      if (location === undefined) return undefined;
      const { file, seed } = this.log.segment(location.generation);
      const bytes = await file.read(location.offset, location.length).catch(() => undefined);
      const frame = bytes && frameAt(asBuffer(bytes), 0, seed, location.offset);
      if (frame !== undefined && frameSequence(frame) === sequence) return frame;
      // It may have moved while it was read, and its place been used again.
      const now = backlog.locate(sequence);
      if (now?.generation === location.generation && now.offset === location.offset) {
        this.inventory.forget(kind, sequence);
        this.damaged += 1;
      }
    }
  }

  async #commit(frames: readonly Outgoing[]): Promise<void> {
    let offset = await this.log.write(frames, this.next);
    this.commits += 1;
    for (const frame of frames) {
      frame.placed(this.log.head!.generation, offset, frame.bytes.length);
      offset += frame.bytes.length;
    }
  }

  #removals(): Outgoing[] {
    const frames = this.inventory.removals.frames();
    return frames.map(({ bytes, settle }) => ({ bytes, sequence: 0, placed: settle }));
  }

  async #advance(): Promise<void> {
    const { removals } = this.inventory;
    const { generation } = await this.log.nextFree();
    await this.log.advance(this.next, removals.tallyWithout(generation));
    removals.overwritten(generation);
  }

  async #retire(tail: Segment): Promise<void> {
    await this.log.retireTail();
    if (!this.log.isFree(tail)) this.inventory.removals.overwritten(tail.generation);
  }

  /**
   * Only a restart finds a full ring in use to the last segment. The oldest had been freed then: what comes back
   * in it had been delivered, had moved, or had been dropped.
   */
  #dropAgain(tail: Segment | undefined): boolean {
    if (tail === undefined || tail === this.log.head || this.log.segments.length < this.log.capacity)
      return false;
    return this.inventory.dropIn(tail.generation);
  }

  /** Copies what is live in the oldest segment to the head, so that the segment can be freed. */
  async #clean(): Promise<void> {
    this.inventory.shed(0);
    const [tail] = this.log.segments;
    if (tail === undefined) return;
    if (tail === this.log.head) return this.#advance();
    const copies: Outgoing[] = [];
    for (let kind = 0; kind < recordClasses.length; kind++)
      for (const sequence of this.inventory.backlogs[kind]!.inGeneration(tail.generation)) {
        const frame = await this.read(kind, sequence);
        if (frame !== undefined) copies.push(this.#copy(frame));
      }
    await this.write(copies);
  }

  #copy(frame: Buffer): Outgoing {
    const [kind, sequence] = [frameKind(frame), frameSequence(frame)];
    return {
      bytes: frame,
      sequence,
      placed: (generation, offset) => this.inventory.moved(kind, sequence, generation, offset),
    };
  }
}

/** The same bytes, with a Buffer's methods. */
const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
