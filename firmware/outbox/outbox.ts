import { type RecordClass, recordClasses } from "#devices/furniture/vocabulary.ts";
import type { Cancel, Clock } from "#devices/ports/clock.ts";
import { type Store, StoreError } from "#devices/ports/store.ts";
import { encodeFrame, frameBody, frameKey } from "./frame.ts";
import { Journal, type Outgoing } from "./journal.ts";
import { checkLength, checkOptions, defaults, type OutboxOptions, type Settings } from "./options.ts";
import type { OutboxRecord } from "./record.ts";
import { Recovery } from "./recovery.ts";
import { superseded } from "./removals.ts";

export type ByClass = Readonly<Record<RecordClass, number>>;

export interface OutboxStats {
  readonly epoch: string;
  /** The sequence of the next record. */
  readonly next: number;
  readonly waiting: ByClass;
  /** Taken for delivery, and not yet delivered. */
  readonly taken: ByClass;
  /** Over all lives: never delivered, because space was short. */
  readonly dropped: ByClass;
  /** Over all lives: states that a newer one of the same key replaced before they were delivered. */
  readonly superseded: number;
  /** In this life: records that were refused, or whose medium failed, before they were acknowledged. */
  readonly rejected: number;
  /** In this life: places on the medium that could not be read as they were written. */
  readonly damaged: number;
  /** In this life: segments given up because a write or sync failed; what was not durable was written anew. */
  readonly failedSegments: number;
  /** In this life: groups made durable, with one sync each. */
  readonly commits: number;
  readonly liveBytes: number;
  readonly bytesOnMedium: number;
}

/** The record was not taken: there is no room left that could be made. */
export class OutboxFullError extends Error {
  constructor(recordClass: RecordClass, maxBytes: number) {
    super(
      `the outbox is full: its ${maxBytes} bytes hold alarms and meter records alone, and a further ${recordClass} ` +
        "record was not taken. Restore the link so that it drains, or give it more maxBytes.",
    );
    this.name = "OutboxFullError";
  }
}

interface Pending extends Outgoing {
  readonly recordClass: RecordClass;
  sequence: number;
  /** Durable: its append has resolved. */
  kept: boolean;
  reject(reason: unknown): void;
}

const byClass = (count: (kind: number) => number) =>
  Object.fromEntries(recordClasses.map((name, kind) => [name, count(kind)])) as Record<RecordClass, number>;

/**
 * Records on their way out: durable before they are acknowledged, kept until they are delivered, bounded, in
 * order of priority. One process at a time may have it open.
 */
export class Outbox {
  readonly device: string;
  readonly epoch: string;
  readonly #clock: Clock;
  readonly #journal: Journal;
  readonly #settings: Settings;
  readonly #listeners = new Set<() => void>();
  #queue: Pending[] = [];
  #commitTimer: Cancel | undefined;
  #deliveryTimer: Cancel | undefined;
  #due = false;
  #running: Promise<void> | undefined;
  #closed = false;
  #rejected = 0;
  #failing = false;

  /** Rejects with StoreError when the store can be neither read nor written, RangeError on impossible options. */
  static async open(store: Store, clock: Clock, options: OutboxOptions): Promise<Outbox> {
    const settings = { ...defaults, ...options };
    checkOptions(settings);
    const { segmentBytes, maxBytes } = settings;
    const log = { segmentBytes, capacity: Math.floor(maxBytes / segmentBytes) };
    const journal = new Journal(await Recovery.run(store, log, settings.epoch));
    await journal.settle();
    return new Outbox(clock, settings, journal);
  }

  private constructor(clock: Clock, settings: Settings, journal: Journal) {
    this.device = settings.device;
    this.epoch = journal.log.epoch;
    this.#clock = clock;
    this.#settings = settings;
    this.#journal = journal;
  }

  /**
   * Resolves with the record's sequence when the record is durable. Rejects with OutboxFullError when there is no
   * room, with StoreError when the medium fails for good, with RangeError when the record is too long or badly
   * named.
   * @param key what a `state` is the state of; of the others it is only handed on. At most 255 bytes.
   */
  append(recordClass: RecordClass, body: string, key = ""): Promise<number> {
    const { inventory } = this.#journal;
    const kind = recordClasses.indexOf(recordClass);
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new Error("the outbox is closed: nothing can be appended any more");
      const bytes = encodeFrame(kind, key, body);
      checkLength(bytes.length, this.#settings.segmentBytes);
      const placed = function (this: Pending, generation: number, offset: number, length: number) {
        inventory.add(kind, this.sequence, key, generation, offset, length);
        this.kept = true;
        resolve(this.sequence);
      };
      this.#queue.push({ recordClass, bytes, sequence: 0, kept: false, reject, placed });
      if (recordClass === "alarm" || this.#queue.length >= this.#settings.commitRecords) void this.flush();
      else this.#arm();
    });
  }

  /** Makes everything durable that was appended or delivered up to now, without waiting for more. */
  flush(): Promise<void> {
    this.#due = true;
    this.#running ??= this.#run();
    return this.#running;
  }

  /** The most urgent record that waits, oldest first in its class: it no longer waits. */
  async take(): Promise<OutboxRecord | undefined> {
    const { backlogs } = this.#journal.inventory;
    for (;;) {
      const kind = backlogs.findIndex((backlog) => backlog.waiting > 0);
      if (kind < 0) return undefined;
      const sequence = backlogs[kind]!.take()!;
      const frame = await this.#journal.read(kind, sequence);
      if (frame !== undefined) return this.#record(kind, sequence, frame);
    }
  }

  /** Delivery failed: the record waits again, in its old place. */
  giveBack(sequence: number): void {
    if (this.#journal.inventory.backlogs.some((backlog) => backlog.giveBack(sequence))) this.#tell();
  }

  /**
   * The other side has the records from `from` to `to`, both included: they are removed. The removal is written
   * together with others; a power cut before that brings them back, as duplicates.
   * @returns how many of them were still here.
   */
  release(from: number, to = from): number {
    const count = this.#journal.inventory.deliver([from, to]);
    if (this.unwrittenDeliveries >= this.#settings.deliveryRecords) void this.flush();
    else if (count > 0) this.#arm();
    return count;
  }

  /** Delivered records that a power cut now would bring back. */
  get unwrittenDeliveries(): number {
    return this.#journal.inventory.removals.unwrittenDeliveries;
  }

  /** Every record of this epoch below it was delivered or dropped, and will never be sent again. */
  get floor(): number {
    const oldest = this.#journal.inventory.backlogs.map((backlog) => backlog.oldest ?? this.#journal.next);
    return Math.min(...oldest);
  }

  /** Records that `take` would hand out. */
  get waiting(): number {
    return this.#journal.inventory.backlogs.reduce((sum, backlog) => sum + backlog.waiting, 0);
  }

  /** True from a commit that failed to the next that did not: nothing is durable that comes meanwhile. */
  get isFailing(): boolean {
    return this.#failing;
  }

  /** Whether the record was taken for delivery and not yet delivered, dropped or given back. */
  isTaken(sequence: number): boolean {
    return this.#journal.inventory.backlogs.some((backlog) => backlog.isTaken(sequence));
  }

  /** Calls `listener` whenever records begin to wait, or deliveries were written down. */
  onWaiting(listener: () => void): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stats(): OutboxStats {
    const { log, inventory, next, damaged, failedSegments, commits } = this.#journal;
    const { backlogs, removals } = inventory;
    return {
      epoch: this.epoch,
      next,
      waiting: byClass((kind) => backlogs[kind]!.waiting),
      taken: byClass((kind) => backlogs[kind]!.taken),
      dropped: byClass((kind) => removals.tally[kind]!),
      superseded: removals.tally[superseded]!,
      rejected: this.#rejected,
      damaged,
      failedSegments,
      commits,
      liveBytes: inventory.bytes,
      bytesOnMedium: log.bytesOnMedium,
    };
  }

  /** Makes durable what is not, and lets go of the store. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
    this.#disarm();
    await this.#journal.log.close();
  }

  #record(kind: number, sequence: number, frame: Buffer): OutboxRecord {
    return {
      device: this.device,
      epoch: this.epoch,
      sequence,
      recordClass: recordClasses[kind]!,
      key: frameKey(frame) || undefined,
      body: frameBody(frame).toString(),
    };
  }

  async #run(): Promise<void> {
    // What is appended in the same turn shares the commit.
    await undefined;
    while (this.#due) {
      this.#due = false;
      this.#disarm();
      const batch = this.#nextBatch();
      const before = { unwritten: this.unwrittenDeliveries, failing: this.#failing };
      await this.#commit(batch);
      const written = batch.some(({ kept }) => kept) || this.unwrittenDeliveries < before.unwritten;
      if (written || this.#failing !== before.failing) this.#tell();
    }
    this.#running = undefined;
    this.#arm();
  }

  /** As much of the queue as, with a share of removals, is sure to fit the head and one segment more. */
  #nextBatch(): Pending[] {
    let room = this.#settings.segmentBytes / 4;
    let count = 0;
    while (count < this.#queue.length && room > 0) room -= this.#queue[count++]!.bytes.length;
    const batch = this.#queue.splice(0, count);
    const deliveries = this.unwrittenDeliveries >= 2 * this.#settings.deliveryRecords;
    if (this.#queue.length > 0 || deliveries) this.#due = true;
    return batch;
  }

  async #commit(batch: readonly Pending[]): Promise<void> {
    const admitted = this.#admit(batch);
    try {
      await this.#journal.write(admitted);
      this.#failing = false;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#failing = true;
      this.#due = this.#queue.length > 0;
      for (const pending of admitted) if (!pending.kept) this.#refuse(pending, error);
    }
    await this.#journal.makeRoom();
  }

  /** Gives a sequence to every record for which there is room, or can be made. */
  #admit(batch: readonly Pending[]): Pending[] {
    let bytes = 0;
    return batch.filter((pending) => {
      const fits = this.#journal.inventory.shed(bytes + pending.bytes.length);
      if (fits) {
        bytes += pending.bytes.length;
        pending.sequence = this.#journal.next++;
      } else this.#refuse(pending, new OutboxFullError(pending.recordClass, this.#settings.maxBytes));
      return fits;
    });
  }

  #refuse(pending: Pending, reason: unknown): void {
    this.#rejected += 1;
    pending.reject(reason);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #arm(): void {
    if (this.#running !== undefined || this.#closed) return;
    const commit = () => void this.flush();
    if (this.#queue.length > 0) this.#commitTimer ??= this.#clock.after(this.#settings.commitWindow, commit);
    if (this.unwrittenDeliveries > 0)
      this.#deliveryTimer ??= this.#clock.after(this.#settings.deliveryWindow, commit);
  }

  #disarm(): void {
    this.#commitTimer?.();
    this.#deliveryTimer?.();
    this.#commitTimer = this.#deliveryTimer = undefined;
  }
}
