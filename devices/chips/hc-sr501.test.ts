import { describe, expect, it } from "vitest";
import { twin } from "#sim/chips/hc-sr501.ts";
import { Bench } from "#test/bench/bench.ts";
import { hcSr501 } from "./hc-sr501.ts";

const place = { kind: "gpio", chip: "pinctrl-bcm2711", offset: 17 } as const;

async function setUp() {
  const bench = new Bench();
  const detector = bench.solder(twin, place);
  const startMs = bench.loop.now;
  const driver = await bench.start(hcSr501, place);
  const presence = async () => (await bench.outcome(driver.sample())).presence;
  return { bench, detector, driver, presence, startMs };
}

/** Past the minute of initialisation. */
async function setUpWarm() {
  const all = await setUp();
  await all.bench.pass(61_000);
  return all;
}

describe("the HC-SR501", () => {
  it("is not ready in its first minute (user's guide), then says what it sees", async () => {
    const { bench, detector, driver, presence, startMs } = await setUp();
    detector.set("presence", 1);
    while (bench.loop.now < startMs + 59_000) {
      expect(await bench.refusal(driver.sample())).toMatchObject({
        kind: "not-ready",
        port: "pinctrl-bcm2711:17",
      });
      await bench.pass(1_000);
    }
    await bench.pass(1_500);
    expect(await presence()).toBe(1);
  });

  it("sees who comes and who has gone", async () => {
    const { bench, detector, presence } = await setUpWarm();
    for (const here of [0, 1, 0, 1]) {
      detector.set("presence", here);
      await bench.pass(10_000);
      expect(await presence()).toBe(here);
      expect(detector.sensed("presence")).toBe(here);
    }
  });

  it("pushes each change once", async () => {
    const { bench, detector, driver } = await setUpWarm();
    const pushed: number[] = [];
    const cancel = driver.watch!((reading) => pushed.push(reading.presence));
    for (const here of [1, 0, 1]) {
      detector.set("presence", here);
      await bench.pass(20_000);
    }
    cancel();
    detector.set("presence", 0);
    await bench.pass(20_000);
    expect(pushed).toEqual([1, 0, 1]);
  });

  it("follows a function of the street's time", async () => {
    const { bench, detector, driver } = await setUpWarm();
    const pushed: number[] = [];
    driver.watch!((reading) => pushed.push(reading.presence));
    const startMs = bench.loop.now;
    detector.set("presence", (atMs) => (Math.floor((atMs - startMs) / 30_000) % 2 === 1 ? 1 : 0));
    await bench.pass(120_000);
    expect(pushed).toEqual([1, 0, 1]);
  });

  it("sees nobody over a cut wire, and everybody for ever when it is stuck", async () => {
    const { bench, detector, presence } = await setUpWarm();
    detector.set("presence", 1);
    await bench.pass(1_000);
    detector.unplug();
    await bench.pass(1_000);
    expect([await presence(), detector.sensed("presence")]).toEqual([0, 0]);
    detector.mend();
    await bench.pass(1_000);
    detector.stick();
    detector.set("presence", 0);
    await bench.pass(3_600_000);
    expect([await presence(), detector.sensed("presence")]).toEqual([1, 1]);
    detector.mend();
    await bench.pass(20_000);
    expect(await presence()).toBe(0);
  });

  it("gives its line back", async () => {
    const { bench, driver } = await setUp();
    expect(await bench.refusal(hcSr501.open(place, bench.ports))).toMatchObject({ kind: "bus" });
    await bench.outcome(driver.close());
    await (await bench.open(hcSr501, place)).close();
  });
});
