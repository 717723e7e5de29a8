import { describe, expect, it } from "vitest";
import { ads1115, conversionTraffic } from "#devices/chips/ads1115.ts";
import { ina226 } from "#devices/chips/ina226.ts";
import { milliseconds } from "#devices/duration.ts";
import { voltage } from "#devices/quantities.ts";
import type { Block, Detection, Stream } from "#devices/stream.ts";
import { twin } from "#sim/chips/ads1115.ts";
import { twin as ina226Twin } from "#sim/chips/ina226.ts";
import { twin as multiplexer } from "#sim/chips/tca9548a.ts";
import { Bench } from "#test/bench/bench.ts";
import { localStreams } from "./local.ts";

const place = (address: number) => ({ kind: "i2c", bus: 1, address }) as const;

interface Row {
  readonly atMs: number;
  readonly volts: readonly number[];
}

const channels = ["voltage0", "voltage1", "voltage2", "voltage3"];

/** Keeps every slot; moves while the first input is above 2 V; tells each slot in which the second is above 1 V. */
function recorder() {
  const rows: Row[] = [];
  const blocks: number[] = [];
  const detect = (state: unknown, { slots, atMs, values }: Block) => {
    const block = Array.from({ length: slots }, (_, slot) => ({
      atMs: atMs[slot]!,
      volts: channels.map((channel) => values[channel]![slot]!),
    }));
    rows.push(...block);
    blocks.push(slots);
    const detections = block.flatMap(({ atMs, volts }): Detection[] =>
      volts[1]! > 1 ? [{ output: "peak", value: volts[1]!, quality: "good", atMs }] : [],
    );
    return { state, detections, isMoving: block.some(({ volts }) => volts[0]! > 2) };
  };
  const stream: Stream = {
    every: milliseconds(4),
    idle: milliseconds(20),
    each: ["voltage0"],
    inTurn: ["voltage1", "voltage2", "voltage3"],
    conversion: conversionTraffic,
    detector: { outputs: { peak: voltage }, initial: () => undefined, detect },
  };
  return { rows, blocks, stream };
}

async function setUp(lanes = 1) {
  const bench = new Bench();
  const port = localStreams(bench.ports);
  const streamed = Array.from({ length: lanes }, async (_, index) => {
    const chip = bench.solder(twin, place(0x48 + index));
    const { rows, blocks, stream } = recorder();
    const heard: Detection[] = [];
    const driver = await port.open(
      { role: `tile${index + 1}`, part: ads1115, place: place(0x48 + index), stream },
      (found) => heard.push(...found),
    );
    await bench.outcome(driver.probe());
    return { chip, rows, blocks, heard, driver };
  });
  return { bench, tiles: await Promise.all(streamed) };
}

const near = (count: number, volts: readonly number[]) =>
  [0, 1, 2, 3].map((input) =>
    input === 0 || input === count ? expect.closeTo(volts[input]!, 4) : Number.NaN,
  );

describe("a stream", () => {
  it("converts in each slot what it must, and the others in turn, at the idle rate", async () => {
    const { bench, tiles } = await setUp();
    const { chip, rows, blocks, driver } = tiles[0]!;
    const volts = [1.5, 0.25, 0.5, 0.75];
    for (const [input, value] of volts.entries()) chip.set(`voltage${input}`, value);
    await driver.configure();
    await bench.pass(1_000);
    expect(rows.length).toBe(50);
    expect(new Set(blocks)).toEqual(new Set([1]));
    expect(rows.slice(0, 4).map((row) => row.volts)).toEqual([1, 2, 3, 1].map((turn) => near(turn, volts)));
    for (const [index, { atMs }] of rows.slice(1).entries())
      expect(atMs - rows[index]!.atMs).toBeCloseTo(20, 6);
  });

  it("samples 250 times a second from the slot after something moved, until nothing does", async () => {
    const { bench, tiles } = await setUp();
    const { chip, rows, driver } = tiles[0]!;
    const startMs = bench.loop.now;
    chip.set("voltage0", (atMs) => (atMs >= startMs + 200 && atMs < startMs + 1_200 ? 3 : 1));
    await driver.configure();
    await bench.pass(2_000);
    const moving = rows.filter(({ volts }) => volts[0]! > 2);
    expect(moving.length).toBe(250 - 4);
    for (const [index, { atMs }] of moving.slice(1).entries())
      expect(atMs - moving[index]!.atMs).toBeCloseTo(4, 6);
    expect(rows.length - moving.length).toBeLessThan(60);
  });

  it("tells what was detected with the time of the slot", async () => {
    const { bench, tiles } = await setUp();
    const { chip, rows, heard, driver } = tiles[0]!;
    const startMs = bench.loop.now;
    chip.set("voltage1", (atMs) => (atMs >= startMs + 100 && atMs < startMs + 160 ? 1.25 : 0));
    await driver.configure();
    await bench.pass(400);
    expect(heard).toEqual([{ output: "peak", value: 1.25, quality: "good", atMs: expect.any(Number) }]);
    expect(rows.map(({ atMs }) => atMs)).toContain(heard[0]!.atMs);
  });

  it("lets four parts of a bus convert at once, each at the full rate", async () => {
    const { bench, tiles } = await setUp(4);
    for (const { chip, driver } of tiles) {
      chip.set("voltage0", 3);
      await driver.configure();
    }
    await bench.pass(1_020);
    for (const { driver, rows } of tiles) {
      expect(await bench.outcome(driver.sample())).toEqual({ rate: expect.closeTo(250, -1), missed: 0 });
      expect(rows.length).toBeGreaterThanOrEqual(250);
    }
  });

  it("converts behind the channels of a multiplexer, each its own", async () => {
    const bench = new Bench();
    bench.solder(multiplexer, place(0x70));
    const port = localStreams(bench.ports);
    const tiles = await Promise.all(
      [0, 1].map(async (channel) => {
        const behind = { ...place(0x48), behind: { address: 0x70, channel } };
        const chip = bench.solder(twin, behind);
        chip.set("voltage0", 2.5 + channel / 2);
        const { rows, stream } = recorder();
        const driver = await port.open(
          { role: `tile${channel}`, part: ads1115, place: behind, stream },
          () => {},
        );
        await bench.outcome(driver.probe());
        await driver.configure();
        return { rows, driver };
      }),
    );
    await bench.pass(1_000);
    for (const [channel, { rows, driver }] of tiles.entries()) {
      expect(await bench.outcome(driver.sample())).toMatchObject({ missed: 0 });
      expect(rows.length).toBeGreaterThan(240);
      for (const { volts } of rows) expect(volts[0]).toBeCloseTo(2.5 + channel / 2, 3);
    }
  });

  it("goes on past a transfer that fails, without the slot", async () => {
    const { bench, tiles } = await setUp();
    const { chip, rows, driver } = tiles[0]!;
    chip.set("voltage0", 3);
    await driver.configure();
    await bench.pass(500);
    const before = rows.length;
    bench.board.i2c(1).hold("arbitration-lost", 3);
    await bench.pass(500);
    expect(rows.length - before).toBeLessThanOrEqual(125 - 3);
    expect(rows.length - before).toBeGreaterThanOrEqual(125 - 6);
    expect((await bench.outcome(driver.sample())).missed).toBe(3);
  });

  it("ends when its part is gone, says why, and begins again when it is opened again", async () => {
    const { bench, tiles } = await setUp(2);
    const [first, second] = tiles;
    for (const { chip, driver } of tiles) {
      chip.set("voltage0", 3);
      await driver.configure();
    }
    await bench.pass(100);
    first!.chip.unplug();
    await bench.pass(1_000);
    expect(await bench.refusal(first!.driver.sample())).toMatchObject({
      kind: "no-acknowledge-address",
      address: 0x48,
    });
    expect((await bench.outcome(second!.driver.sample())).missed).toBe(0);
    first!.chip.mend();
    await first!.driver.configure();
    expect(await bench.outcome(first!.driver.sample())).toMatchObject({ rate: expect.closeTo(230, -2) });
  });

  it("ends when something else answers in its part's place", async () => {
    const { bench, tiles } = await setUp();
    const { chip, driver } = tiles[0]!;
    await driver.configure();
    await bench.pass(500);
    chip.unplug();
    bench.board.i2c(1).attach(0x48, { write: () => true, read: (length) => new Uint8Array(length) });
    await bench.pass(500);
    expect((await bench.refusal(driver.sample())).kind).toBe("wrong-device");
  });

  it("is silent once it is closed", async () => {
    const { bench, tiles } = await setUp();
    const { rows, driver } = tiles[0]!;
    await driver.configure();
    await bench.pass(100);
    await driver.close();
    const before = rows.length;
    await bench.pass(1_000);
    expect([rows.length, bench.loop.pending]).toEqual([before, 0]);
  });

  it("is refused for a part whose driver cannot be streamed", async () => {
    const bench = new Bench();
    bench.solder(ina226Twin, place(0x40));
    const { stream } = recorder();
    const opening = localStreams(bench.ports).open(
      { role: "supply", part: ina226, place: place(0x40), stream },
      () => {},
    );
    await expect(opening).rejects.toThrow("ina226 cannot be streamed, as supply has to be");
  });
});
