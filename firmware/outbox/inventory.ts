import { type RecordClass, recordClasses } from "#devices/furniture/vocabulary.ts";
import { Backlog } from "./backlog.ts";
import type { SegmentLog } from "./log.ts";
import { delivered, type Removals, type SequenceRange, superseded } from "./removals.ts";
import { firstFrame } from "./segment.ts";

/** Segments without live records that cleaning needs: one to copy into, one more when that is full. */
export const reserveSegments = 2;

/** The reserve, the head, and one for records. */
export const fewestSegments = reserveSegments + 2;

/** No frame is longer than this share of a segment, so that little is left over at a segment's end. */
export const longestFrame = (segmentBytes: number) => Math.floor((segmentBytes - firstFrame) / 8) & ~3;

const kindOf = (recordClass: RecordClass) => recordClasses.indexOf(recordClass);

/** What the outbox holds, and what goes first when space is short. */
export class Inventory {
  readonly backlogs: readonly Backlog[] = recordClasses.map(() => new Backlog());
  readonly removals: Removals;
  readonly #log: SegmentLog;
  readonly #segmentBytes: number;
  readonly #newestState = new Map<string, number>();

  constructor(log: SegmentLog, removals: Removals, segmentBytes: number) {
    this.#log = log;
    this.removals = removals;
    this.#segmentBytes = segmentBytes;
  }

  of(recordClass: RecordClass): Backlog {
    return this.backlogs[kindOf(recordClass)]!;
  }

  get bytes(): number {
    return this.backlogs.reduce((sum, backlog) => sum + backlog.bytes, 0);
  }

  /** What live records may take: the ring less the head, the reserve, and what stays unused at segments' ends. */
  get budgetBytes(): number {
    const usable = this.#segmentBytes - firstFrame - longestFrame(this.#segmentBytes);
    return Math.max(0, this.#log.capacity - reserveSegments - 1) * usable;
  }

  /** Ends recovery: `backlogs` hold every frame that was found, `removed` is what had been removed of them. */
  restore(removed: readonly SequenceRange[]): void {
    for (const backlog of this.backlogs) {
      backlog.sort();
      for (const [from, to] of removed)
        for (const sequence of backlog.within(from, to)) backlog.remove(sequence);
      backlog.eachGeneration((generation) => {
        this.#log.segment(generation).live += 1;
      });
    }
  }

  /** A record became durable. */
  add(kind: number, sequence: number, key: string, generation: number, offset: number, length: number): void {
    this.backlogs[kind]!.push(sequence, { generation, offset, length });
    this.#log.segment(generation).live += 1;
    if (recordClasses[kind] === "state") this.supersede(key, sequence);
  }

  /** A record's copy became durable; its original is not needed any more. */
  moved(kind: number, sequence: number, generation: number, offset: number): void {
    const old = this.backlogs[kind]!.locate(sequence);
    if (old === undefined) return;
    this.#log.segment(old.generation).live -= 1;
    this.#log.segment(generation).live += 1;
    this.backlogs[kind]!.relocate(sequence, generation, offset);
  }

  supersede(key: string, sequence: number): void {
    const last = this.#newestState.get(key);
    this.#newestState.set(key, sequence);
    if (last !== undefined) this.remove(kindOf("state"), last, superseded);
  }

  /** @returns false when there is no such record (any more). */
  remove(kind: number, sequence: number, cause: number): boolean {
    const generation = this.#take(kind, sequence);
    if (generation === undefined) return false;
    this.removals.add(sequence, cause, generation);
    return true;
  }

  /** Lets go of what the medium lost already: nothing need be written about it. */
  forget(kind: number, sequence: number): void {
    this.#take(kind, sequence);
  }

  /** @returns how many records it removed. */
  deliver([from, to]: SequenceRange): number {
    let count = 0;
    for (let kind = 0; kind < this.backlogs.length; kind++)
      for (const sequence of this.backlogs[kind]!.within(from, to))
        if (this.remove(kind, sequence, delivered)) count += 1;
    return count;
  }

  /**
   * Makes room for `bytes` more by the least that can be spared: series are thinned, then states and at last
   * events dropped, oldest first. @returns false when alarms and meters alone take too much.
   */
  shed(bytes: number): boolean {
    const fits = (limit: number) => this.bytes + bytes <= limit;
    if (fits(this.budgetBytes)) return true;
    // Down to three quarters, so that thinning and cleaning are not needed again for every record.
    while (!fits(this.budgetBytes * 0.75) && this.#thin()) {}
    for (const recordClass of ["state", "event"] as const)
      while (!fits(this.budgetBytes) && this.#drop(recordClass, this.of(recordClass).oldestWaiting(1))) {}
    return fits(this.budgetBytes);
  }

  /** Drops what may be dropped of one segment. @returns false when there is nothing of the kind. */
  dropIn(generation: number): boolean {
    const dropped = (["series", "state", "event"] as const).map((recordClass) =>
      this.#drop(recordClass, this.of(recordClass).inGeneration(generation)),
    );
    return dropped.includes(true);
  }

  #take(kind: number, sequence: number): number | undefined {
    const location = this.backlogs[kind]!.remove(sequence);
    if (location !== undefined) this.#log.segment(location.generation).live -= 1;
    return location?.generation;
  }

  /** Drops every second one of the older half of the series that wait. */
  #thin(): boolean {
    const half = this.of("series").oldestWaiting(Math.ceil(this.of("series").waiting / 2));
    return this.#drop(
      "series",
      half.filter((_, at) => at % 2 === 0),
    );
  }

  #drop(recordClass: RecordClass, sequences: readonly number[]): boolean {
    const kind = kindOf(recordClass);
    for (const sequence of sequences) this.remove(kind, sequence, kind);
    return sequences.length > 0;
  }
}
