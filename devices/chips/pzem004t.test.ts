import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { twin } from "#sim/chips/pzem004t.ts";
import { Bench } from "#test/bench/bench.ts";
import { pzem004t } from "./pzem004t.ts";

const place = { kind: "serial", path: "/dev/ttyUSB0" } as const;

async function setUp(seed = 1) {
  const bench = new Bench(seed);
  const meter = bench.solder(twin, place);
  const driver = await bench.start(pzem004t, place);
  const sample = () => bench.outcome(driver.sample());
  return { bench, meter, driver, sample };
}

const hourMs = 3_600_000;

describe("the PZEM-004T", () => {
  it("reads whatever the world holds, to within the step of each channel", async () => {
    const { meter, sample } = await setUp();
    const { channels } = pzem004t;
    type Name = keyof typeof channels;
    const names = Object.keys(channels) as Name[];
    const within = ([min, max]: readonly [number, number]) => fc.double({ min, max, noNaN: true });
    const worlds = fc.tuple(...names.map((name) => within(channels[name].range)));
    await fc.assert(
      fc.asyncProperty(worlds, async (values) => {
        meter.set("activePower", 0);
        names.forEach((name, index) => {
          if (name !== "activePower") meter.set(name, values[index]!);
        });
        meter.set("activePower", values[names.indexOf("activePower")]!);
        const reading = await sample();
        for (const name of names) {
          const { step } = channels[name];
          // The request and the answer take 60 ms, in which the counter may turn once more.
          const slack = name === "activeEnergy" ? 1 : 0;
          expect(Math.abs(reading[name] - meter.sensed(name))).toBeLessThanOrEqual(step() + slack + 1e-9);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("counts the energy that flows, whole watt-hours, and keeps them through a power cut", async () => {
    const { bench, meter, sample } = await setUp();
    meter.set("activeEnergy", 1_000);
    meter.set("activePower", 400);
    await bench.pass(hourMs);
    expect((await sample()).activeEnergy).toBe(1_400);
    meter.set("activePower", (atMs) => (atMs % 2_000 < 1_000 ? 200 : 0));
    meter.brownOut();
    await bench.pass(hourMs);
    expect((await sample()).activeEnergy).toBe(1_500);
  });

  it("starts again from zero after 9999.99 kWh (manual, section 1.6)", async () => {
    const { bench, meter, sample } = await setUp();
    meter.set("activeEnergy", 9_999_999);
    expect((await sample()).activeEnergy).toBe(9_999_999);
    meter.set("activePower", 3_000);
    await bench.pass(hourMs);
    expect((await sample()).activeEnergy).toBe(2_999);
  });

  it("is silent without mains, and goes on where it was", async () => {
    const { bench, meter, driver, sample } = await setUp();
    meter.set("activeEnergy", 77);
    meter.set("voltage", 0);
    expect(await bench.refusal(driver.sample())).toMatchObject({ kind: "timeout", address: 1 });
    meter.set("voltage", 231.4);
    expect(await sample()).toMatchObject({ voltage: 231.4, activeEnergy: 77 });
  });

  it.each([
    ["unplugged", "timeout"],
    ["silent", "timeout"],
    ["noisy", "checksum"],
    ["corrupt", "checksum"],
  ] as const)("reports a %s meter as %s, and reads on when it is mended", async (fault, kind) => {
    const { bench, meter, driver, sample } = await setUp();
    if (fault === "unplugged") meter.unplug();
    if (fault === "silent") meter.silence();
    if (fault === "noisy") meter.garbage();
    if (fault === "corrupt") meter.corruptCrc(100);
    for (let attempt = 0; attempt < 20; attempt++)
      expect(await bench.refusal(driver.sample())).toMatchObject({ kind, address: 1, port: place.path });
    meter.mend();
    expect(await sample()).toMatchObject({ voltage: 230, frequency: 50 });
  });

  it("is right again after as many corrupt answers as were asked for", async () => {
    const { bench, meter, driver, sample } = await setUp();
    meter.corruptCrc(1);
    expect(await bench.refusal(driver.sample())).toMatchObject({ kind: "checksum" });
    expect((await sample()).voltage).toBe(230);
  });

  it("stands still when it is stuck, counter and all", async () => {
    const { bench, meter, sample } = await setUp();
    meter.set("activePower", 1_000);
    await bench.pass(hourMs);
    meter.stick();
    meter.set("voltage", 240);
    const before = await sample();
    await bench.pass(hourMs);
    expect(await sample()).toEqual(before);
    meter.mend();
    expect((await sample()).voltage).toBe(240);
  });

  it("is not found where something else answers", async () => {
    const bench = new Bench();
    bench.solder(twin, place);
    const other = await bench.open(pzem004t, { ...place, unit: 2 });
    expect(await bench.refusal(other.probe())).toMatchObject({ kind: "timeout", address: 2 });
  });

  it("answers at its own address and at the general one, 0xF8 (manual, section 2.2)", async () => {
    const bench = new Bench();
    bench.solder(twin, { ...place, unit: 0x2a });
    for (const unit of [0x2a, 0xf8]) {
      const driver = await bench.start(pzem004t, { ...place, unit });
      expect((await bench.outcome(driver.sample())).voltage).toBe(230);
      await driver.close();
    }
  });
});
