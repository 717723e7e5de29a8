import { describe, expect, it } from "vitest";
import { type Duration, milliseconds, minutes, seconds } from "#devices/duration.ts";
import type { Clock } from "#devices/ports/clock.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { VirtualStore } from "#sim/ports/store.ts";
import { Drain, type DrainOptions } from "./drain.ts";
import { Outbox } from "./outbox.ts";
import type { OutboxRecord } from "./record.ts";

/** A link with a round trip that varies by half, that can be cut, and an ingester that remembers what it got. */
class Far {
  readonly got: OutboxRecord[] = [];
  readonly atMs: number[] = [];
  onTheWay = 0;
  most = 0;
  refuses = false;
  readonly #clock: Clock;
  readonly #roundTrip: Duration;
  #cutters = new Set<() => void>();

  constructor(clock: Clock, roundTrip: Duration) {
    this.#clock = clock;
    this.#roundTrip = roundTrip;
  }

  readonly send = (record: OutboxRecord) =>
    new Promise<void>((resolve, reject) => {
      if (this.refuses) return reject(new Error("refused"));
      this.got.push(record);
      this.atMs.push(this.#clock.now());
      this.most = Math.max(this.most, ++this.onTheWay);
      const cut = () => {
        cancel();
        this.onTheWay -= 1;
        reject(new Error("the connection ended"));
      };
      const roundTrip = milliseconds(this.#roundTrip * (1 + (record.sequence % 8) / 16));
      const cancel = this.#clock.after(roundTrip, () => {
        this.#cutters.delete(cut);
        this.onTheWay -= 1;
        resolve();
      });
      this.#cutters.add(cut);
    });

  cut() {
    for (const cut of this.#cutters) cut();
    this.#cutters.clear();
  }
}

async function bench(options: Partial<DrainOptions> = {}, roundTrip = milliseconds(50), device = "lamp-1") {
  const loop = new EventLoop();
  const medium = new VirtualStore();
  const clock = new VirtualClock(loop);
  const open = () =>
    Outbox.open(medium.mount(), clock, { device, epoch: "0123456789abcdef", segmentBytes: 65_536 });
  const outbox = await open();
  const far = new Far(clock, roundTrip);
  const drain = new Drain(outbox, clock, far.send, { receipts: "puback", spread: seconds(10), ...options });
  return { loop, medium, open, outbox, far, drain };
}

async function append(outbox: Outbox, count: number, name: "alarm" | "series" | "event" = "series") {
  for (let at = 0; at < count; at++) void outbox.append(name, `${name} ${at}`);
  await outbox.flush();
}

const sequences = (records: readonly OutboxRecord[]) => records.map((record) => record.sequence);
const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

describe("Drain", () => {
  it("sends nothing while offline, and all of it after", async () => {
    const { loop, outbox, far, drain } = await bench();
    await append(outbox, 10);
    await loop.runUntil(60_000);
    expect(far.got).toEqual([]);
    drain.setConnected(true);
    await loop.runUntil(120_000);
    expect(sequences(far.got)).toEqual(upTo(10));
    expect(outbox.stats().waiting.series).toBe(0);
  });

  it("begins at a time drawn by the unit's name, so that a street does not come back all at once", async () => {
    const starts = new Set<number>();
    for (let unit = 0; unit < 20; unit++) {
      const { loop, outbox, far, drain } = await bench({}, milliseconds(50), `lamp-${unit}`);
      await append(outbox, 1);
      drain.setConnected(true);
      await loop.runUntil(10_000);
      starts.add(far.atMs[0]!);
    }
    expect(starts.size).toBe(20);
    expect(Math.max(...starts) - Math.min(...starts)).toBeGreaterThan(5_000);
  });

  it("drains 500 records a second or more over a round trip of 50 ms, within its window", async () => {
    const { loop, outbox, far, drain } = await bench({ spread: milliseconds(1) });
    await append(outbox, 6_000);
    drain.setConnected(true);
    await loop.runUntil(12_000);
    expect(far.got).toHaveLength(6_000);
    expect(far.most).toBeGreaterThanOrEqual(25);
    expect(far.most).toBeLessThanOrEqual(128);
  });

  it("keeps to its pace", async () => {
    const { loop, outbox, far, drain } = await bench({ ratePerSecond: 20, spread: milliseconds(1) });
    await append(outbox, 1_000);
    drain.setConnected(true);
    await loop.runUntil(10_000);
    // The bucket's burst (the window) and ten seconds' worth.
    expect(far.got.length).toBeGreaterThanOrEqual(128 + 10 * 20 - 16);
    expect(far.got.length).toBeLessThanOrEqual(128 + 10 * 20);
  });

  it("sends an alarm before everything that waits", async () => {
    const { loop, outbox, far, drain } = await bench({ ratePerSecond: 20, spread: milliseconds(1) });
    await append(outbox, 1_000);
    drain.setConnected(true);
    await loop.runUntil(5_000);
    const before = far.got.length;
    await append(outbox, 1, "alarm");
    await loop.runUntil(6_000);
    expect(far.got.findIndex((record) => record.recordClass === "alarm") - before).toBe(0);
  });

  it("sends again what was cut off, in order, and loses nothing over many cuts", async () => {
    const { loop, outbox, far, drain } = await bench({ spread: milliseconds(100) });
    await append(outbox, 2_000);
    for (let cut = 1; cut <= 10; cut++) {
      drain.setConnected(true);
      await loop.runUntil(loop.now + 300);
      drain.setConnected(false);
      far.cut();
      await loop.runUntil(loop.now + 1_000);
      expect(far.onTheWay).toBe(0);
    }
    drain.setConnected(true);
    await loop.runUntil(loop.now + 20_000);
    expect([...new Set(sequences(far.got))].sort((a, b) => a - b)).toEqual(upTo(2_000));
    expect(far.got.length - 2_000).toBeLessThanOrEqual(10 * 128);
    expect(outbox.stats().waiting.series).toBe(0);
  });

  it("waits longer and longer between tries that fail, and is quick again after one that did not", async () => {
    const { loop, outbox, far, drain } = await bench({ spread: milliseconds(1) });
    let tries = 0;
    const counting = new Drain(
      outbox,
      new VirtualClock(loop),
      async () => {
        tries += 1;
        throw new Error("refused");
      },
      { receipts: "puback", spread: milliseconds(1) },
    );
    await append(outbox, 1);
    counting.setConnected(true);
    await loop.runUntil(minutes(60));
    // The cap is 30 s, the mean of full jitter half of it: about 240 an hour.
    expect(tries).toBeGreaterThan(120);
    expect(tries).toBeLessThan(480);
    counting.close();
    drain.setConnected(true);
    await loop.runUntil(loop.now + 1_000);
    expect(sequences(far.got)).toEqual([1]);
  });

  it("has no timer while there is nothing to send", async () => {
    const { loop, outbox, drain } = await bench();
    await append(outbox, 200);
    drain.setConnected(true);
    await loop.runUntil(minutes(10));
    expect([outbox.stats().waiting.series, loop.pending]).toEqual([0, 0]);
  });

  it("repeats after a power cut no more than its window", async () => {
    for (let seed = 0; seed < 20; seed++) {
      const hurry = { spread: milliseconds(1), window: 50, ratePerSecond: 10_000 };
      const { loop, medium, outbox, open, far, drain } = await bench(hurry);
      await append(outbox, 1_000);
      drain.setConnected(true);
      await loop.runUntil(200 + seed * 17);
      const sent = new Set(sequences(far.got));
      drain.close();
      medium.powerCut(seed);
      const again = await open();
      const left: number[] = [];
      for (let record = await again.take(); record; record = await again.take()) left.push(record.sequence);
      expect(left.filter((sequence) => sent.has(sequence)).length).toBeLessThanOrEqual(50);
      expect(new Set([...sent, ...left]).size).toBe(1_000);
    }
  });

  it("goes on draining when the medium takes no writes any more", async () => {
    const { loop, medium, outbox, far, drain } = await bench({ spread: milliseconds(1) });
    await append(outbox, 1_000);
    medium.readOnly();
    drain.setConnected(true);
    await loop.runUntil(60_000);
    expect(sequences(far.got).join()).toBe(upTo(1_000).join());
  });
});

describe("Drain with end-to-end receipts", () => {
  const endToEnd = { receipts: "end-to-end", spread: milliseconds(1), receiptTimeout: seconds(30) } as const;
  const epoch = "0123456789abcdef";

  it("keeps a record until its receipt, whatever the broker says", async () => {
    const { loop, outbox, far, drain } = await bench(endToEnd);
    await append(outbox, 5);
    drain.setConnected(true);
    await loop.runUntil(10_000);
    expect([far.got.length, outbox.stats().taken.series]).toEqual([5, 5]);
    drain.receipt({
      epoch,
      stored: [
        [1, 2],
        [4, 4],
      ],
    });
    expect([outbox.stats().taken.series, outbox.floor, drain.onTheWay]).toEqual([2, 3, 2]);
  });

  it("sends again what has no receipt after the timeout, and only that", async () => {
    const { loop, outbox, far, drain } = await bench(endToEnd);
    await append(outbox, 5);
    drain.setConnected(true);
    await loop.runUntil(10_000);
    drain.receipt({ epoch, stored: [[1, 3]] });
    await loop.runUntil(31_000);
    expect(sequences(far.got)).toEqual([1, 2, 3, 4, 5, 4, 5]);
  });

  it("takes a receipt that comes before the PUBACK", async () => {
    const { loop, outbox, far, drain } = await bench(endToEnd, seconds(5));
    await append(outbox, 2);
    drain.setConnected(true);
    await loop.runUntil(1_000);
    drain.receipt({ epoch, stored: [[1, 2]] });
    await loop.runUntil(minutes(5));
    expect([far.got.length, outbox.stats().taken.series, drain.onTheWay]).toEqual([2, 0, 0]);
  });

  it("ignores the receipt of another epoch", async () => {
    const { loop, outbox, drain } = await bench(endToEnd);
    await append(outbox, 2);
    drain.setConnected(true);
    await loop.runUntil(1_000);
    drain.receipt({ epoch: "ffffffffffffffff", stored: [[1, 2]] });
    expect(outbox.stats().taken.series).toBe(2);
  });

  it("takes a receipt for what an earlier life sent", async () => {
    const { outbox, drain } = await bench(endToEnd);
    await append(outbox, 5);
    drain.receipt({ epoch, stored: [[1, 4]] });
    expect(sequences([(await outbox.take())!])).toEqual([5]);
  });

  it("has no more unreceipted than its window, and goes on when receipts come", async () => {
    const { loop, outbox, far, drain } = await bench({ ...endToEnd, window: 50 });
    await append(outbox, 200);
    drain.setConnected(true);
    await loop.runUntil(20_000);
    expect(far.got).toHaveLength(50);
    for (let round = 0; round < 8; round++) {
      drain.receipt({ epoch, stored: [[1, far.got.length]] });
      await loop.runUntil(loop.now + 1_000);
    }
    expect(sequences(far.got)).toEqual(upTo(200));
  });
});
