import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { I2cDevice } from "#devices/ports/i2c.ts";
import { twin } from "#sim/chips/ds3231.ts";
import { Bench, hex } from "#test/bench/bench.ts";
import { decodeTemperature, decodeTime, ds3231, encodeTime, Register } from "./ds3231.ts";

const place = { kind: "i2c", bus: 1, address: 0x68 } as const;
const seconds = (iso: string) => Date.parse(iso) / 1_000;

describe("the DS3231's calendar", () => {
  // Seconds, Minutes, Hours, Day, Date, Month, Year in BCD (19-5170, figure 1 and "clock and calendar").
  it.each([
    { bytes: "00 00 00 01 01 01 00", iso: "2000-01-01T00:00:00Z", row: "power-on value" },
    { bytes: "56 34 12 07 21 06 26", iso: "2026-06-21T12:34:56Z", row: "24 hours" },
    { bytes: "59 59 23 04 31 12 99", iso: "2099-12-31T23:59:59Z", row: "the last second" },
    { bytes: "00 00 00 02 29 02 28", iso: "2028-02-29T00:00:00Z", row: "leap day" },
    { bytes: "00 15 71 07 21 06 26", iso: "2026-06-21T23:15:00Z", row: "11:15 PM" },
    { bytes: "00 15 52 07 21 06 26", iso: "2026-06-21T00:15:00Z", row: "12:15 AM" },
    { bytes: "00 15 72 07 21 06 26", iso: "2026-06-21T12:15:00Z", row: "12:15 PM" },
    { bytes: "00 00 00 05 01 81 00", iso: "2100-01-01T00:00:00Z", row: "the century bit" },
  ])("reads $bytes as $iso: $row", ({ bytes, iso }) => expect(decodeTime(hex(bytes))).toBe(seconds(iso)));

  it.each([
    { bytes: "60 00 00 01 01 01 00", row: "second 60" },
    { bytes: "0A 00 00 01 01 01 00", row: "no digit" },
    { bytes: "00 00 24 01 01 01 00", row: "hour 24" },
    { bytes: "00 00 53 01 01 01 00", row: "13 o'clock AM" },
    { bytes: "00 00 00 00 01 01 00", row: "day 0" },
    { bytes: "00 00 00 01 31 02 26", row: "31 February" },
    { bytes: "00 00 00 01 29 02 26", row: "29 February in a common year" },
    { bytes: "00 00 00 01 01 13 00", row: "month 13" },
    { bytes: "00 00 00 00 00 00 00", row: "zeros" },
    { bytes: "FF FF FF FF FF FF FF", row: "ones" },
  ])("does not read $bytes: $row", ({ bytes }) => expect(decodeTime(hex(bytes))).toBeNaN());

  it("writes 24-hour BCD with Monday as day 1", () => {
    expect(Uint8Array.from(encodeTime(seconds("2026-06-22T23:59:08Z")))).toEqual(hex("08 59 23 01 22 06 26"));
  });

  it("refuses what the part cannot hold", () => {
    for (const value of [seconds("1999-12-31T23:59:59Z"), seconds("2100-01-01T00:00:00Z"), Number.NaN])
      expect(() => encodeTime(value)).toThrow(RangeError);
  });

  it("reads back every second that it writes", () => {
    const [min, max] = ds3231.channels.time.range;
    fc.assert(
      fc.property(fc.integer({ min, max }), (second) => {
        expect(decodeTime(Uint8Array.from(encodeTime(second)))).toBe(second);
      }),
    );
  });
});

describe("decodeTemperature", () => {
  // +25.25 °C is 00011001 01b (19-5170, "temperature registers"); two's complement, 0.25 °C.
  it.each([
    { bytes: "19 40", celsius: 25.25 },
    { bytes: "00 00", celsius: 0 },
    { bytes: "FF C0", celsius: -0.25 },
    { bytes: "D8 00", celsius: -40 },
    { bytes: "7F C0", celsius: 127.75 },
    { bytes: "80 00", celsius: -128 },
  ])("$bytes is $celsius °C", ({ bytes, celsius }) => expect(decodeTemperature(hex(bytes))).toBe(celsius));
});

describe("the DS3231", () => {
  let bench: Bench;
  let chip: ReturnType<typeof twin.create>;
  let raw: I2cDevice;

  beforeEach(async () => {
    bench = new Bench(7);
    chip = bench.solder(twin, place);
    raw = new I2cDevice(await bench.ports.i2c.open(1), place.address);
  });

  it("shows the street's time, its day and its temperature in bytes", async () => {
    chip.set("temperature", 25.25);
    await raw.write(Register.Control, 0x3c);
    await bench.pass(201);
    // 2026-06-21 is a Sunday.
    expect(await raw.readRegister(Register.Seconds, 7)).toEqual(hex("00 00 00 07 21 06 26"));
    expect(await raw.readRegister(Register.TemperatureMsb, 2)).toEqual(hex("19 40"));
    expect(await raw.readRegister(Register.Control, 2)).toEqual(hex("1C 08"));
    chip.set("time", seconds("2026-12-31T23:59:59Z"));
    await bench.pass(1_500);
    expect(await raw.readRegister(Register.Seconds, 7)).toEqual(hex("00 00 00 05 01 01 27"));
    expect([...chip.untouchable]).toEqual([]);
  });

  it("goes on in 12-hour mode when it is set so", async () => {
    await raw.write(Register.Seconds, 0x58, 0x59, 0x71, 0x07, 0x21, 0x06, 0x26);
    expect(await raw.readRegister(Register.Seconds, 3)).toEqual(hex("58 59 71"));
    await bench.pass(2_500);
    expect(await raw.readRegister(Register.Seconds, 7)).toEqual(hex("00 00 52 01 22 06 26"));
  });

  it("is busy while it converts, and shows the old temperature until then", async () => {
    const [before] = await raw.readRegister(Register.TemperatureMsb, 1);
    chip.set("temperature", 60);
    await raw.write(Register.Control, 0x3c);
    await bench.pass(199);
    expect(await raw.readRegister(Register.Control, 4)).toEqual(Uint8Array.of(0x3c, 0x0c, 0, before!));
    await bench.pass(2);
    expect(await raw.readRegister(Register.TemperatureMsb, 1)).toEqual(Uint8Array.of(60));
  });

  it("drifts by no more than 63 s in a year, and by something (±2 ppm)", async () => {
    await bench.pass(365 * 86_400_000);
    const off = Math.abs(chip.sensed("time") - bench.loop.now / 1_000);
    expect(off).toBeGreaterThan(0.1);
    expect(off).toBeLessThan(63.1);
  });

  it("is set at the next whole second", async () => {
    const driver = await bench.start(ds3231, place);
    chip.set("time", seconds("2020-01-01T00:00:00Z"));
    await bench.pass(250);
    const nowMs = bench.loop.now;
    await bench.outcome(driver.setTime!(nowMs));
    expect(Math.abs(chip.sensed("time") * 1_000 - bench.loop.now)).toBeLessThan(1);
    expect(bench.loop.now - nowMs).toBeGreaterThanOrEqual(1_000 - (nowMs % 1_000));
    expect((await bench.outcome(driver.sample())).time).toBe(Math.floor(bench.loop.now / 1_000));
  });

  it("keeps its time through a power cut", async () => {
    const driver = await bench.start(ds3231, place);
    chip.brownOut();
    await bench.pass(3_600_000);
    expect((await bench.outcome(driver.sample())).time).toBe(Math.floor(bench.loop.now / 1_000));
  });

  it("does not believe its time after a power cut with an empty battery, until it is set", async () => {
    const driver = await bench.start(ds3231, place);
    chip.set("temperature", 8);
    chip.loseBattery();
    await bench.pass(1_000);
    expect((await bench.outcome(driver.sample())).time).toBe(Math.floor(bench.loop.now / 1_000));
    chip.brownOut();
    expect(await raw.readRegister(Register.Seconds, 7)).toEqual(hex("00 00 00 06 01 01 00"));
    expect(await bench.outcome(driver.sample())).toEqual({ time: Number.NaN, temperature: 8 });
    await bench.outcome(driver.setTime!(bench.loop.now));
    expect((await bench.outcome(driver.sample())).time).toBe(Math.floor(bench.loop.now / 1_000));
  });

  it("is not taken for a motion sensor, which shares its address", async () => {
    const other = new Bench();
    // An MPU-6050 after power-on answers with zeros here, and with 0x68 at 0x75.
    other.board.i2c(1).attach(0x68, { write: () => true, read: (length) => new Uint8Array(length) });
    const driver = await other.open(ds3231, place);
    expect((await other.refusal(driver.probe())).kind).toBe("wrong-device");
  });

  it("tells no temperature of what came to its address in its place", async () => {
    const driver = await bench.start(ds3231, place);
    chip.unplug();
    bench.board.i2c(1).attach(0x68, { write: () => true, read: (length) => new Uint8Array(length) });
    expect((await bench.refusal(driver.sample())).kind).toBe("not-ready");
  });
});
