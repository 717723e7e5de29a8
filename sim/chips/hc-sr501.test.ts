import { beforeEach, describe, expect, it } from "vitest";
import { Bench } from "#test/bench/bench.ts";
import { type HcSr501Twin, twin } from "./hc-sr501.ts";

const place = { kind: "gpio", chip: "pinctrl-bcm2711", offset: 17 } as const;

/** Edges of the output, in seconds. Delay 5 s and blocking time 2.5 s: HC-SR501 user's guide. */
describe("the HC-SR501's output", () => {
  let bench: Bench;
  let detector: HcSr501Twin;
  let edges: [seconds: number, level: number][];
  let startMs: number;

  const solder = (seed: number) => {
    bench = new Bench(seed);
    const line = bench.board.gpio.line(place.chip, place.offset);
    startMs = bench.loop.now;
    edges = [];
    line.watch((level) => edges.push([(bench.loop.now - startMs) / 1_000, level]));
    detector = bench.solder(twin, place);
  };
  const at = (seconds: number) => bench.loop.runUntil(startMs + seconds * 1_000);

  beforeEach(async () => {
    solder(1);
    await at(100);
    edges = [];
  });

  it("stays high for the delay time after one movement", async () => {
    detector.moved();
    await at(200);
    expect(edges).toEqual([
      [100, 1],
      [105, 0],
    ]);
  });

  it("is kept high by each movement within the delay time", async () => {
    for (const seconds of [100, 104, 108]) {
      await at(seconds);
      detector.moved();
    }
    await at(200);
    expect(edges).toEqual([
      [100, 1],
      [113, 0],
    ]);
  });

  it("is high as long as somebody moves, and the delay time longer", async () => {
    detector.set("presence", 1);
    await at(123);
    detector.set("presence", 0);
    await at(200);
    expect(edges).toEqual([
      [100, 1],
      [128, 0],
    ]);
  });

  it("is blind for the blocking time after it fell", async () => {
    detector.moved();
    await at(107);
    detector.moved();
    await at(107.6);
    detector.moved();
    await at(200);
    expect(edges).toEqual([
      [100, 1],
      [105, 0],
      [107.6, 1],
      [112.6, 0],
    ]);
  });

  it("sees after the blocking time who came during it", async () => {
    detector.moved();
    await at(106);
    detector.set("presence", 1);
    await at(200);
    expect(edges).toEqual([
      [100, 1],
      [105, 0],
      [107.5, 1],
    ]);
  });

  it("pulses up to three times in its first minute, and never later, for nothing", async () => {
    const pulses = new Set<number>();
    for (let seed = 0; seed < 40; seed++) {
      solder(seed);
      await at(600);
      pulses.add(edges.length / 2);
      for (const [seconds] of edges) expect(seconds).toBeLessThanOrEqual(60);
    }
    expect([...pulses].sort()).toEqual([0, 1, 2, 3]);
  });

  it("costs nothing while nothing happens", () => {
    expect(bench.loop.pending).toBe(0);
  });
});
