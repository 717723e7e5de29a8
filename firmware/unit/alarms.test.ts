import { beforeEach, describe, expect, it } from "vitest";
import { minutes, seconds } from "#devices/duration.ts";
import { streetlight } from "#devices/furniture/streetlight.ts";
import { type Alarm, sourcesOf } from "#devices/furniture/vocabulary.ts";
import type { Quality } from "#devices/sample.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { Samples } from "../edge/samples.ts";
import { Alarms } from "./alarms.ts";

const words = { title: "", severity: "warning", advice: "" } as const;
const declared: Record<string, Alarm> = {
  low: {
    ...words,
    source: "supply.busVoltage",
    when: "below",
    limit: 4.75,
    for: minutes(2),
    hysteresis: 0.05,
  },
  tilted: {
    ...words,
    source: "pole.tilt",
    when: "above",
    limit: 5,
    for: minutes(3),
    hysteresis: 1,
    latched: true,
  },
  knocked: { ...words, source: "tilt.knock", when: "is", limit: 1, for: seconds(0) },
};

describe("alarms", () => {
  let loop: EventLoop;
  let samples: Samples;
  let alarms: Alarms;
  let told: string[];

  const restart = (raised: readonly string[] = []) => {
    const clock = new VirtualClock(loop);
    samples = new Samples(clock, 1, sourcesOf(streetlight));
    samples.expect("supply.busVoltage", minutes(1));
    told = [];
    alarms = new Alarms(
      declared,
      samples,
      clock,
      (name, state, value) => told.push(`${name} ${state} ${value}`),
      raised,
    );
  };
  /** The sensor says this once a minute, for so long. */
  const see = async (source: string, value: number, forMinutes = 0, quality: Quality = "good") => {
    samples.put(source, value, quality);
    for (let minute = 0; minute < forMinutes; minute++) {
      await loop.runUntil(loop.now + 60_000);
      samples.put(source, value, quality);
    }
  };
  const pass = (ms: number) => loop.runUntil(loop.now + ms);

  beforeEach(() => {
    loop = new EventLoop();
    restart();
  });

  it("are raised once, when their condition has held for its time, with what is seen then", async () => {
    await see("supply.busVoltage", 4.7);
    await pass(60_000);
    await see("supply.busVoltage", 4.6);
    await pass(59_999);
    expect(told).toEqual([]);
    await pass(1);
    expect(told).toEqual(["low raised 4.6"]);
    await see("supply.busVoltage", 4.5, 10);
    expect(told).toHaveLength(1);
    expect(alarms.raised).toEqual(["low"]);
  });

  it("are not raised by a condition that ends before, even by a moment", async () => {
    for (let round = 0; round < 5; round++) {
      await see("supply.busVoltage", 4.7, 1);
      await pass(59_999);
      await see("supply.busVoltage", 4.75);
    }
    await pass(minutes(10));
    expect(told).toEqual([]);
  });

  it("are raised at once where no time is asked for", async () => {
    await see("tilt.knock", 0);
    await see("tilt.knock", 1);
    await see("tilt.knock", 0);
    await see("tilt.knock", 1);
    expect(told).toEqual(["knocked raised 1", "knocked cleared 0", "knocked raised 1"]);
  });

  it("clear only beyond the hysteresis", async () => {
    await see("supply.busVoltage", 4.7, 3);
    for (const volts of [4.76, 4.79, 4.74, 4.79]) await see("supply.busVoltage", volts, 1);
    expect(told).toEqual(["low raised 4.7"]);
    await see("supply.busVoltage", 4.8);
    expect(told).toEqual(["low raised 4.7", "low cleared 4.8"]);
    expect(alarms.raised).toEqual([]);
  });

  it("are neither raised nor cleared by what is not known", async () => {
    for (const quality of ["bad", "stale", "suspect"] as const) await see("supply.busVoltage", 1, 5, quality);
    expect(told).toEqual([]);
    await see("supply.busVoltage", 4.7, 3);
    await see("supply.busVoltage", Number.NaN, 5, "bad");
    await see("supply.busVoltage", 5, 5, "suspect");
    expect(alarms.raised).toEqual(["low"]);
  });

  it("are not raised on one reading before the sensor died or fell silent", async () => {
    await see("supply.busVoltage", 4.7);
    await see("supply.busVoltage", Number.NaN, 5, "bad");
    expect(told).toEqual([]);
    await see("tilt.knock", 0);
    await see("pole.tilt", 9);
    await see("pole.tilt", Number.NaN, 0, "bad");
    await pass(minutes(10));
    expect(told).toEqual([]);
    // In sight again, the time begins anew.
    await see("supply.busVoltage", 4.7, 1);
    expect(told).toEqual([]);
    await see("supply.busVoltage", 4.7, 1);
    expect(told).toEqual(["low raised 4.7"]);
  });

  it("that are latched stay until somebody acknowledges them after their condition is over", async () => {
    expect(alarms.acknowledge("tilted")).toBe(false);
    await see("pole.tilt", 6, 4);
    expect(alarms.acknowledge("tilted")).toBe(false);
    await see("pole.tilt", 4.5);
    expect(alarms.acknowledge("tilted")).toBe(false);
    await see("pole.tilt", 0, 5);
    expect(told).toEqual(["tilted raised 6"]);
    expect(alarms.acknowledge("tilted")).toBe(true);
    expect(told).toEqual(["tilted raised 6", "tilted cleared 0"]);
    expect(alarms.acknowledge("tilted")).toBe(false);
    await see("pole.tilt", 6, 4);
    expect(told).toHaveLength(3);
  });

  it("that are latched cannot be acknowledged when the condition is back", async () => {
    await see("pole.tilt", 6, 4);
    await see("pole.tilt", 0);
    await see("pole.tilt", 7);
    expect(alarms.acknowledge("tilted")).toBe(false);
    expect(told).toEqual(["tilted raised 6"]);
  });

  it("that are not latched, or do not exist, cannot be acknowledged", async () => {
    await see("supply.busVoltage", 4.7, 3);
    for (const name of ["low", "nothing", "__proto__", "constructor"])
      expect(alarms.acknowledge(name)).toBe(false);
    expect(alarms.raised).toEqual(["low"]);
  });

  it("outlive a restart: not told again, cleared when they are over, latched as before", async () => {
    restart(["low", "tilted", "of another version"]);
    expect(alarms.raised).toEqual(["low", "tilted"]);
    await see("supply.busVoltage", 4.6, 5);
    expect(told).toEqual([]);
    await see("supply.busVoltage", 5);
    await see("pole.tilt", 0);
    expect(told).toEqual(["low cleared 5"]);
    expect(alarms.acknowledge("tilted")).toBe(true);
    expect(told).toEqual(["low cleared 5", "tilted cleared 0"]);
  });

  it("are silent after the unit stopped, and leave no timer", async () => {
    await see("supply.busVoltage", 4.7);
    alarms.stop();
    await see("supply.busVoltage", 4.7, 5);
    await see("tilt.knock", 1);
    expect([told, loop.pending]).toEqual([[], 0]);
  });
});
