import { describe, expect, it } from "vitest";
import type { Driver, Part } from "#devices/part.ts";
import { twin as doorTwin } from "#sim/chips/door-switch.ts";
import { twin as limitTwin } from "#sim/chips/limit-switch.ts";
import type { TwinDefinition } from "#sim/chips/twin.ts";
import { twin as probeTwin } from "#sim/chips/water-probe.ts";
import { Bench } from "#test/bench/bench.ts";
import { doorSwitch } from "./door-switch.ts";
import { limitSwitch } from "./limit-switch.ts";
import { waterProbe } from "./water-probe.ts";

const place = { kind: "gpio", chip: "pinctrl-bcm2711", offset: 22 } as const;

interface Row {
  readonly part: Part;
  readonly twin: TwinDefinition;
  readonly channel: string;
  /** What the channel says with the line low: with the cable cut. */
  readonly low: number;
}

describe.each<Row>([
  { part: doorSwitch, twin: doorTwin, channel: "open", low: 1 },
  { part: limitSwitch, twin: limitTwin, channel: "closed", low: 0 },
  { part: waterProbe, twin: probeTwin, channel: "wet", low: 1 },
])("$part.id", ({ part, twin, channel, low }) => {
  async function setUp(seed = 1) {
    const bench = new Bench(seed);
    const chip = bench.solder(twin, place);
    const line = bench.board.gpio.line(place.chip, place.offset);
    const driver = (await bench.start(part, place)) as Driver;
    const state = async () => (await bench.outcome(driver.sample()))[channel];
    return { bench, chip, line, driver, state };
  }

  it(`says ${channel} by its line: ${low} while that is low`, async () => {
    const { bench, chip, line, state } = await setUp();
    for (const wanted of [0, 1, 0, 1]) {
      chip.set(channel, wanted);
      await bench.pass(100);
      expect(line.level).toBe(wanted === low ? 0 : 1);
      expect(await state()).toBe(wanted);
    }
  });

  it("takes a cut cable for a line that is low", async () => {
    const { bench, chip, state } = await setUp();
    chip.set(channel, 1 - low);
    await bench.pass(100);
    expect(await state()).toBe(1 - low);
    chip.unplug();
    await bench.pass(100);
    expect([await state(), chip.sensed(channel)]).toEqual([low, low]);
    chip.mend();
    await bench.pass(100);
    expect([await state(), chip.sensed(channel)]).toEqual([1 - low, 1 - low]);
  });

  it("pushes each change once", async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const { bench, chip, driver } = await setUp(seed);
      const pushed: unknown[] = [];
      driver.watch!((reading) => pushed.push(reading));
      for (const wanted of [1, 0, 1]) {
        chip.set(channel, wanted);
        await bench.pass(100);
      }
      expect(pushed).toEqual([{ [channel]: 1 }, { [channel]: 0 }, { [channel]: 1 }]);
    }
  });

  it("is not shaken by a supply that dips", async () => {
    const { bench, chip, state } = await setUp();
    chip.set(channel, 1);
    await bench.pass(100);
    chip.brownOut();
    await bench.pass(100);
    expect(await state()).toBe(1);
  });
});
