import { beforeEach, describe, expect, it } from "vitest";
import { hours, minutes } from "#devices/duration.ts";
import { streetlight } from "#devices/furniture/streetlight.ts";
import { sourcesOf, type TelemetryPoint } from "#devices/furniture/vocabulary.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { Samples } from "./edge/samples.ts";
import { Telemetry } from "./telemetry.ts";

const points: Record<string, TelemetryPoint> = {
  light: { title: "", source: "light.illuminance", recordClass: "series", every: minutes(15) },
  power: { title: "", source: "meter.activePower", recordClass: "series", every: hours(1), deadband: 5 },
  dark: { title: "", source: "daylight.dark", recordClass: "event", deadband: 1 },
  energy: { title: "", source: "energy.total", recordClass: "meter", every: hours(1) },
};
/** 20:07:30 UTC: 7.5 min before the next quarter of an hour. */
const startMs = Date.UTC(2026, 0, 10, 20, 7, 30);

describe("telemetry", () => {
  let loop: EventLoop;
  let clock: VirtualClock;
  let samples: Samples;
  let telemetry: Telemetry;
  let records: string[];

  const pass = (ms: number) => loop.runUntil(loop.now + ms);
  const take = () => records.splice(0);

  function start(driftPpm = 0): void {
    loop = new EventLoop(startMs);
    clock = new VirtualClock(loop, { driftPpm });
    samples = new Samples(clock, 1, sourcesOf(streetlight));
    samples.expect("light.illuminance", minutes(1));
    records = [];
    telemetry = new Telemetry(points, samples, clock, (recordClass, body, key) => {
      if (body.type !== "measurement") throw new Error(`${body.type} is no measurement`);
      expect(key).toBe(body.name);
      const at = new Date(clock.wall() ?? clock.now()).toISOString().slice(11, 19);
      records.push(`${at} ${recordClass} ${body.name} ${body.value} ${body.unit} ${body.quality}`);
    });
  }

  beforeEach(() => start());

  it("reports on the grid of the wall clock, rounded as the quantity says", async () => {
    clock.setWall(loop.now, "rtc");
    samples.put("light.illuminance", 12.34567, "good");
    samples.put("energy.total", 1_234.56, "good");
    telemetry.start();
    expect(take()).toEqual([]);
    await pass(450_000 - 1);
    expect(take()).toEqual([]);
    samples.put("light.illuminance", 12.34567, "good");
    await pass(1);
    expect(take()).toEqual(["20:15:00 series light 12.346 lx good"]);
    await pass(minutes(45));
    expect(take()).toEqual([
      "20:30:00 series light 12.346 lx stale",
      "20:45:00 series light 12.346 lx stale",
      "21:00:00 meter energy 1234.6 Wh good",
      "21:00:00 series light 12.346 lx stale",
    ]);
  });

  it("reports in step with itself while the time is not known, and moves to the wall's grid when it is", async () => {
    samples.put("light.illuminance", 1, "good");
    telemetry.start();
    await pass(minutes(20));
    expect(take()).toEqual(["00:15:00 series light 1 lx stale"]);
    clock.setWall(loop.now, "network");
    await pass(minutes(60));
    expect(
      take()
        .filter((line) => line.includes("light"))
        .slice(1),
    ).toEqual([
      "20:45:00 series light 1 lx stale",
      "21:00:00 series light 1 lx stale",
      "21:15:00 series light 1 lx stale",
    ]);
  });

  it("reports each tick once though the wall clock is corrected all the time", async () => {
    start(40);
    clock.setWall(loop.now, "network");
    samples.put("light.illuminance", 1, "good");
    telemetry.start();
    for (let second = 0; second < 86_400; second += 40) {
      await pass(40_000);
      clock.setWall(loop.now, "network");
    }
    expect(records).toHaveLength(96);
  });

  it("reports nothing of a source that never had a sample, and null of one that is bad", async () => {
    clock.setWall(loop.now, "rtc");
    telemetry.start();
    await pass(minutes(8));
    expect(take()).toEqual([]);
    samples.put("light.illuminance", Number.NaN, "bad");
    await pass(minutes(15));
    expect(take()).toEqual(["20:30:00 series light null lx bad"]);
  });

  it("reports at once what moved by the deadband since it was last reported, and not less", async () => {
    const power = async (value: number) => {
      samples.put("meter.activePower", value, "good");
      await pass(0);
      return take().map((line) => line.slice(9));
    };
    expect(await power(20)).toEqual(["series power 20 W good"]);
    expect(await power(24.9)).toEqual([]);
    expect(await power(15.1)).toEqual([]);
    expect(await power(25)).toEqual(["series power 25 W good"]);
    expect(await power(20.1)).toEqual([]);
    expect(await power(20)).toEqual(["series power 20 W good"]);
  });

  it("measures the deadband from what was reported on the grid, too", async () => {
    clock.setWall(loop.now, "rtc");
    telemetry.start();
    samples.put("meter.activePower", 20, "good");
    samples.put("meter.activePower", 24, "good");
    await pass(hours(1));
    take();
    samples.put("meter.activePower", 28, "good");
    await pass(0);
    expect(take()).toEqual([]);
    samples.put("meter.activePower", 29, "good");
    await pass(0);
    expect(take()).toHaveLength(1);
  });

  it("reports once that something is no longer known, and at once when it is again", async () => {
    const dark = async (value: number, quality: "good" | "bad" | "suspect") => {
      samples.put("daylight.dark", value, quality);
      await pass(0);
      return take().map((line) => line.slice(9));
    };
    expect(await dark(Number.NaN, "bad")).toEqual([]);
    expect(await dark(1, "good")).toEqual(["event dark 1 1 good"]);
    expect(await dark(Number.NaN, "bad")).toEqual(["event dark null 1 bad"]);
    expect(await dark(Number.NaN, "bad")).toEqual([]);
    expect(await dark(1, "suspect")).toEqual(["event dark 1 1 suspect"]);
  });

  it("reports the counters on request, and only those", () => {
    for (const { source } of Object.values(points)) samples.put(source, 1, "good");
    take();
    telemetry.reportCounters();
    expect(take().map((line) => line.slice(9))).toEqual(["meter energy 1 Wh good"]);
  });

  it("is over when it was stopped", async () => {
    telemetry.start();
    telemetry.stop();
    samples.put("meter.activePower", 20, "good");
    samples.put("light.illuminance", 20, "good");
    await pass(hours(3));
    expect([records, loop.pending]).toEqual([[], 0]);
  });
});
