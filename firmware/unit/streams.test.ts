import { beforeEach, describe, expect, it } from "vitest";
import { ads1115, conversionTraffic } from "#devices/chips/ads1115.ts";
import { milliseconds } from "#devices/duration.ts";
import { floor } from "#devices/furniture/floor.ts";
import { type Furniture, type Role, sourcesOf } from "#devices/furniture/vocabulary.ts";
import { voltage } from "#devices/quantities.ts";
import type { Sample } from "#devices/sample.ts";
import type { Detection, Stream } from "#devices/stream.ts";
import { twin as ads1115Twin } from "#sim/chips/ads1115.ts";
import { Bench } from "#test/bench/bench.ts";
import { Samples } from "../edge/samples.ts";
import { localStreams } from "../stream/local.ts";
import type { StreamPort } from "../stream/port.ts";
import { PartRunner } from "./part-runner.ts";
import { Streams } from "./streams.ts";

/** Tells each slot in which the first input is above 2 V, and 2000 V where it is above 3 V. */
const stream: Stream = {
  every: milliseconds(4),
  idle: milliseconds(20),
  each: ["voltage0"],
  inTurn: [],
  conversion: conversionTraffic,
  detector: {
    outputs: { peak: voltage },
    initial: () => 0,
    detect: (state, { slots, atMs, values }) => {
      const detections: Detection[] = [];
      for (let slot = 0; slot < slots; slot++) {
        const volts = values.voltage0![slot]!;
        const value = volts > 3 ? 2_000 : volts;
        if (volts > 2) detections.push({ output: "peak", value, quality: "good", atMs: atMs[slot]! });
      }
      return { state, detections, isMoving: detections.length > 0 };
    },
  },
};
const place = (address: number) => ({ kind: "i2c", bus: 3, address }) as const;
const roleAt = (address: number): Role => ({ title: "", accepts: [ads1115], place: place(address), stream });
const declaration: Furniture = {
  ...floor,
  roles: { first: roleAt(0x48), second: roleAt(0x49) },
};

describe("a streamed part", () => {
  let bench: Bench;
  let samples: Samples;
  let chips: { first: ReturnType<typeof ads1115Twin.create>; second: ReturnType<typeof ads1115Twin.create> };
  let runners: Record<"first" | "second", PartRunner>;
  let states: string[];

  beforeEach(async () => {
    bench = new Bench();
    samples = new Samples(bench.clock, 1, sourcesOf(declaration));
    chips = {
      first: bench.solder(ads1115Twin, place(0x48)),
      second: bench.solder(ads1115Twin, place(0x49)),
    };
    states = [];
    const streams = new Streams(localStreams(bench.ports), samples);
    const runnerOf = (name: "first" | "second") => {
      const { role, part } = streams.supervised(name, declaration.roles[name]!, ads1115);
      return new PartRunner(part, role, role.place, bench.ports, {
        onValue: (channel, value, quality) => samples.put(`${name}.${channel}`, value, quality),
        onReady: () => {},
        onState: (state) => states.push(`${name} ${state}`),
      });
    };
    runners = { first: runnerOf("first"), second: runnerOf("second") };
    for (const runner of Object.values(runners)) await bench.outcome(runner.start());
  });

  it("is as well as any other, and tells how fast it is sampled", async () => {
    chips.first.set("voltage0", 2.5);
    await bench.pass(3_000);
    expect(runners.first.health).toEqual({ part: "ads1115", state: "ok", failures: 0 });
    expect(samples.latest("first.rate")).toMatchObject({ value: expect.closeTo(250, -1), quality: "good" });
    expect(samples.latest("second.rate")?.value).toBeCloseTo(50, -1);
    expect(samples.latest("first.missed")?.value).toBe(0);
  });

  it("is heard with the time at which it happened, once for each time", async () => {
    const heard: Sample[] = [];
    samples.on("second.peak", (sample) => heard.push(sample));
    const fromMs = bench.loop.now + 1_003;
    chips.second.set("voltage0", (atMs) => (atMs > fromMs && atMs < fromMs + 30 ? 2.25 : 1));
    await bench.pass(2_000);
    expect(heard.length).toBeGreaterThan(2);
    for (const { value, quality, atMs } of heard) {
      expect([value, quality]).toEqual([2.25, "good"]);
      expect(Math.abs(atMs - bench.clock.now() + 2_000 - 1_018)).toBeLessThan(25);
    }
    expect(new Set(heard.map(({ atMs }) => atMs)).size).toBe(heard.length);
  });

  it("is not believed what its quantity does not allow", async () => {
    chips.first.set("voltage0", 3.2);
    await bench.pass(100);
    expect(samples.latest("first.peak")).toMatchObject({ value: Number.NaN, quality: "bad" });
  });

  it("that is unplugged is told to fail, and nothing is known of it; the other one does not notice", async () => {
    for (const chip of Object.values(chips)) chip.set("voltage0", 2.5);
    await bench.pass(1_000);
    states.length = 0;
    chips.first.unplug();
    await bench.pass(3_000);
    expect(runners.first.health).toMatchObject({ state: "failing", fault: expect.stringContaining("0x48") });
    expect(samples.latest("first.peak")).toMatchObject({ quality: "bad" });
    expect(samples.latest("second.peak")).toMatchObject({ value: 2.5, quality: "good" });
    expect(samples.latest("second.missed")?.value).toBe(0);
    expect(states.every((state) => state.startsWith("first"))).toBe(true);
  });

  it("that dies before it ever told anything is known to be blind", async () => {
    expect(samples.latest("first.peak")).toBeUndefined();
    chips.first.unplug();
    await bench.pass(3_000);
    expect(samples.latest("first.peak")).toMatchObject({ value: Number.NaN, quality: "bad" });
  });

  it("is started again when it is back, and quarantined when it stays away", async () => {
    chips.first.set("voltage0", 2.5);
    chips.first.unplug();
    await bench.pass(120_000);
    expect(runners.first.health.state).toBe("quarantined");
    chips.first.mend();
    await bench.pass(330_000);
    expect(runners.first.health).toMatchObject({ state: "ok", failures: 0 });
    expect(samples.latest("first.peak")).toMatchObject({ value: 2.5, quality: "good" });
  });

  it("that another part stands in for is never streamed", async () => {
    chips.second.unplug();
    // TLOW and THIGH of a TMP102 at the place of the thresholds (TI SBOS397, tables 11 and 12).
    bench.board.i2c(3).attach(0x49, { write: () => true, read: () => Uint8Array.of(0x4b, 0x00) });
    await bench.outcome(runners.second.stop());
    await bench.outcome(runners.second.start());
    expect(runners.second.health).toMatchObject({ state: "quarantined" });
    expect(runners.second.health.fault).toContain("wrong-device");
  });

  it("is silent, and lets its bus go, when it is stopped", async () => {
    chips.first.set("voltage0", 2.5);
    await bench.pass(500);
    for (const runner of Object.values(runners)) await bench.outcome(runner.stop());
    const before = samples.latest("first.peak");
    const busyMs = bench.board.i2c(3).busyMs;
    await bench.pass(5_000);
    expect(samples.latest("first.peak")).toBe(before);
    expect(bench.board.i2c(3).busyMs).toBe(busyMs);
  });
});

describe("streams", () => {
  it("leave a part that is sampled as it is", () => {
    const { climate } = floor.roles;
    const samples = new Samples(new Bench().clock, 1, sourcesOf(floor));
    const streams = new Streams({} as StreamPort, samples);
    expect(streams.supervised("climate", climate!, climate!.accepts[0])).toEqual({
      role: climate,
      part: climate!.accepts[0],
    });
  });
});
