import { describe, expect, it } from "vitest";
import { I2cDevice } from "#devices/ports/i2c.ts";
import { twin } from "#sim/chips/ina226.ts";
import { Bench } from "#test/bench/bench.ts";
import { calibration, configuration, decode, ina226, ina226With, Register } from "./ina226.ts";

const place = { kind: "i2c", bus: 1, address: 0x40 } as const;
const calibrated = calibration({ shuntOhms: 0.002, currentAmpsMax: 32.767 });
const zero = { shunt: 0, bus: 0, power: 0, current: 0, isOverflown: false };

describe("the INA226's numbers", () => {
  it("calibrate 2 mΩ and 1 mA per count with 0x0A00 (SBOS547, section 8.2, table 3)", () => {
    expect(calibrated.word).toBe(0x0a00);
    expect(calibrated.ampsPerCount).toBeCloseTo(0.001, 12);
  });

  it("refuse a shunt that the register cannot hold", () => {
    expect(() => calibration({ shuntOhms: 1e-6, currentAmpsMax: 1 })).toThrow(/32767/);
    expect(() => calibration({ shuntOhms: 100, currentAmpsMax: 100_000 })).toThrow(RangeError);
  });

  // Section 8.2, table 3: a load of 10 A on 11.98 V, as the registers hold it.
  it("are those of the worked example", () => {
    const words = { ...zero, shunt: 0x1f40, bus: 0x2570, current: 0x2710, power: 0x12b8 };
    const reading = decode(words, calibrated);
    expect(reading.busVoltage).toBeCloseTo(11.98, 9);
    expect(reading.current).toBeCloseTo(10, 9);
    expect(reading.power).toBeCloseTo(119.8, 9);
  });

  it.each([
    { row: "zero", words: zero, volts: 0, amps: 0, watts: 0 },
    {
      row: "full scale, 7FFFh (sections 7.6.3 and 7.6.5)",
      words: { ...zero, bus: 0x7fff, current: 0x7fff, power: 0xffff },
      volts: 40.95875,
      amps: 32.767,
      watts: 1_638.375,
    },
    {
      row: "the example the other way round: two's complement (section 7.6.2)",
      words: { ...zero, shunt: 0xe0c0, bus: 0x2570, current: 0xd8f0, power: 0x12b8 },
      volts: 11.98,
      amps: -10,
      watts: -119.8,
    },
    {
      row: "a shunt voltage beyond full scale",
      words: { ...zero, shunt: 0x7fff, bus: 0x2570, current: 0x7fff, power: 0x12b8 },
      volts: 11.98,
      amps: Number.NaN,
      watts: Number.NaN,
    },
    {
      row: "OVF (section 7.6.7)",
      words: { ...zero, bus: 0x2570, isOverflown: true },
      volts: 11.98,
      amps: Number.NaN,
      watts: Number.NaN,
    },
  ])("$row", ({ words, volts, amps, watts }) => {
    const reading = decode(words, calibrated);
    expect(reading.busVoltage).toBeCloseTo(volts, 9);
    if (Number.isNaN(amps)) expect([reading.current, reading.power]).toEqual([amps, watts]);
    else {
      expect(reading.current).toBeCloseTo(amps, 9);
      expect(reading.power).toBeCloseTo(watts, 9);
    }
  });

  // Power-on value 4127h: no averaging, 1.1 ms, continuous (section 7.6.1); MODE 3 is triggered.
  it.each([
    { averaging: 0, conversion: 4, word: (0x4127 & ~0b111) | 0b011 },
    { averaging: 2, conversion: 4, word: 0x4523 },
    { averaging: 7, conversion: 7, word: 0x4ffb },
  ])("configure AVG $averaging and CT $conversion", ({ averaging, conversion, word }) => {
    expect(configuration(averaging, conversion)).toBe(word);
  });
});

describe("the INA226", () => {
  async function setUp() {
    const bench = new Bench();
    const chip = bench.solder(twin, place);
    const raw = new I2cDevice(await bench.ports.i2c.open(1), place.address);
    const word = async (register: number) => {
      const [high, low] = await raw.readRegister(register, 2);
      return 256 * high! + low!;
    };
    return { bench, chip, raw, word };
  }

  it("holds the worked example's registers for its load (section 8.2, table 3)", async () => {
    const { bench, chip, word } = await setUp();
    const driver = await bench.start(ina226, place);
    chip.set("busVoltage", 11.98);
    chip.set("current", 10);
    const reading = await bench.outcome(driver.sample());
    expect(reading.power).toBeCloseTo(119.8, 6);
    expect(await word(Register.Calibration)).toBe(0x0a00);
    expect(await word(Register.ShuntVoltage)).toBe(0x1f40);
    expect(await word(Register.BusVoltage)).toBe(0x2570);
    expect(await word(Register.Current)).toBe(0x2710);
    expect(await word(Register.Power)).toBe(0x12b8);
    expect(await word(Register.ManufacturerId)).toBe(0x5449);
    expect(await word(Register.DieId)).toBe(0x2260);
  });

  // −80 mV is 8300h there; through 2 mΩ that is −40 A, so this is its half: −20 A, −40 mV, −16 000 counts.
  it("has a shunt voltage in two's complement (section 7.6.2)", async () => {
    const { bench, chip, word } = await setUp();
    const driver = await bench.start(ina226, place);
    chip.set("current", -20);
    await bench.outcome(driver.sample());
    expect(await word(Register.ShuntVoltage)).toBe(0xc180);
    expect(await word(Register.Current)).toBe(0x10000 - 20_000);
  });

  it("raises CVRF when all averages are done, and reading clears it (section 7.6.7)", async () => {
    const { bench, chip, raw, word } = await setUp();
    chip.set("busVoltage", 24);
    const setting = configuration(1, 4);
    await raw.write(Register.Configuration, setting >> 8, setting & 0xff);
    await bench.pass(4 * 2 * 1.1 - 0.1);
    expect((await word(Register.MaskEnable)) & 8).toBe(0);
    expect(await word(Register.BusVoltage)).toBe(0);
    await bench.pass(0.2);
    expect((await word(Register.MaskEnable)) & 8).toBe(8);
    expect((await word(Register.MaskEnable)) & 8).toBe(0);
    expect(await word(Register.BusVoltage)).toBe(24 / 0.00125);
    expect([...chip.untouchable]).toEqual([]);
  });

  it("converts by itself after power-on: 4127h, 2.2 ms (section 7.6.1)", async () => {
    const { bench, chip, word } = await setUp();
    chip.set("busVoltage", 12);
    await bench.pass(2.1);
    expect(await word(Register.BusVoltage)).toBe(0);
    await bench.pass(0.2);
    expect(await word(Register.BusVoltage)).toBe(12 / 0.00125);
    expect((await word(Register.MaskEnable)) & 8).toBe(8);
    expect((await word(Register.MaskEnable)) & 8).toBe(0);
    // Without a calibration there is neither current nor power (section 7.5.1).
    chip.set("current", 5);
    await bench.pass(2.2);
    expect(await word(Register.ShuntVoltage)).toBe(4_000);
    expect([await word(Register.Current), await word(Register.Power)]).toEqual([0, 0]);
    expect([...chip.untouchable]).toEqual([]);
  });

  it("averages the ripple of a lamp driver away", async () => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(ina226, place);
    chip.set("busVoltage", 24);
    chip.set("current", (atMs) => 2 + Math.sin((2 * Math.PI * atMs) / 4.4));
    const { current } = await bench.outcome(driver.sample());
    expect(Math.abs(current - 2)).toBeLessThan(0.01);
  });

  it("takes a load as power, too", async () => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(ina226, place);
    chip.set("busVoltage", 24);
    chip.set("power", 60);
    const reading = await bench.outcome(driver.sample());
    expect(reading.current).toBeCloseTo(2.5, 2);
    expect(reading.power).toBeCloseTo(60, 1);
  });

  it("gives no current when its arithmetic overflows", async () => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(ina226With({ shuntOhms: 0.002, currentAmpsMax: 5 }), place);
    chip.set("busVoltage", 12);
    chip.set("current", -9);
    expect(await bench.outcome(driver.sample())).toEqual({
      busVoltage: 12,
      current: Number.NaN,
      power: Number.NaN,
    });
  });

  it("is found to have been reset, rather than to measure no current", async () => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(ina226, place);
    chip.set("current", 3);
    chip.brownOut();
    expect((await bench.refusal(driver.sample())).kind).toBe("not-ready");
  });
});
