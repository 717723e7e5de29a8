import { describe, expect, it } from "vitest";
import type { Place } from "#devices/part.ts";
import { I2cDevice } from "#devices/ports/i2c.ts";
import { twin as ina226Twin } from "#sim/chips/ina226.ts";
import { twin } from "#sim/chips/tca9548a.ts";
import { Bench } from "#test/bench/bench.ts";
import { ina226 } from "./ina226.ts";
import { tca9548a } from "./tca9548a.ts";

const place = { kind: "i2c", bus: 1, address: 0x71 } as const;
const meterBehind = (channel: number) =>
  ({ kind: "i2c", bus: 1, address: 0x40, behind: { address: 0x71, channel } }) as const satisfies Place;

describe("the TCA9548A", () => {
  async function setUp() {
    const bench = new Bench();
    const chip = bench.solder(twin, place);
    const raw = new I2cDevice(await bench.ports.i2c.open(1), place.address);
    const control = async () => (await raw.bus.transfer(place.address, [{ read: 1 }]))[0]![0];
    return { bench, chip, raw, control };
  }

  it("selects nothing after power-on (SCPS207, section 8.3)", async () => {
    const { chip, control } = await setUp();
    expect(await control()).toBe(0);
    expect([...chip.untouchable]).toEqual([]);
  });

  it("keeps the last byte that it was written (section 8.5.3.1)", async () => {
    const { raw, control } = await setUp();
    await raw.write(0xff, 0x81);
    expect(await control()).toBe(0x81);
  });

  it("measures nothing, as long as it answers", async () => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(tca9548a, place);
    expect(await bench.outcome(driver.sample())).toEqual({});
    chip.unplug();
    expect(await bench.refusal(driver.sample())).toMatchObject({
      kind: "no-acknowledge-address",
      address: place.address,
    });
  });

  it("is not what answers with several channels selected, which the I2C port never does", async () => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(tca9548a, place);
    chip.unplug();
    bench.board.i2c(1).attach(place.address, { write: () => true, read: () => Uint8Array.of(0xff) });
    expect((await bench.refusal(driver.sample())).kind).toBe("not-ready");
  });

  it("is not mistaken for a part with a register pointer", async () => {
    const bench = new Bench();
    // A PCA9685 at 0x71, after power-on: MODE1 and MODE2 (rev. 4, table 4).
    const registers = [0x11, 0x04];
    let pointer = 0;
    bench.board.i2c(1).attach(place.address, {
      write: ([first]) => {
        pointer = first!;
        return true;
      },
      read: (length) => new Uint8Array(length).fill(registers[pointer]!),
    });
    expect((await bench.refusal(bench.start(tca9548a, place))).kind).toBe("wrong-device");
  });

  it("says that the bus is held low", async () => {
    const { bench } = await setUp();
    const driver = await bench.start(tca9548a, place);
    bench.board.i2c(1).hold("timeout");
    expect((await bench.refusal(driver.sample())).kind).toBe("timeout");
  });

  it.each(["before", "after"] as const)("leads on to parts that were soldered %s it", async (order) => {
    const bench = new Bench();
    const solderMeters = () => [0, 1, 7].map((channel) => bench.solder(ina226Twin, meterBehind(channel)));
    const early = order === "before" ? solderMeters() : undefined;
    bench.solder(twin, place);
    const meters = early ?? solderMeters();
    for (const [index, meter] of meters.entries()) meter.set("busVoltage", 10 + index);
    const drivers = [];
    for (const channel of [0, 1, 7]) drivers.push(await bench.start(ina226, meterBehind(channel)));
    const samples = await bench.outcome(Promise.all(drivers.map((driver) => driver.sample())));
    expect(samples.map(({ busVoltage }) => busVoltage)).toEqual([10, 11, 12]);
  });

  it("does not answer for parts that nobody selected", async () => {
    const { bench } = await setUp();
    bench.solder(ina226Twin, meterBehind(2));
    const driver = await bench.open(ina226, { kind: "i2c", bus: 1, address: 0x40 });
    expect((await bench.refusal(driver.probe())).kind).toBe("no-acknowledge-address");
  });

  it("takes the parts behind it along when it is unplugged or browns out, and is selected again", async () => {
    const { bench, chip } = await setUp();
    bench.solder(ina226Twin, meterBehind(2)).set("busVoltage", 12);
    const driver = await bench.start(ina226, meterBehind(2));
    chip.unplug();
    expect(await bench.refusal(driver.sample())).toMatchObject({ kind: "no-acknowledge-address" });
    expect(await bench.refusal(driver.sample())).toMatchObject({ address: place.address });
    chip.mend();
    expect((await bench.outcome(driver.sample())).busVoltage).toBe(12);
    chip.brownOut();
    expect(await bench.refusal(driver.sample())).toMatchObject({ address: place.address });
    expect((await bench.outcome(driver.sample())).busVoltage).toBe(12);
  });

  it("may be probed while the parts behind it are spoken to", async () => {
    const { bench } = await setUp();
    bench.solder(ina226Twin, meterBehind(5)).set("busVoltage", 12);
    const meter = await bench.start(ina226, meterBehind(5));
    const multiplexer = await bench.open(tca9548a, place);
    const both = Promise.all([meter.probe(), multiplexer.probe(), meter.probe(), multiplexer.probe()]);
    await expect(bench.outcome(both)).resolves.toBeDefined();
    expect((await bench.outcome(meter.sample())).busVoltage).toBe(12);
  });

  it("cannot be soldered behind another", () => {
    const bench = new Bench();
    expect(() => bench.solder(twin, { ...place, behind: { address: 0x70, channel: 0 } })).toThrow(RangeError);
  });
});
