import { type RecordClass, recordClasses } from "#devices/furniture/vocabulary.ts";
import { Outbox } from "#firmware/outbox/outbox.ts";
import type { OutboxRecord } from "#firmware/outbox/record.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { VirtualStore } from "#sim/ports/store.ts";

const epoch = "0123456789abcdef";

export const openSmall = (medium: VirtualStore, clock = new VirtualClock(new EventLoop())) =>
  Outbox.open(medium.mount(), clock, { device: "lamp-1", epoch, segmentBytes: 8192, maxBytes: 8 * 8192 });

export async function takeAll(outbox: Outbox): Promise<OutboxRecord[]> {
  const records: OutboxRecord[] = [];
  for (let record = await outbox.take(); record !== undefined; record = await outbox.take())
    records.push(record);
  return records;
}

/** A body that proves itself: nothing but what was appended has this form. */
const body = (recordClass: RecordClass, number: number) =>
  `${recordClass} ${number} ${"·".repeat(number % 60)} ${recordClass} ${number}`;

/** What a producer knows: which records it was told are kept, and which it saw delivered. */
export class Ledger {
  readonly appended = new Map<string, RecordClass>();
  readonly kept = new Map<number, string>();
  readonly released = new Set<number>();
  number = 0;

  append(outbox: Outbox, recordClass: RecordClass, key = ""): Promise<void> {
    const text = body(recordClass, ++this.number);
    this.appended.set(text, recordClass);
    return outbox.append(recordClass, text, key).then(
      (sequence) => {
        if (this.kept.has(sequence)) throw new Error(`sequence ${sequence} was given twice`);
        this.kept.set(sequence, text);
      },
      () => {},
    );
  }

  /** Everything kept is there or was released; nothing is there that was not appended, as it was appended. */
  check(records: readonly OutboxRecord[]): void {
    const found = new Map(records.map((record) => [record.sequence, record]));
    if (found.size !== records.length) throw new Error("a record is there twice");
    for (const [sequence, text] of this.kept)
      if (!this.released.has(sequence) && found.get(sequence)?.body !== text)
        throw new Error(`record ${sequence} was acknowledged and is gone`);
    for (const { body: text, recordClass, sequence } of records) {
      if (this.appended.get(text) !== recordClass)
        throw new Error(`nobody appended record ${sequence}: ${text}`);
      if ((this.kept.get(sequence) ?? text) !== text) throw new Error(`record ${sequence} is another one`);
    }
    for (const name of recordClasses) {
      const order = records.filter((record) => record.recordClass === name).map((record) => record.sequence);
      if (order.some((sequence, at) => at > 0 && sequence < order[at - 1]!))
        throw new Error(`${name} records are out of order: ${order}`);
    }
  }
}

/** A workload that turns the ring over, cleans it, and releases out of order. */
export async function work(outbox: Outbox, ledger: Ledger, steps: number): Promise<void> {
  for (let step = 0; step < steps; step++) {
    const group = Array.from({ length: 1 + (step % 7) }, (_, at) =>
      ledger.append(outbox, recordClasses[(step + at) % 3]!),
    );
    void outbox.flush();
    await Promise.all(group);
    const taken: number[] = [];
    for (let count = 0; count < 1 + (step % 7); count++) {
      const record = await outbox.take();
      if (record !== undefined) taken.push(record.sequence);
    }
    for (const sequence of taken.reverse()) {
      if (sequence % 11 === 0) continue;
      ledger.released.add(sequence);
      outbox.release(sequence);
    }
    if (step % 5 === 0) await outbox.flush();
  }
}

/**
 * Cuts the power before every change of the medium, twelve times each with other sectors kept, torn and lost, and
 * opens what is left. @returns how many images it checked, `count` at least; rejects when one is not whole.
 */
export async function powerCuts(count: number): Promise<number> {
  const medium = new VirtualStore();
  const outbox = await openSmall(medium);
  const ledger = new Ledger();
  const instants: { images: VirtualStore[]; then: Ledger }[] = [];
  let seed = 0;
  medium.onChange = () => {
    const { appended, kept, released } = ledger;
    const then = Object.assign(new Ledger(), {
      appended,
      kept: new Map(kept),
      released: new Set(released),
    });
    instants.push({ images: Array.from({ length: 12 }, () => medium.image(seed++)), then });
  };
  let checked = 0;
  while (checked < count) {
    await work(outbox, ledger, 4);
    for (const { images, then } of instants.splice(0))
      for (const image of images) {
        then.check(await takeAll(await openSmall(image)));
        checked += 1;
      }
    outbox.release(1, outbox.stats().next - 40);
    for (let sequence = 1; sequence <= outbox.stats().next - 40; sequence++) ledger.released.add(sequence);
  }
  return checked;
}
