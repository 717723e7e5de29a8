import { recordClasses } from "#devices/furniture/vocabulary.ts";
import type { Store, StoreFile } from "#devices/ports/store.ts";
import { frameKey, frameKind, frameSequence, removalKind } from "./frame.ts";
import { Inventory } from "./inventory.ts";
import { type FoundSegment, findSegments, type LogSettings, readAround, SegmentLog } from "./log.ts";
import { decodeRemovals, Removals, type SequenceRange, superseded } from "./removals.ts";
import { type Segment, type SegmentHeader, scanSegment } from "./segment.ts";

const stateKind = recordClasses.indexOf("state");

/**
 * Reads back what the outbox held when its last process ended, however it ended. Segments come oldest first:
 * a later copy of a record, a later removal, a later state is the one that counts.
 */
export class Recovery {
  readonly log: SegmentLog;
  readonly inventory: Inventory;
  /** The sequence of the next record. */
  next = 1;
  /** Places, or whole segments, that could not be read as they were written. */
  damaged = 0;
  readonly #removed: SequenceRange[] = [];
  readonly #superseded: number[] = [];
  readonly #newestState = new Map<string, number>();

  /** @param newEpoch the epoch, if there is no outbox in the store, or none that can be read. */
  static async run(store: Store, settings: LogSettings, newEpoch: string): Promise<Recovery> {
    const found = await findSegments(store);
    const epoch = found.findLast(({ header }) => header !== undefined)?.header?.epoch ?? newEpoch;
    const recovery = new Recovery(new SegmentLog(store, settings, epoch), settings);
    for (const segment of found) {
      if (segment.header?.epoch === epoch) await recovery.#read(segment, segment.header);
      else await recovery.#giveUp(segment.file);
    }
    recovery.#settle();
    return recovery;
  }

  private constructor(log: SegmentLog, settings: LogSettings) {
    this.log = log;
    this.inventory = new Inventory(log, new Removals(), settings.segmentBytes);
  }

  async #read(found: FoundSegment, header: SegmentHeader): Promise<void> {
    const segment = await this.log.adopt(found, header);
    const bytes = Buffer.from(await readAround(found.file, found.file.size));
    this.inventory.removals.restore(header.tally);
    const scan = scanSegment(bytes, segment, (frame, offset) => this.#take(frame, segment, offset));
    segment.end = scan.end;
    this.next = Math.max(this.next, header.next, scan.next);
    this.damaged += scan.damaged;
  }

  #take(frame: Buffer, segment: Segment, offset: number): void {
    const kind = frameKind(frame);
    if (kind === removalKind) {
      const { ranges, tally } = decodeRemovals(frame);
      this.#removed.push(...ranges);
      if (tally !== undefined) this.inventory.removals.restore(tally);
      return;
    }
    const sequence = frameSequence(frame);
    this.next = Math.max(this.next, sequence + 1);
    this.inventory.backlogs[kind]!.push(sequence, {
      generation: segment.generation,
      offset,
      length: frame.length,
    });
    if (kind === stateKind) this.#compare(frameKey(frame), sequence);
  }

  #compare(key: string, sequence: number): void {
    const newest = this.#newestState.get(key) ?? sequence;
    if (sequence !== newest) this.#superseded.push(Math.min(sequence, newest));
    this.#newestState.set(key, Math.max(sequence, newest));
  }

  /** A file that was never used, or whose header is lost: nothing in it can be trusted. */
  async #giveUp(file: StoreFile): Promise<void> {
    const bytes = await readAround(file, file.size);
    if (!Buffer.alloc(file.size).equals(bytes)) this.damaged += 1;
    await this.log.adoptFree(file);
  }

  #settle(): void {
    this.inventory.restore(this.#removed);
    for (const sequence of this.#superseded) this.inventory.remove(stateKind, sequence, superseded);
    for (const [key, sequence] of this.#newestState) this.inventory.supersede(key, sequence);
  }
}
