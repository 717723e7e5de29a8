import { describe, expect, it } from "vitest";
import { I2cDevice } from "#devices/ports/i2c.ts";
import { twin } from "#sim/chips/ina228.ts";
import { Bench } from "#test/bench/bench.ts";
import { adcConfig, calibration, decode, ina228, ina228With, Register } from "./ina228.ts";

const place = { kind: "i2c", bus: 1, address: 0x40 } as const;
const calibrated = calibration({ shuntOhms: 0.0162, currentAmpsMax: 10 });
const zero = { shunt: 0, bus: 0, current: 0, power: 0, energy: 0, temperature: 0, isOverflown: false };

/** SLYS021, section 8.2.2.5, table 8-4: 6 A at 48 V for an hour; the 20-bit results stand in bits 23:4. */
const example = {
  shunt: 311_040 * 16,
  bus: 245_760 * 16,
  current: 314_572 * 16,
  power: 4_718_604,
  energy: 1_061_683_200,
  temperature: 3_200,
  isOverflown: false,
};

describe("the INA228's numbers", () => {
  it("calibrate 16.2 mΩ for 10 A with 0FD2h and 19.073486 µA (SLYS021, section 8.2.2.3)", () => {
    expect(calibrated.word).toBe(0x0fd2);
    expect(calibrated.ampsPerCount).toBeCloseTo(19.073486e-6, 12);
  });

  // 13107.2 × 10⁶ × 3.125 µA × 0.1 Ω.
  it("calibrate 100 mΩ for 1.6384 A with 1000h, as after power-on", () => {
    expect(calibration({ shuntOhms: 0.1, currentAmpsMax: 1.6384 }).word).toBe(0x1000);
  });

  it.each([
    { shuntOhms: 0.1, currentAmpsMax: 2 },
    { shuntOhms: 0, currentAmpsMax: 2 },
    { shuntOhms: -0.1, currentAmpsMax: 1 },
    { shuntOhms: Number.NaN, currentAmpsMax: 1 },
  ])("refuse $shuntOhms Ω for $currentAmpsMax A", (shunt) => {
    expect(() => calibration(shunt)).toThrow(/0\.16384 V/);
  });

  it("are those of the worked example (table 8-4)", () => {
    const reading = decode(example, calibrated);
    expect(reading.busVoltage).toBeCloseTo(48, 9);
    expect(reading.current).toBeCloseTo(6, 4);
    expect(reading.power).toBeCloseTo(288, 2);
    expect(reading.energy).toBeCloseTo(1_036_800, 2);
    expect(reading.dieTemperature).toBeCloseTo(25, 9);
  });

  it("are negative in two's complement (section 8.2.2.5): B4100h of VSHUNT is −311040", () => {
    const counts = (value: number) => (2 ** 20 - value) * 16;
    expect(counts(311_040)).toBe(0xb4100 * 16);
    const reading = decode({ ...example, shunt: counts(311_040), current: counts(314_572) }, calibrated);
    expect(reading.current).toBeCloseTo(-6, 4);
    expect(reading.power).toBeCloseTo(-288, 2);
    expect(reading.energy).toBeCloseTo(1_036_800, 2);
  });

  it.each([
    { celsius: -40, temperature: 0x10000 - 5_120 },
    { celsius: 125, temperature: 16_000 },
  ])("are $celsius °C die temperature", ({ celsius, temperature }) => {
    expect(decode({ ...zero, temperature }, calibrated).dieTemperature).toBe(celsius);
  });

  it.each([
    { row: "MATHOF", words: { ...example, isOverflown: true } },
    { row: "a shunt voltage beyond 163.84 mV", words: { ...example, shunt: 0x7ffff0 } },
    { row: "a shunt voltage beyond −163.84 mV", words: { ...example, shunt: 0x800000 } },
  ])("are none for current and power with $row", ({ words }) => {
    const { busVoltage, current, power } = decode(words, calibrated);
    expect(busVoltage).toBeCloseTo(48, 9);
    expect([current, power]).toEqual([Number.NaN, Number.NaN]);
  });

  // FB68h after power-on: continuous, 1052 µs each, no averaging (section 7.6.1.2).
  it.each([
    { averaging: 0, conversion: 5, word: 0xfb68 },
    { averaging: 2, conversion: 5, word: 0xfb6a },
    { averaging: 7, conversion: 7, word: 0xffff },
  ])("configure AVG $averaging and conversion time $conversion", ({ averaging, conversion, word }) => {
    expect(adcConfig(averaging, conversion)).toBe(word);
  });
});

describe("the INA228", () => {
  async function setUp() {
    const bench = new Bench();
    const chip = bench.solder(twin, place);
    const raw = new I2cDevice(await bench.ports.i2c.open(1), place.address);
    const word = async (register: number, length: number) =>
      (await raw.readRegister(register, length)).reduce((sum, byte) => 256 * sum + byte, 0);
    return { bench, chip, raw, word };
  }

  it("holds the worked example's registers for its load (table 8-4)", async () => {
    const { bench, chip, word } = await setUp();
    chip.set("busVoltage", 48);
    chip.set("current", 6);
    chip.set("dieTemperature", 25);
    const driver = await bench.start(ina228, place);
    expect((await bench.outcome(driver.sample())).current).toBeCloseTo(6, 4);
    expect(await word(Register.SHUNT_CAL, 2)).toBe(0x0fd2);
    expect(await word(Register.VSHUNT, 3)).toBe(311_040 * 16);
    expect(await word(Register.VBUS, 3)).toBe(245_760 * 16);
    expect(await word(Register.CURRENT, 3)).toBe(314_572 * 16);
    // The table's power is 12 counts above 288 W / 61.035156 µW; one count of the current is 15 counts of power.
    expect(Math.abs((await word(Register.POWER, 3)) - 4_718_604)).toBeLessThanOrEqual(12 + 15);
    chip.set("energy", 1_036_800);
    expect(await word(Register.ENERGY, 5)).toBe(1_061_683_200);
    expect(await word(Register.DIETEMP, 2)).toBe(3_200);
    expect([...chip.untouchable]).toEqual([]);
  });

  it("is as the datasheet has it after power-on (section 7.6.1)", async () => {
    const { word } = await setUp();
    expect(await word(Register.CONFIG, 2)).toBe(0);
    expect(await word(Register.ADC_CONFIG, 2)).toBe(0xfb68);
    expect(await word(Register.SHUNT_CAL, 2)).toBe(0x1000);
    expect(await word(Register.DIAG_ALRT, 2)).toBe(0x0001);
    expect(await word(Register.MANUFACTURER_ID, 2)).toBe(0x5449);
    expect((await word(Register.DEVICE_ID, 2)) >> 4).toBe(0x228);
  });

  // 3 × 1052 µs (section 7.6.1.2).
  it("has its first result one round of conversions after power-on", async () => {
    const { bench, chip, word } = await setUp();
    chip.set("busVoltage", 12);
    await bench.pass(3.1);
    expect(await word(Register.VBUS, 3)).toBe(0);
    await bench.pass(0.1);
    expect(await word(Register.VBUS, 3)).toBe(Math.round(12 / 195.3125e-6) * 16);
  });

  it("counts a harvest: bursts of either direction add up", async () => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(ina228, place);
    chip.set("busVoltage", 12);
    for (const amps of [0.5, -0.5]) {
      chip.set("current", amps);
      await bench.pass(10_000);
      chip.set("current", 0);
      await bench.pass(60_000);
    }
    const { energy } = await bench.outcome(driver.sample());
    expect(energy).toBeCloseTo(2 * 12 * 0.5 * 10, 1);
  });

  it("keeps what it counted when only the process starts again", async () => {
    const { bench, chip } = await setUp();
    await (await bench.start(ina228, place)).close();
    chip.set("busVoltage", 12);
    chip.set("current", 1);
    await bench.pass(100_000);
    chip.set("current", 0);
    const again = await bench.start(ina228, place);
    expect((await bench.outcome(again.sample())).energy).toBeCloseTo(1_200, 0);
  });

  it("starts counting from zero after its supply was gone, and is found to", async () => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(ina228, place);
    chip.set("energy", 5_000);
    chip.brownOut();
    expect((await bench.refusal(driver.sample())).kind).toBe("not-ready");
    await bench.outcome(driver.configure());
    expect((await bench.outcome(driver.sample())).energy).toBe(0);
  });

  it("clears what it counted by RSTACC (section 7.6.1.1)", async () => {
    const { bench, chip, raw } = await setUp();
    const driver = await bench.start(ina228, place);
    chip.set("energy", 5_000);
    await raw.write(Register.CONFIG, 0x40, 0x00);
    expect((await bench.outcome(driver.sample())).energy).toBe(0);
  });

  it("gives no current when its arithmetic overflows", async () => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(ina228With({ shuntOhms: 0.0162, currentAmpsMax: 5 }), place);
    chip.set("busVoltage", 24);
    chip.set("current", 8);
    await bench.pass(100);
    const { busVoltage, current, power } = await bench.outcome(driver.sample());
    expect(busVoltage).toBeCloseTo(24, 3);
    expect([current, power]).toEqual([Number.NaN, Number.NaN]);
  });

  it("is not mistaken for an INA226", async () => {
    const bench = new Bench();
    const ids = new Map([
      [0xfe, 0x5449],
      [0xff, 0x2260],
    ]);
    let pointer = 0;
    bench.board.i2c(1).attach(place.address, {
      write: ([first]) => {
        pointer = first!;
        return true;
      },
      read: () => Uint8Array.of((ids.get(pointer) ?? 0) >> 8, (ids.get(pointer) ?? 0) & 0xff),
    });
    expect((await bench.refusal(bench.start(ina228, place))).kind).toBe("wrong-device");
  });

  it("says when its memory is damaged: MEMSTAT is 0 (section 7.6.1.12)", async () => {
    const { bench } = await setUp();
    const driver = await bench.start(ina228, place);
    const bus = bench.board.i2c(1);
    bus.detach(place.address);
    bus.attach(place.address, { write: () => true, read: (length) => new Uint8Array(length) });
    expect(await bench.refusal(driver.sample())).toMatchObject({ kind: "checksum", address: 0x40 });
  });

  it.each([
    { fault: "unplug", kind: "no-acknowledge-address" },
    { fault: "hold", kind: "timeout" },
  ] as const)("says so on $fault: $kind", async ({ fault, kind }) => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(ina228, place);
    if (fault === "hold") bench.board.i2c(1).hold();
    else chip.unplug();
    expect((await bench.refusal(driver.sample())).kind).toBe(kind);
  });
});
