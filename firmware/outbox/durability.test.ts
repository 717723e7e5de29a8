import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { VirtualStore } from "#sim/ports/store.ts";
import { Outbox } from "./outbox.ts";
import { type OutboxRecord, type RecordClass, recordClasses } from "./record.ts";

const epoch = "0123456789abcdef";

const open = (medium: VirtualStore, clock = new VirtualClock(new EventLoop())) =>
  Outbox.open(medium.mount(), clock, { device: "lamp-1", epoch, segmentBytes: 8192, maxBytes: 8 * 8192 });

async function takeAll(outbox: Outbox): Promise<OutboxRecord[]> {
  const records: OutboxRecord[] = [];
  for (let record = await outbox.take(); record !== undefined; record = await outbox.take())
    records.push(record);
  return records;
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A body that proves itself: nothing but what was appended has this form. */
const body = (recordClass: RecordClass, number: number) =>
  `${recordClass} ${number} ${"·".repeat(number % 60)} ${recordClass} ${number}`;

/** What a producer knows: which records it was told are kept, and which it saw delivered. */
class Ledger {
  readonly appended = new Map<string, RecordClass>();
  readonly kept = new Map<number, string>();
  readonly released = new Set<number>();
  number = 0;

  append(outbox: Outbox, recordClass: RecordClass, key = ""): Promise<void> {
    const text = body(recordClass, ++this.number);
    this.appended.set(text, recordClass);
    return outbox.append(recordClass, text, key).then(
      (sequence) => {
        expect(this.kept.has(sequence)).toBe(false);
        this.kept.set(sequence, text);
      },
      () => {},
    );
  }

  /** Everything kept is there or was released; nothing is there that was not appended, as it was appended. */
  check(records: readonly OutboxRecord[]): void {
    const found = new Map(records.map((record) => [record.sequence, record]));
    expect(found.size).toBe(records.length);
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
async function work(outbox: Outbox, ledger: Ledger, steps: number): Promise<void> {
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

describe("the outbox after a power cut", () => {
  it("is whole in 10,000 crash images: nothing acknowledged is lost, nothing is invented", async () => {
    let checked = 0;
    for (let round = 0; checked < 10_000; round++) {
      const medium = new VirtualStore();
      const ledger = new Ledger();
      const instants: { images: VirtualStore[]; then: Ledger }[] = [];
      medium.onChange = () => {
        const { appended, kept, released } = ledger;
        const then = Object.assign(new Ledger(), {
          appended,
          kept: new Map(kept),
          released: new Set(released),
        });
        const images = Array.from({ length: 12 }, (_, draw) => medium.image(checked + 13 * draw));
        instants.push({ images, then });
      };
      await work(await open(medium), ledger, 20 + round * 7);
      for (const { images, then } of instants)
        for (const image of images) {
          then.check(await takeAll(await open(image)));
          checked += 1;
        }
    }
  }, 120_000);

  it("keeps what it kept through crash after crash", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer()), { minLength: 2, maxLength: 12 }),
        async (lives) => {
          const medium = new VirtualStore();
          const ledger = new Ledger();
          for (const [changes, seed] of lives) {
            let left = changes;
            medium.onChange = () => {
              if (--left === 0) medium.powerCut(seed);
            };
            void open(medium).then((outbox) => work(outbox, ledger, 10));
            await settled();
            medium.onChange = () => {};
            medium.powerCut(seed);
          }
          ledger.check(await takeAll(await open(medium)));
        },
      ),
      { numRuns: 150 },
    );
  });
});
