import { describe, expect, it } from "vitest";
import { twin } from "#sim/chips/max6369.ts";
import { Bench } from "#test/bench/bench.ts";
import { max6369 } from "./max6369.ts";

const place = { kind: "gpio", chip: "pinctrl-bcm2711", offset: 5 } as const;

/** 19-1676, table 1, SET2 SET1 SET0 = 101: start-up delay and time-out of 1 s; WDO is low for 100 ms. */
describe("the MAX6369 as a dead man's switch", () => {
  async function setUp() {
    const bench = new Bench();
    const chip = bench.solder(twin, place);
    const driver = await bench.start(max6369, place);
    const alive = () => chip.output("alive");
    const beat = async (level: number) => void (await bench.outcome(driver.apply!({ heartbeat: level })));
    /** Past the start-up delay, with the supply on since just now. */
    const running = async () => {
      await bench.pass(1_500);
      await beat(1);
    };
    return { bench, chip, driver, alive, beat, running };
  }

  it("gives no supply before the first edge", async () => {
    const { bench, alive, beat } = await setUp();
    await bench.pass(10_000);
    expect(alive()).toBe(0);
    await beat(1);
    expect(alive()).toBe(1);
  });

  it("holds the supply as long as edges come, of either direction", async () => {
    const { bench, chip, alive, beat, running } = await setUp();
    await running();
    let fell = 0;
    chip.onOutput(() => {
      if (alive() === 0) fell++;
    });
    for (let turn = 0; turn < 20; turn++) {
      await bench.pass(900);
      await beat(turn % 2);
    }
    expect([alive(), fell]).toEqual([1, 0]);
  });

  it.each([0, 1])(
    "takes it away a second after the last edge, whether the line stays at %d",
    async (level) => {
      const { bench, alive, beat, running } = await setUp();
      await running();
      await beat(0);
      if (level === 1) await beat(1);
      await bench.pass(980);
      expect(alive()).toBe(1);
      await bench.pass(40);
      expect(alive()).toBe(0);
      await bench.pass(60_000);
      expect(alive()).toBe(0);
    },
  );

  it("does not count a level that is written again", async () => {
    const { bench, alive, beat, running } = await setUp();
    await running();
    for (let turn = 0; turn < 4; turn++) {
      await bench.pass(400);
      await beat(1);
    }
    expect(alive()).toBe(0);
  });

  it("ignores edges while WDO is low, then takes one", async () => {
    const { bench, alive, beat, running } = await setUp();
    await running();
    await bench.pass(1_030);
    await beat(0);
    expect(alive()).toBe(0);
    await bench.pass(100);
    await beat(1);
    expect(alive()).toBe(1);
  });

  it("ignores them again each time WDO falls", async () => {
    const { bench, alive, beat, running } = await setUp();
    await running();
    // WDO falls 1000 ms after the edge, and 1100 ms after that.
    await bench.pass(2_130);
    await beat(0);
    expect(alive()).toBe(0);
    await bench.pass(100);
    await beat(1);
    expect(alive()).toBe(1);
  });

  it("is not held by a process that died with its line high", async () => {
    const { bench, alive, running } = await setUp();
    await running();
    bench.board.abandon();
    await bench.pass(1_100);
    expect(alive()).toBe(0);
    expect(bench.board.gpio.line(place.chip, place.offset).level).toBe(1);
  });

  it("serves the next process as it did the first", async () => {
    const { bench, chip, driver, alive, running } = await setUp();
    await running();
    await driver.close();
    bench.board.abandon();
    await bench.pass(2_000);
    const next = await bench.start(max6369, place);
    await bench.outcome(next.apply!({ heartbeat: 1 }));
    expect(alive()).toBe(1);
    expect(chip.output("heartbeat")).toBe(1);
  });

  it.each(["unplug", "stick"] as const)("takes the supply away on %s", async (fault) => {
    const { bench, chip, alive, beat, running } = await setUp();
    await running();
    chip[fault]();
    for (let turn = 0; turn < 5; turn++) {
      await bench.pass(500);
      await beat(turn % 2);
    }
    expect(alive()).toBe(0);
    chip.mend();
    await bench.pass(500);
    await beat(1);
    expect(alive()).toBe(1);
  });

  it("takes it away at once when its own supply dips", async () => {
    const { chip, alive, running } = await setUp();
    await running();
    chip.brownOut();
    expect(alive()).toBe(0);
  });

  it.each([{ heartbeat: 2 }, { heartbeat: 0.5 }, { heartbeat: Number.NaN }, { alive: 1 }])(
    "refuses %o",
    async (outputs) => {
      const { driver, alive } = await setUp();
      await expect(driver.apply!(outputs as Record<string, number>)).rejects.toThrow(RangeError);
      expect(alive()).toBe(0);
    },
  );

  it("is not ready once closed, and gives its line back", async () => {
    const { bench, driver } = await setUp();
    expect(await bench.outcome(driver.sample())).toEqual({});
    expect((await bench.refusal(max6369.open(place, bench.ports))).kind).toBe("bus");
    await driver.close();
    expect((await bench.refusal(driver.sample())).kind).toBe("not-ready");
    await (await bench.open(max6369, place)).close();
  });

  it("measures nothing", async () => {
    const { chip } = await setUp();
    expect(() => chip.set("alive")).toThrow(/measures nothing/);
    expect(() => chip.output("WDO")).toThrow(/heartbeat and alive/);
  });
});
