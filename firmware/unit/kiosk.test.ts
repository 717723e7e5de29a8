import { beforeEach, describe, expect, it } from "vitest";
import { type ChainedEvent, chainFlaws } from "#devices/chain.ts";
import { unitTopics } from "#devices/wire.ts";
import { UnitOnBench } from "#test/bench/unit-on-bench.ts";
import { sha256 } from "./chains.ts";
import { kiosk } from "./testdata/kiosk.ts";

describe("a unit of a kind with loads that endanger somebody", () => {
  let bench: UnitOnBench;
  let beats: number[];
  let id = 0;

  beforeEach(async () => {
    bench = await UnitOnBench.of(kiosk);
    await begin();
    beats = [];
    bench.twins.get("watchdog")!.onOutput!(() => beats.push(bench.loop.now));
  });

  /** Past the warm-up of the infrared sensor. */
  async function begin(): Promise<void> {
    const started = bench.start();
    await bench.pass(100_000);
    await started;
  }

  /** Rings, as the city would. */
  async function ring(by: string): Promise<void> {
    const { site, unit } = bench.config;
    const sender = bench.broker.port().open("sender", { topic: "plinth/sender/status", payload: "offline" });
    bench.clock.setWall(bench.loop.now, "network");
    const message = { id: ++id, expires: bench.loop.now + 60_000, command: "ring", args: { by } };
    await bench.pass(1_000);
    const sent = sender.publish(unitTopics(site, unit).command, JSON.stringify(message));
    await bench.pass(1_000);
    await sent;
    await sender.close();
  }

  const loads = () => bench.twins.get("loads")!;
  const shutter = () => loads().output!("enable");
  const told = () =>
    bench
      .said("record")
      .flatMap(({ body }) => (body.type === "event" ? [body as unknown as ChainedEvent] : []));

  /** Edges that the watchdog saw meanwhile. */
  async function beatsIn(ms: number): Promise<number> {
    const { length } = beats;
    await bench.pass(ms);
    return beats.length - length;
  }

  it("drives two actuators on one part, each by itself", async () => {
    expect(loads().output!("level")).toBeCloseTo(60, 0);
    expect(shutter()).toBe(1);
    bench.twins.get("visitor")!.set("presence", 1);
    await bench.pass(1_000);
    expect([Math.round(loads().output!("level")!), shutter()]).toEqual([60, 0]);
  });

  it("asks the permit again the instant that something it looks at changes", async () => {
    const changes: number[] = [];
    loads().onOutput!(() => changes.push(bench.loop.now));
    const nowMs = bench.loop.now;
    bench.twins.get("visitor")!.set("presence", 1);
    await bench.pass(400);
    // The detector's line is looked at each 100 ms.
    expect(changes[0]).toBeLessThanOrEqual(nowMs + 200);
    expect(shutter()).toBe(0);
  });

  it("tells both again when the part forgot", async () => {
    loads().brownOut();
    await bench.pass(4_000);
    expect([Math.round(loads().output!("level")!), shutter()]).toEqual([60, 1]);
  });

  it("feeds the watchdog while its loads are where they were told", async () => {
    expect(await beatsIn(10_000)).toBe(20);
  });

  it("feeds it no longer when the loads cannot be reached, and again when they can", async () => {
    loads().unplug();
    await bench.pass(3_000);
    expect(await beatsIn(10_000)).toBe(0);
    loads().mend();
    await bench.pass(20_000);
    expect(await beatsIn(10_000)).toBe(20);
  });

  it("feeds it no longer when the process is dead", async () => {
    bench.kill();
    expect(await beatsIn(10_000)).toBe(0);
  });

  it("hears a signal once, with its arguments, and tells the event in a chain", async () => {
    await ring("Ada");
    await ring("Bo");
    await bench.pass(2_000);
    expect(told().map(({ fields }) => fields)).toEqual([
      { by: "Ada", rung: 1 },
      { by: "Bo", rung: 2 },
    ]);
    expect(chainFlaws("pier/kiosk-1", told(), sha256)).toEqual([]);
  });

  it("goes on with count and chain after a power cut at any time", async () => {
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
      await ring(`before cut ${seed}`);
      // The record is not yet durable, or just so.
      await bench.pass(seed * 50);
      bench.kill(seed);
      await begin();
    }
    await ring("after");
    await bench.pass(2_000);
    const numbers = [...new Set(told().map(({ chain }) => chain.number))].sort((a, b) => a - b);
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(chainFlaws("pier/kiosk-1", told(), sha256)).toEqual([]);
    expect(told().at(-1)!.fields).toEqual({ by: "after", rung: 9 });
  });
});
