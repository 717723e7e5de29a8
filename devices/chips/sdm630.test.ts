import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { twin } from "#sim/chips/sdm630.ts";
import { Bench, hex } from "#test/bench/bench.ts";
import { seconds } from "../duration.ts";
import { sdm630 } from "./sdm630.ts";

const place = { kind: "serial", path: "/dev/ttyUSB0" } as const;

async function setUp() {
  const bench = new Bench();
  const meter = bench.solder(twin, place);
  const driver = await bench.start(sdm630, place);
  const sample = () => bench.outcome(driver.sample());
  return { bench, meter, driver, sample };
}

describe("the SDM630", () => {
  it("reads whatever the world holds, to within the step of each channel", async () => {
    const { meter, sample } = await setUp();
    const { channels } = sdm630;
    type Name = keyof typeof channels;
    const names = (Object.keys(channels) as Name[]).filter((name) => name !== "activeEnergy");
    const worlds = fc.tuple(
      ...names.map((name) => {
        const [min, max] = channels[name].range;
        return fc.double({ min: name === "voltage3" ? 100 : min, max, noNaN: true });
      }),
    );
    await fc.assert(
      fc.asyncProperty(worlds, async (values) => {
        names.forEach((name, index) => {
          meter.set(name, values[index]!);
        });
        const reading = await sample();
        names.forEach((name, index) => {
          const value = values[index]!;
          expect(Math.abs(reading[name] - value)).toBeLessThanOrEqual(channels[name].step(value));
        });
      }),
      { numRuns: 100 },
    );
    expect([...meter.untouchable]).toEqual([]);
  });

  it("shows a phase that fails as one without voltage, and is silent without any", async () => {
    const { bench, meter, driver, sample } = await setUp();
    meter.set("voltage1", 0);
    meter.set("voltage2", 0);
    expect(await sample()).toMatchObject({ voltage1: 0, voltage2: 0, voltage3: 230 });
    meter.set("voltage3", 0);
    expect(await bench.refusal(driver.sample())).toMatchObject({ kind: "timeout", address: 1 });
  });

  it("counts the energy of all phases, whole watt-hours", async () => {
    const { bench, meter, sample } = await setUp();
    meter.set("activeEnergy", 500_000);
    meter.set("activePower", 22_000);
    await bench.pass(1_800_000);
    meter.set("activePower", 0);
    expect((await sample()).activeEnergy).toBeCloseTo(511_000, -0.5);
  });

  // A single holds 24 bits: above 16 384 kWh the whole watt-hours cannot all be told.
  it.each([
    [1_000, 1],
    [16_000_000, 2],
    [20_000_000, 3],
    [999_999_000, 63.5],
  ])("promises no finer energy at %d Wh than a single holds", (wh, step) => {
    const promised = sdm630.channels.activeEnergy.step(wh);
    expect(promised).toBeGreaterThanOrEqual(Math.max(1, step - 1));
    expect(promised).toBeLessThanOrEqual(step + 1e-3);
  });

  /** Request and answer of "Amps 1" and phase 1 in the protocol document; CRCs computed apart. */
  it("answers as its document prints it", async () => {
    const bench = new Bench();
    const meter = bench.solder(twin, place);
    meter.set("voltage1", 230.20001220703125);
    const line = await bench.ports.serial.open(place.path, { baudRate: 9_600 });
    const heard: number[] = [];
    line.onData((chunk) => heard.push(...chunk));
    await bench.outcome(line.write(hex("01 04 00 00 00 02 71 CB"), seconds(1)));
    await bench.pass(500);
    expect(heard).toEqual([...hex("01 04 04 43 66 33 34 1B 38")]);
  });

  it("derives what its table has between the values that were set", async () => {
    const { bench, meter } = await setUp();
    for (const phase of [1, 2, 3]) meter.set(`current${phase}`, 10);
    meter.set("activePower", 3_450);
    const line = await bench.ports.modbus.open(place.path, { baudRate: 9_600 });
    const single = async (address: number) => {
      const [high, low] = await bench.outcome(line.readInputRegisters(1, address, 2));
      return new DataView(Uint16Array.of(low!, high!).buffer).getFloat32(0, true);
    };
    expect(await single(0x38)).toBe(6_900);
    expect(await single(0x3e)).toBe(0.5);
    expect(await single(0x42)).toBeCloseTo(60, 3);
    expect(await single(0x3c)).toBeCloseTo(6_900 * Math.sin(Math.PI / 3), 0);
  });

  it.each([
    ["unplugged", "timeout"],
    ["silent", "timeout"],
    ["noisy", "checksum"],
    ["corrupt", "checksum"],
  ] as const)("reports a meter that is %s as %s, and reads on when it is mended", async (fault, kind) => {
    const { bench, meter, driver, sample } = await setUp();
    if (fault === "unplugged") meter.unplug();
    if (fault === "silent") meter.silence();
    if (fault === "noisy") meter.garbage();
    if (fault === "corrupt") meter.corruptCrc(100);
    for (let attempt = 0; attempt < 10; attempt++)
      expect(await bench.refusal(driver.sample())).toMatchObject({ kind, address: 1, port: place.path });
    meter.mend();
    expect(await sample()).toMatchObject({ voltage1: 230, voltage3: 230, frequency: 50 });
  });

  it("names what it was asked and does not model", async () => {
    const { bench, meter } = await setUp();
    const line = await bench.ports.modbus.open(place.path, { baudRate: 9_600 });
    await bench.outcome(line.readInputRegisters(1, 0x0c, 2));
    expect((await bench.refusal(line.readInputRegisters(1, 0, 81))).kind).toBe("wrong-device");
    expect([...meter.untouchable]).toEqual(["Phase 1 power"]);
  });
});
