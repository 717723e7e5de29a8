import { beforeEach, describe, expect, it } from "vitest";
import { milliseconds } from "#devices/duration.ts";
import { sleep } from "#devices/ports/clock.ts";
import { voltage } from "#devices/quantities.ts";
import type { Converter, Stream } from "#devices/stream.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { Lane } from "./lane.ts";

/** A converter on a bus that takes its time. */
class SlowConverter implements Converter {
  readonly conversionTime = milliseconds(1);
  readonly begun: { readonly channel: string; readonly atMs: number }[] = [];
  readonly #clock: VirtualClock;
  busMs = 0;
  failure: Error | undefined;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  async begin(channel: string): Promise<void> {
    if (this.busMs > 0) await sleep(this.#clock, milliseconds(this.busMs));
    if (this.failure) throw this.failure;
    this.begun.push({ channel, atMs: this.#clock.now() });
  }

  async fetch(): Promise<number> {
    if (this.busMs > 0) await sleep(this.#clock, milliseconds(this.busMs));
    return 1;
  }
}

describe("a lane", () => {
  let loop: EventLoop;
  let clock: VirtualClock;
  let converter: SlowConverter;
  let times: number[];

  const stream = (isMoving: boolean): Stream => ({
    every: milliseconds(4),
    idle: milliseconds(20),
    each: ["a"],
    inTurn: ["b", "c"],
    conversion: [{ write: 1 }],
    detector: {
      outputs: { peak: voltage },
      initial: () => 0,
      detect: (state, block) => {
        times.push(...block.atMs.slice(0, block.slots));
        return { state, detections: [], isMoving };
      },
    },
  });

  beforeEach(() => {
    loop = new EventLoop(0);
    clock = new VirtualClock(loop);
    converter = new SlowConverter(clock);
    times = [];
  });

  it("begins the next conversion at equal distances while something moves", async () => {
    const lane = new Lane(converter, stream(true), clock, () => {});
    await loop.runUntil(1_000);
    const { begun } = converter;
    expect(begun.slice(2, 8).map(({ channel }) => channel)).toEqual(["a", "c", "a", "b", "a", "c"]);
    for (const [index, { atMs }] of begun.slice(3, 100).entries())
      expect(atMs - begun[index + 2]!.atMs).toBeCloseTo(2, 6);
    expect(lane.standing.missed).toBe(0);
    lane.stop();
  });

  it("leaves slots out that its bus has no time for, counts them, and tells the true times of the others", async () => {
    converter.busMs = 1.5;
    const lane = new Lane(converter, stream(true), clock, () => {});
    await loop.runUntil(2_000);
    const { sampled, missed } = lane.standing;
    // Two conversions of 1.5 + 1 + 1.5 ms in a slot of 4 ms: every other one, at best.
    expect(sampled).toBeGreaterThan(200);
    expect(sampled).toBeLessThanOrEqual(260);
    expect(sampled + missed).toBeCloseTo(2_000 / 4, -1.5);
    for (const [index, atMs] of times.slice(3, 40).entries())
      expect(atMs - times[index + 2]!).toBeGreaterThan(7);
    lane.stop();
  });

  it("samples a converter that never waits at the same instants", async () => {
    const waiting = new Lane(converter, stream(true), clock, () => {});
    const begunAtMs: number[] = [];
    const prompt: Converter = {
      conversionTime: converter.conversionTime,
      begin: () => begunAtMs.push(clock.now()),
      fetch: () => 1,
    };
    const never = new Lane(prompt, stream(true), clock, () => {});
    await loop.runUntil(1_000);
    expect(begunAtMs.length).toBeGreaterThan(490);
    expect(begunAtMs).toEqual(converter.begun.map(({ atMs }) => atMs));
    expect(never.standing).toEqual(waiting.standing);
  });

  it("ends after ten slots in which a converter threw", async () => {
    const failure = new Error("no answer");
    const broken: Converter = {
      conversionTime: converter.conversionTime,
      begin: () => {
        throw failure;
      },
      fetch: () => 1,
    };
    const lane = new Lane(broken, stream(false), clock, () => {});
    await loop.runUntil(1_000);
    expect(() => lane.standing).toThrow("no answer");
    expect(loop.pending).toBe(0);
  });

  it("ends after ten slots that failed, and says why", async () => {
    const lane = new Lane(converter, stream(false), clock, () => {});
    await loop.runUntil(1_000);
    converter.failure = new Error("no answer");
    await loop.runUntil(1_100);
    expect(lane.standing).toMatchObject({ failure: converter.failure });
    await loop.runUntil(1_300);
    expect(() => lane.standing).toThrow("no answer");
    expect(loop.pending).toBe(0);
  });

  it("takes a detector that throws for a fault of its own", async () => {
    const broken = stream(false);
    const detect = () => {
      throw new Error("broken");
    };
    const lane = new Lane(
      converter,
      { ...broken, detector: { ...broken.detector, detect } },
      clock,
      () => {},
    );
    await loop.runUntil(1_000);
    expect(() => lane.standing).toThrow("broken");
  });
});
