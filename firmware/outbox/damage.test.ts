import { describe, expect, it } from "vitest";
import { recordClasses } from "#devices/furniture/vocabulary.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { VirtualStore } from "#sim/ports/store.ts";
import { Outbox } from "./outbox.ts";
import type { OutboxRecord } from "./record.ts";

const segmentBytes = 8192;

const open = (medium: VirtualStore) =>
  Outbox.open(medium.mount(), new VirtualClock(new EventLoop()), {
    device: "lamp-1",
    epoch: "0123456789abcdef",
    segmentBytes,
    maxBytes: 8 * segmentBytes,
  });

async function takeAll(outbox: Outbox): Promise<OutboxRecord[]> {
  const records: OutboxRecord[] = [];
  for (let record = await outbox.take(); record !== undefined; record = await outbox.take())
    records.push(record);
  return records;
}

const body = (sequence: number) => `record ${sequence} of ${recordClasses.join("/")}`;

/** `count` events in two commits, and where their segment ends. */
async function written(count: number) {
  const medium = new VirtualStore();
  const outbox = await open(medium);
  for (let sequence = 1; sequence <= count; sequence++) {
    void outbox.append("event", body(sequence));
    if (sequence === 1) await outbox.flush();
  }
  await outbox.flush();
  const content = Buffer.from((await medium.mount().read("outbox-0.log"))!);
  const end = content.findLastIndex((byte) => byte !== 0) + 1;
  return { medium, end };
}

describe("a damaged segment", () => {
  it("costs one record at most for any flipped bit, and never delivers what was not appended", async () => {
    const count = 5;
    const { medium, end } = await written(count);
    let flips = 0;
    const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);
    // Both copies of the header, and all frames with the end mark behind them.
    const offsets = [...range(0, 84), ...range(512, 596), ...range(1024, end)];
    for (const offset of offsets)
      for (let bit = 0; bit < 8; bit++) {
        const image = medium.image(0);
        image.corrupt("outbox-0.log", offset, 1 << bit);
        const outbox = await open(image);
        const records = await takeAll(outbox);
        for (const record of records) expect(record.body).toBe(body(record.sequence));
        expect(records.length).toBeGreaterThanOrEqual(offset < 1024 ? count : count - 1);
        expect(outbox.stats().damaged).toBe(count - records.length);
        expect(outbox.stats().next).toBe(count + 1);
        flips += 1;
      }
    expect(flips).toBeGreaterThan(4_000);
  });

  it("is noticed when it is damaged after it was opened, at delivery", async () => {
    const { medium } = await written(3);
    const outbox = await open(medium);
    medium.corrupt("outbox-0.log", 1024 + 30, 0x10);
    expect((await takeAll(outbox)).map((record) => record.sequence)).toEqual([2, 3]);
    expect(outbox.stats().damaged).toBe(1);
  });

  it("keeps every record before any byte at which the tail is cut off", async () => {
    const count = 12;
    const { medium, end } = await written(count);
    const content = (await medium.mount().read("outbox-0.log"))!;
    let most = 0;
    for (let length = 1024; length <= end; length++) {
      const image = medium.image(0);
      const file = await image.mount().open("outbox-0.log");
      await file.write(length, new Uint8Array(segmentBytes - length));
      await file.sync();
      const outbox = await open(image);
      const sequences = (await takeAll(outbox)).map((record) => record.sequence);
      // As many as lie whole before the cut: the next frame begins where this one's body and padding end.
      const frame = (20 + body(1).length + 3) & ~3;
      const longer = (20 + body(10).length + 3) & ~3;
      const whole = Math.min(9, Math.floor((length - 1024) / frame));
      const rest = Math.min(3, Math.max(0, Math.floor((length - 1024 - 9 * frame) / longer)));
      const padding = content.subarray(length).findIndex((byte) => byte !== 0);
      expect(sequences.length - (whole + rest)).toBeLessThanOrEqual(padding >= 0 && padding < 4 ? 1 : 0);
      expect(sequences).toEqual(Array.from({ length: sequences.length }, (_, at) => at + 1));
      expect(sequences.length).toBeGreaterThanOrEqual(whole + rest);
      most = Math.max(most, sequences.length);
      expect(await outbox.append("alarm", "goes on")).toBe(outbox.stats().next - 1);
    }
    expect(most).toBe(count);
  });
});

/** Appends and releases over several turns of the ring; resolves with what was acknowledged and not released. */
async function traffic(outbox: Outbox): Promise<Map<number, string>> {
  const kept = new Map<number, string>();
  for (let round = 0; round < 12; round++) {
    const group = Array.from({ length: 10 }, (_, at) => {
      const text = `round ${round} record ${at} ${"x".repeat(100)}`;
      return outbox.append("meter", text).then(
        (sequence) => kept.set(sequence, text),
        () => undefined,
      );
    });
    void outbox.flush();
    await Promise.all(group);
    for (const sequence of [...kept.keys()].filter((_, at) => at % 4 !== 0)) {
      outbox.release(sequence);
      kept.delete(sequence);
    }
    await outbox.flush();
  }
  return kept;
}

const survivors = async (medium: VirtualStore) =>
  new Map((await takeAll(await open(medium))).map((record) => [record.sequence, record.body]));

describe("a medium that fails once", () => {
  it("loses nothing acknowledged and refuses nothing, whichever write it is", async () => {
    let k = 0;
    for (let failed = true; failed; ) {
      const medium = new VirtualStore();
      const outbox = await open(medium);
      medium.failWrite(++k);
      const kept = await traffic(outbox);
      const { failedSegments, rejected } = outbox.stats();
      failed = failedSegments > 0;
      expect([rejected, k]).toEqual([0, k]);
      medium.powerCut(k);
      const after = await survivors(medium);
      for (const [sequence, text] of kept) expect(after.get(sequence)).toBe(text);
    }
    expect(k).toBeGreaterThan(24);
  });

  it("loses nothing acknowledged and refuses nothing, whichever sync it is", async () => {
    let k = 0;
    for (let failed = true; failed; ) {
      const medium = new VirtualStore();
      const outbox = await open(medium);
      medium.failSync(++k);
      const synced: string[] = [];
      medium.onChange = (operation, name) => {
        if (operation === "sync") synced.push(name);
      };
      const kept = await traffic(outbox);
      const badAt = k - 1;
      expect(synced.slice(badAt + 1).slice(0, 1)).not.toContain(synced[badAt]);
      const { failedSegments, rejected } = outbox.stats();
      failed = failedSegments > 0;
      expect([rejected, k]).toEqual([0, k]);
      medium.powerCut(k);
      const after = await survivors(medium);
      for (const [sequence, text] of kept) expect(after.get(sequence)).toBe(text);
    }
    expect(k).toBeGreaterThan(24);
  });
});

describe("a medium that fails for good", () => {
  it("rejects what it cannot keep, still hands out what it has, and keeps again once it is writable", async () => {
    const { medium } = await written(3);
    const outbox = await open(medium);
    medium.readOnly();
    await expect(outbox.append("alarm", "x")).rejects.toThrow(/read-only/);
    expect([outbox.isFailing, outbox.stats().rejected]).toEqual([true, 1]);
    expect(await takeAll(outbox)).toHaveLength(3);
    medium.readOnly(false);
    const sequence = await outbox.append("alarm", "y");
    await outbox.flush();
    expect([sequence > 3, outbox.isFailing]).toEqual([true, false]);
    medium.powerCut(1);
    expect((await survivors(medium)).get(sequence)).toBe("y");
  });

  it("opens on a read-only medium and hands out what is there", async () => {
    const { medium } = await written(3);
    medium.readOnly();
    expect(await takeAll(await open(medium))).toHaveLength(3);
  });
});
