import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { twin } from "#sim/chips/door-switch.ts";
import { Bench } from "#test/bench/bench.ts";
import { doorSwitch } from "./door-switch.ts";

const place = { kind: "gpio", chip: "pinctrl-bcm2711", offset: 22 } as const;

async function setUp(seed = 1) {
  const bench = new Bench(seed);
  const door = bench.solder(twin, place);
  const driver = await bench.start(doorSwitch, place);
  const isOpen = async () => (await bench.outcome(driver.sample())).open;
  return { bench, door, driver, isOpen };
}

describe("the door switch", () => {
  it("says whether the door is open", async () => {
    const { bench, door, isOpen } = await setUp();
    for (const open of [0, 1, 0, 1]) {
      door.set("open", open);
      await bench.pass(100);
      expect(await isOpen()).toBe(open);
      expect(door.sensed("open")).toBe(open);
    }
  });

  it("knows the door that was open before it was asked", async () => {
    const bench = new Bench();
    bench.solder(twin, place).set("open", 1);
    const driver = await bench.start(doorSwitch, place);
    expect((await bench.outcome(driver.sample())).open).toBe(1);
  });

  it("pushes each change once, however the contact bounces", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 8 }), async (seed, changes) => {
        const { bench, door, driver } = await setUp(seed);
        const pushed: number[] = [];
        driver.watch!((reading) => pushed.push(reading.open));
        for (let change = 1; change <= changes; change++) {
          door.set("open", change % 2);
          await bench.pass(100);
        }
        expect(pushed).toEqual(Array.from({ length: changes }, (_, change) => (change + 1) % 2));
      }),
      { numRuns: 50 },
    );
  });

  it("takes a cut cable for an open door", async () => {
    const { bench, door, isOpen } = await setUp();
    door.unplug();
    await bench.pass(100);
    expect([await isOpen(), door.sensed("open")]).toEqual([1, 1]);
    door.mend();
    await bench.pass(100);
    expect([await isOpen(), door.sensed("open")]).toEqual([0, 0]);
  });

  it("does not see past a stuck contact", async () => {
    const { bench, door, isOpen } = await setUp();
    door.stick();
    door.set("open", 1);
    await bench.pass(100);
    expect([await isOpen(), door.sensed("open")]).toEqual([0, 0]);
    door.mend();
    await bench.pass(100);
    expect([await isOpen(), door.sensed("open")]).toEqual([1, 1]);
  });

  it("gives its line back", async () => {
    const { bench, driver } = await setUp();
    expect(await bench.refusal(doorSwitch.open(place, bench.ports))).toMatchObject({ kind: "bus" });
    await bench.outcome(driver.close());
    await (await bench.open(doorSwitch, place)).close();
  });
});
