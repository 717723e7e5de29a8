import { describe, expect, it } from "vitest";
import { pca9685 } from "#devices/chips/pca9685.ts";
import { Bench } from "#test/bench/bench.ts";
import { twin as pca9685Twin } from "../../chips/pca9685.ts";
import { createWorld } from "../../world/street.ts";
import { Luminaire } from "./luminaire.ts";
import { NightWatch } from "./night-watch.ts";

const place = { kind: "i2c", bus: 1, address: 0x40 } as const;
const minuteMs = 60_000;

/** A lamp under a sky that is told: light from minute 0, dark from 10, light again from 40. */
async function rig() {
  const bench = new Bench();
  const startMs = bench.loop.now;
  const isDark = (atMs: number) => atMs - startMs >= 10 * minuteMs && atMs - startMs < 40 * minuteMs;
  const world = {
    ...createWorld({
      seed: 1,
      location: { latitude: 45.07, longitude: 7.69, timeZone: "Europe/Rome" },
      startUnixMs: startMs,
      lengthM: 30,
    }),
    daylightLux: (atMs: number) => (isDark(atMs) ? 9.9 : 10),
    sunElevationDeg: (atMs: number) => (isDark(atMs) ? -0.84 : -0.82),
  };
  const twin = bench.solder(pca9685Twin, place);
  let isOn = true;
  const lamp = new Luminaire(bench.loop, twin, () => isOn);
  const watch = new NightWatch({ loop: bench.loop, world });
  watch.add(lamp);
  const driver = await bench.start(pca9685, place);
  const until = (minute: number) => bench.loop.runUntil(startMs + minute * minuteMs);
  /** At exactly that minute. */
  const set = (minute: number, level: number) => {
    bench.loop.at(startMs + minute * minuteMs, () => {
      void driver.apply!({ level, enable: level > 0 ? 1 : 0 });
    });
  };
  const switchMains = (minute: number, on: boolean) => {
    bench.loop.at(startMs + minute * minuteMs, () => {
      isOn = on;
      lamp.update();
    });
  };
  return { watch, until, set, switchMains, truth: () => watch.of(lamp) };
}

describe("the night watch", () => {
  it("counts darkness only in hours that need light, to the millisecond", async () => {
    const { until, set, truth } = await rig();
    set(5, 0); // by day: 5 minutes of it are none of ours
    set(12, 60); // dark from 10 to 12
    set(30, 0); // and from 30 on
    set(31.5, 60);
    set(35, 0);
    await until(50); // the day begins at 40
    expect(truth().darkSeconds).toBeCloseTo(120 + 90 + 300, 2);
    expect(truth().longestDarkSeconds).toBeCloseTo(300, 2);
  });

  it("counts a darkness that has not ended", async () => {
    const { until, set, truth } = await rig();
    set(20, 0);
    await until(25);
    expect(truth().darkSeconds).toBeCloseTo(300, 2);
    expect(truth().longestDarkSeconds).toBeCloseTo(300, 2);
  });

  it("does not let a flash of no duration end a darkness, but a second of light", async () => {
    const { until, switchMains, truth } = await rig();
    switchMains(20, false);
    switchMains(22, true);
    switchMains(22, false);
    await until(24);
    expect(truth().longestDarkSeconds).toBe(240);
    switchMains(25, true);
    switchMains(25 + 1 / 60, false);
    await until(26);
    expect(truth().longestDarkSeconds).toBe(300);
    expect(truth().darkSeconds).toBe(359);
  });

  it("calls a lamp below one per cent dark", async () => {
    const { until, set, truth } = await rig();
    set(20, 0.5);
    set(21, 1.2);
    await until(22);
    expect(truth().darkSeconds).toBeCloseTo(60, 1);
  });

  it("sorts minutes by level, all of them", async () => {
    const { until, set, truth } = await rig();
    set(5, 40);
    set(20, 80);
    await until(30);
    const { minutesAtLevel } = truth();
    expect(minutesAtLevel["40"]).toBeCloseTo(15, 2);
    expect(minutesAtLevel["80"]).toBeCloseTo(10, 2);
    expect(Object.values(minutesAtLevel).reduce((sum, minutes) => sum + minutes, 0)).toBeCloseTo(30, 9);
  });

  it("keeps what it told: a truth does not go on changing", async () => {
    const { until, truth } = await rig();
    await until(10);
    const told = truth();
    const copy = structuredClone(told);
    await until(20);
    truth();
    expect(told).toEqual(copy);
  });

  it("reckons full level from sunset to sunrise, not by what is dark", async () => {
    const { until, watch } = await rig();
    await until(25.5);
    expect(watch.energyAlwaysFullWh).toBeCloseTo((60 * 15.5) / 60, 1);
    await until(60);
    expect(watch.energyAlwaysFullWh).toBeCloseTo(60 / 2, 1);
  });
});
