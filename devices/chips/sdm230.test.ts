import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc16 } from "#sim/chips/modbus-slave.ts";
import { twin } from "#sim/chips/sdm230.ts";
import { Bench, hex } from "#test/bench/bench.ts";
import { seconds } from "../duration.ts";
import { sdm230 } from "./sdm230.ts";

const place = { kind: "serial", path: "/dev/ttyUSB0" } as const;
const hourMs = 3_600_000;

async function setUp() {
  const bench = new Bench();
  const meter = bench.solder(twin, place);
  const driver = await bench.start(sdm230, place);
  const sample = () => bench.outcome(driver.sample());
  return { bench, meter, driver, sample };
}

/** A meter whose registers hold these singles, by address; every other is zero. */
function scripted(bench: Bench, singles: Readonly<Record<number, number>>) {
  const asked: string[] = [];
  const view = new DataView(new ArrayBuffer(0x100 * 2));
  for (const [address, value] of Object.entries(singles)) view.setFloat32(2 * Number(address), value);
  bench.board.serial(place.path, {
    speed: { baudRate: 2_400 },
    receive: (request, line) => {
      const [address, count] = [request[3]!, request[5]!];
      asked.push(`${address} + ${count}`);
      const bytes = new Uint8Array(view.buffer, 2 * address, 2 * count);
      const frame = [1, 4, 2 * count, ...bytes];
      const crc = crc16(frame);
      line.send(Uint8Array.of(...frame, crc & 0xff, crc >> 8));
    },
  });
  return asked;
}

/** Addresses of the Modbus Protocol V1.4, section 1.2, in decimal. */
const idle = { 0: 230.2, 6: 0, 12: 0, 30: 1, 70: 50, 72: 1_234.567 };

describe("the SDM230", () => {
  it("reads the registers that its document names, in two requests of at most 80", async () => {
    const bench = new Bench();
    const asked = scripted(bench, { ...idle, 6: 10, 12: -2_300, 30: -0.999 });
    const driver = await bench.start(sdm230, place);
    const reading = await bench.outcome(driver.sample());
    expect(asked.slice(2)).toEqual(["0 + 32", "70 + 4"]);
    expect(reading.voltage).toBeCloseTo(230.2, 4);
    expect(reading.current).toBe(10);
    expect(reading.activePower).toBe(-2_300);
    expect(reading.powerFactor).toBeCloseTo(-0.999, 6);
    expect(reading.frequency).toBe(50);
    expect(reading.activeEnergy).toBeCloseTo(1_234_567, -0.5);
  });

  it.each([
    ["no mains voltage", 0, 0, "Line to neutral volts"],
    ["no number", 0, Number.NaN, "Line to neutral volts"],
    ["current beyond its terminals", 6, 101, "Current"],
    ["infinite power", 12, Number.POSITIVE_INFINITY, "Active power"],
    ["a frequency of no grid", 70, 0, "Frequency"],
    ["more than everything in phase", 30, 1.01, "Power factor"],
    ["an energy never shown", 72, 1.1e6, "Import active energy"],
    ["a counter below nothing", 72, -1, "Import active energy"],
  ])("takes %s for another device", async (_what, address, value, name) => {
    const bench = new Bench();
    scripted(bench, { ...idle, [address]: value });
    const driver = await bench.open(sdm230, place);
    const error = await bench.refusal(driver.sample());
    expect(error).toMatchObject({ kind: "wrong-device", address: 1, operation: `read ${name}` });
  });

  it("reads whatever the world holds, to within the step of each channel", async () => {
    const { meter, sample } = await setUp();
    const { channels } = sdm230;
    type Name = keyof typeof channels;
    const names = (Object.keys(channels) as Name[]).filter((name) => name !== "activeEnergy");
    const worlds = fc.tuple(
      ...names.map((name) =>
        fc.double({ min: channels[name].range[0], max: channels[name].range[1], noNaN: true }),
      ),
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

  it("counts what is drawn, and not what flows back", async () => {
    const { bench, meter, sample } = await setUp();
    meter.set("activeEnergy", 1_000);
    meter.set("activePower", 7_000);
    await bench.pass(hourMs);
    meter.set("activePower", -7_000);
    meter.brownOut();
    await bench.pass(hourMs);
    expect((await sample()).activeEnergy).toBeCloseTo(8_000, 1);
  });

  it.each([
    ["unplugged", "timeout"],
    ["silent", "timeout"],
    ["without mains", "timeout"],
    ["noisy", "checksum"],
    ["corrupt", "checksum"],
  ] as const)("reports a meter that is %s as %s, and reads on when it is mended", async (fault, kind) => {
    const { bench, meter, driver, sample } = await setUp();
    if (fault === "unplugged") meter.unplug();
    if (fault === "silent") meter.silence();
    if (fault === "without mains") meter.set("voltage", 0);
    if (fault === "noisy") meter.garbage();
    if (fault === "corrupt") meter.corruptCrc(100);
    for (let attempt = 0; attempt < 10; attempt++)
      expect(await bench.refusal(driver.sample())).toMatchObject({ kind, address: 1, port: place.path });
    meter.mend();
    meter.set("voltage", 231);
    expect(await sample()).toMatchObject({ voltage: 231, frequency: 50 });
  });

  it("answers as its document prints it: 230.2 V", async () => {
    const bench = new Bench();
    const meter = bench.solder(twin, place);
    // The single that is printed, 43 66 33 34, is 230.2 and a little.
    meter.set("voltage", 230.20001220703125);
    const line = await bench.ports.serial.open(place.path, { baudRate: 2_400 });
    const heard: number[] = [];
    line.onData((chunk) => heard.push(...chunk));
    await bench.outcome(line.write(hex("01 04 00 00 00 02 71 CB"), seconds(1)));
    await bench.pass(500);
    expect(heard).toEqual([...hex("01 04 04 43 66 33 34 1B 38")]);
  });

  it("names what it was asked and does not model", async () => {
    const { bench, meter } = await setUp();
    const line = await bench.ports.modbus.open(place.path, { baudRate: 2_400 });
    expect([...(await bench.outcome(line.readInputRegisters(1, 0x4a, 2)))]).toEqual([0, 0]);
    expect((await bench.refusal(line.readHoldingRegisters(1, 0x14, 2))).kind).toBe("wrong-device");
    expect((await bench.refusal(line.readInputRegisters(1, 0, 81))).kind).toBe("wrong-device");
    expect((await bench.refusal(line.readInputRegisters(1, 0x15a, 1))).kind).toBe("wrong-device");
    expect([...meter.untouchable]).toEqual([
      "Export active energy",
      "0x03 read holding registers (settings)",
    ]);
  });

  it("answers at the address and the speed that it was set to", async () => {
    const bench = new Bench();
    const set = { ...place, unit: 17, baudRate: 9_600 };
    bench.solder(twin, set);
    const factory = await bench.open(sdm230, place);
    expect((await bench.refusal(factory.probe())).kind).toMatch(/timeout|checksum/);
    await factory.close();
    const driver = await bench.start(sdm230, set);
    expect((await bench.outcome(driver.sample())).voltage).toBe(230);
  });
});
