import { describe, expect, it } from "vitest";
import { hours, seconds } from "#devices/duration.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { VirtualStore } from "#sim/ports/store.ts";
import type { OutboxOptions } from "./options.ts";
import { Outbox, OutboxFullError } from "./outbox.ts";
import type { OutboxRecord } from "./record.ts";

const epoch = "0123456789abcdef";
const small = { device: "lamp-1", epoch, segmentBytes: 8192, maxBytes: 8 * 8192 } as const;

async function bench(options: Partial<OutboxOptions> = {}) {
  const loop = new EventLoop();
  const medium = new VirtualStore();
  const open = (more: Partial<OutboxOptions> = {}) =>
    Outbox.open(medium.mount(), new VirtualClock(loop), { ...small, ...options, ...more });
  return { loop, medium, open, outbox: await open() };
}

async function takeAll(outbox: Outbox): Promise<OutboxRecord[]> {
  const records: OutboxRecord[] = [];
  for (let record = await outbox.take(); record !== undefined; record = await outbox.take())
    records.push(record);
  return records;
}

const bodies = (records: readonly OutboxRecord[]) => records.map((record) => record.body);
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("append", () => {
  it("numbers records from 1, by 1, in the order of the calls", async () => {
    const { outbox } = await bench();
    const appended = ["a", "b", "c"].map((body) => outbox.append("event", body));
    void outbox.flush();
    expect(await Promise.all(appended)).toEqual([1, 2, 3]);
    const next = outbox.append("alarm", "d");
    expect(await next).toBe(4);
  });

  it("waits a second for company, and makes the group durable with one sync", async () => {
    const { loop, medium, outbox } = await bench();
    await Promise.all([outbox.append("alarm", "first"), settled()]);
    const before = medium.syncs;
    const done: number[] = [];
    for (const body of ["a", "b", "c"]) void outbox.append("series", body).then((at) => done.push(at));
    await loop.runUntil(999);
    expect(done).toEqual([]);
    await loop.runUntil(1000);
    expect([done, medium.syncs - before]).toEqual([[2, 3, 4], 1]);
  });

  it("waits no longer when 64 records are there, nor for an alarm", async () => {
    const { loop, outbox } = await bench();
    const many = Promise.all(Array.from({ length: 64 }, (_, at) => outbox.append("series", `${at}`)));
    expect((await many).at(-1)).toBe(64);
    const meter = outbox.append("meter", "1 Wh");
    expect([await outbox.append("alarm", "tilt"), await meter]).toEqual([66, 65]);
    expect(loop.now).toBe(0);
  });

  it("has no timer while there is nothing to do", async () => {
    const { loop, outbox } = await bench();
    void outbox.append("event", "x");
    await loop.runUntil(2000);
    expect(outbox.release((await outbox.take())!.sequence)).toBe(1);
    await loop.runUntil(600_000);
    expect(loop.pending).toBe(0);
  });

  it("refuses what is too long, and says how long it may be", async () => {
    const { outbox } = await bench();
    await expect(outbox.append("event", "x".repeat(900))).rejects.toThrow(/920 bytes.*8192 bytes take 896/);
    await expect(outbox.append("state", "x", "k".repeat(256))).rejects.toThrow(/256 bytes: at most 255/);
  });

  it("refuses what comes after close", async () => {
    const { outbox } = await bench();
    await outbox.close();
    await expect(outbox.append("event", "x")).rejects.toThrow(/closed/);
  });
});

describe("take", () => {
  it("hands out alarms first, then by class, oldest first, with all that names a record in the fleet", async () => {
    const { outbox } = await bench();
    for (const name of ["series", "state", "event", "meter", "alarm"] as const)
      for (const part of [1, 2]) void outbox.append(name, `${name} ${part} °C`, `key-${part}`);
    await outbox.flush();
    const records = await takeAll(outbox);
    const classes = ["alarm", "meter", "event", "state", "series"];
    expect(bodies(records)).toEqual(classes.flatMap((name) => [`${name} 1 °C`, `${name} 2 °C`]));
    const first = { device: "lamp-1", epoch, sequence: 9, recordClass: "alarm", key: "key-1" };
    expect(records[0]).toEqual({ ...first, body: "alarm 1 °C" });
  });

  it("hands out a record again in its old place after giveBack, and never after release", async () => {
    const { outbox } = await bench();
    for (const body of ["a", "b", "c"]) void outbox.append("event", body);
    await outbox.flush();
    await takeAll(outbox);
    outbox.release(2);
    outbox.giveBack(3);
    outbox.giveBack(1);
    outbox.giveBack(2);
    expect(bodies(await takeAll(outbox))).toEqual(["a", "c"]);
  });

  it("delivers of a state only the newest of each key, and counts the others", async () => {
    const { outbox, open } = await bench();
    for (const [key, body] of [
      ["door", "open"],
      ["lamp", "on"],
      ["door", "shut"],
    ] as const)
      void outbox.append("state", body, key);
    await outbox.flush();
    expect(outbox.stats().superseded).toBe(1);
    await outbox.close();
    const again = await open();
    expect(bodies(await takeAll(again))).toEqual(["on", "shut"]);
    expect(again.stats().superseded).toBe(1);
  });

  it("does not bring back an older state when the newer was delivered and the process ends", async () => {
    const { outbox, open } = await bench();
    void outbox.append("state", "open", "door");
    await outbox.flush();
    void outbox.append("state", "shut", "door");
    await outbox.flush();
    outbox.release((await outbox.take())!.sequence);
    await outbox.flush();
    expect(await takeAll(await open())).toEqual([]);
  });
});

describe("a restart", () => {
  it("keeps epoch, sequence, records and order", async () => {
    const { outbox, open } = await bench();
    for (let at = 1; at <= 300; at++) void outbox.append(at % 2 ? "event" : "meter", `record ${at}`);
    await outbox.flush();
    outbox.release(1, 10);
    await outbox.close();
    const again = await open({ epoch: "ffffffffffffffff" });
    const records = await takeAll(again);
    expect(records.map((record) => record.sequence)).toEqual([
      ...Array.from({ length: 145 }, (_, at) => 12 + 2 * at),
      ...Array.from({ length: 145 }, (_, at) => 11 + 2 * at),
    ]);
    expect(new Set(records.map((record) => record.epoch))).toEqual(new Set([epoch]));
    expect(await again.append("alarm", "next")).toBe(301);
  });

  it("writes deliveries down with the next commit, or after five minutes, and not one by one", async () => {
    const { loop, medium, outbox } = await bench();
    for (let at = 0; at < 20; at++) void outbox.append("event", `${at}`);
    await outbox.flush();
    const before = medium.syncs;
    for (let at = 1; at <= 20; at++) outbox.release(at);
    await loop.runUntil(299_999);
    expect([outbox.unwrittenDeliveries, medium.syncs - before]).toEqual([20, 0]);
    await loop.runUntil(300_000);
    expect([outbox.unwrittenDeliveries, medium.syncs - before]).toEqual([0, 1]);
  });

  it("makes a new epoch only when there is nothing left that can be read", async () => {
    const { medium, outbox, open } = await bench();
    await outbox.append("alarm", "x");
    for (const name of medium.names()) for (const at of [0, 512]) medium.corrupt(name, at, 0xff);
    const again = await open({ epoch: "ffffffffffffffff" });
    expect([again.epoch, await again.append("alarm", "y")]).toEqual(["ffffffffffffffff", 1]);
    expect(again.stats().damaged).toBeGreaterThan(0);
  });

  it("never gives a delivered record's sequence to another one, even if it rots before it was written down", async () => {
    const { medium, outbox, open } = await bench();
    await outbox.append("alarm", "keep");
    await outbox.append("alarm", "rots");
    medium.corrupt("outbox-0.log", 1024 + 24 + 22, 1);
    const again = await open();
    expect(bodies(await takeAll(again))).toEqual(["keep"]);
    expect(await again.append("alarm", "next")).toBe(3);
  });

  it("makes durable what a killed process wrote before it hands it out, so that its sequence stays its own", async () => {
    for (let seed = 0; seed < 20; seed++) {
      const { medium, outbox, open } = await bench();
      await outbox.append("alarm", "first");
      let killed = false;
      medium.onChange = (operation) => {
        if (operation === "sync" && !killed) medium.mount();
        killed ||= operation === "sync";
      };
      void outbox.append("alarm", "written, not synced");
      await settled();
      const second = await open();
      expect(bodies(await takeAll(second))).toEqual(["first", "written, not synced"]);
      medium.powerCut(seed);
      expect(await (await open()).append("alarm", "third")).toBe(3);
    }
  });

  it("writes nothing more to a segment that it cannot make durable", async () => {
    const { medium, outbox, open } = await bench();
    await outbox.append("alarm", "first");
    medium.failSync(1);
    const again = await open();
    const written: string[] = [];
    medium.onChange = (operation, name) => written.push(`${operation} ${name}`);
    await again.append("alarm", "second");
    expect(written).not.toContain("write outbox-0.log");
    expect(written).toContain("write outbox-1.log");
  });

  it("mends a header that lost one of its two copies", async () => {
    const { medium, outbox, open } = await bench();
    await outbox.append("alarm", "x");
    for (const copy of [0, 512, 0]) {
      medium.corrupt("outbox-0.log", copy + 40, 0xff);
      expect(bodies(await takeAll(await open()))).toEqual(["x"]);
    }
  });
});

describe("when space is short", () => {
  const fill = async (outbox: Outbox, name: "series" | "event" | "alarm" | "meter", count: number) => {
    const work = Array.from({ length: count }, (_, at) =>
      outbox.append(name, `${name} ${at} `.padEnd(180, ".")),
    );
    void outbox.flush();
    return Promise.allSettled(work);
  };

  it("thins the older half of the series, every second one, and counts what it dropped", async () => {
    const { outbox } = await bench();
    let count = 0;
    while (outbox.stats().dropped.series === 0) {
      const appended = outbox.append("series", "x".repeat(180));
      await outbox.flush();
      count = await appended;
    }
    const kept = (await takeAll(outbox)).map((record) => record.sequence);
    expect(outbox.stats().dropped.series).toBe(count - kept.length);
    // Thinned by the rule, as often as was needed; the record that found no room came after it.
    let expected = Array.from({ length: count - 1 }, (_, at) => at + 1);
    while (expected.length > kept.length - 1) {
      const half = Math.ceil(expected.length / 2);
      expected = expected.filter((_, at) => at >= half || at % 2 === 1);
    }
    expect(kept).toEqual([...expected, count]);
    expect(outbox.stats().bytesOnMedium).toBeLessThanOrEqual(small.maxBytes);
  });

  it("takes a flood of series without refusing one", async () => {
    const { outbox } = await bench();
    const results = await fill(outbox, "series", 400);
    expect(results.every(({ status }) => status === "fulfilled")).toBe(true);
    const { waiting, dropped } = outbox.stats();
    expect(waiting.series + dropped.series).toBe(400);
    expect((await takeAll(outbox)).slice(-40).map((record) => record.sequence)).toEqual(
      Array.from({ length: 40 }, (_, at) => 361 + at),
    );
  });

  it("never drops alarms and meter records: everything else goes first, then it refuses", async () => {
    const { outbox, open } = await bench();
    await fill(outbox, "series", 60);
    await fill(outbox, "event", 60);
    const alarms = await fill(outbox, "alarm", 100);
    const meters = await fill(outbox, "meter", 200);
    const refused = [...alarms, ...meters].filter(({ status }) => status === "rejected");
    expect(refused.length).toBeGreaterThan(0);
    for (const result of refused)
      expect(result.status === "rejected" && result.reason).toBeInstanceOf(OutboxFullError);
    const { waiting, dropped, rejected } = outbox.stats();
    expect([waiting.alarm + waiting.meter, rejected]).toEqual([300 - refused.length, refused.length]);
    expect([waiting.series, waiting.event, dropped.series, dropped.event]).toEqual([0, 0, 60, 60]);
    const again = await open();
    const left = (await takeAll(again)).filter(({ recordClass }) => /alarm|meter/.test(recordClass));
    expect(left).toHaveLength(300 - refused.length);
  });

  it("takes new records again as soon as old ones were delivered", async () => {
    const { outbox } = await bench();
    await fill(outbox, "alarm", 300);
    await expect(outbox.append("alarm", "x".repeat(180))).rejects.toThrow(OutboxFullError);
    outbox.release(1, 20);
    expect(await outbox.append("alarm", "x".repeat(180))).toBeGreaterThan(100);
  });

  it("makes do with the files it has when somebody else fills the medium", async () => {
    const { medium, outbox } = await bench();
    medium.fill(0);
    const results = await fill(outbox, "series", 400);
    expect(results.every(({ status }) => status === "fulfilled")).toBe(true);
    expect(outbox.stats().dropped.series).toBeGreaterThan(300);
  });

  it("keeps a record through any number of turns of the ring", async () => {
    const { outbox, open } = await bench();
    const alarm = await outbox.append("alarm", "old alarm");
    for (let turn = 0; turn < 40; turn++) {
      await fill(outbox, "event", 30);
      outbox.release(alarm + 1, Number.MAX_SAFE_INTEGER);
    }
    await outbox.close();
    expect(bodies(await takeAll(await open()))).toEqual(["old alarm"]);
  });
});

describe("options", () => {
  it("says what is wrong with them", async () => {
    const { open } = await bench();
    await expect(open({ epoch: "xyz" })).rejects.toThrow(/16 hexadecimal digits/);
    await expect(open({ segmentBytes: 1000 })).rejects.toThrow(/multiple of 4096/);
    await expect(open({ maxBytes: 8192 })).rejects.toThrow(/six segments/);
  });

  it("takes records of an outbox with other segment sizes over", async () => {
    const { outbox, open } = await bench();
    for (let at = 0; at < 100; at++) void outbox.append("event", `event ${at}`.padEnd(150));
    await outbox.close();
    const again = await open({ segmentBytes: 16_384, maxBytes: 8 * 16_384 });
    for (let at = 0; at < 300; at++) void again.append("series", `series ${at}`.padEnd(150));
    await again.flush();
    expect(again.stats().waiting.event).toBe(100);
  });

  it("lets a record wait as long as it is told", async () => {
    const { loop, outbox } = await bench({ commitWindow: seconds(5) });
    let done = false;
    void outbox.append("event", "x").then(() => {
      done = true;
    });
    await loop.runUntil(4_999);
    expect(done).toBe(false);
    await loop.runUntil(hours(1));
    expect(done).toBe(true);
  });
});
