import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { I2cDevice } from "#devices/ports/i2c.ts";
import { integerHumidity, integerPressure, integerTemperature, twin } from "#sim/chips/bme280.ts";
import { Bench, hex } from "#test/bench/bench.ts";
import {
  bme280,
  compensate,
  ctrlMeasForced,
  decodeCounts,
  decodeTrimming,
  measurementTimeMsMax,
  Register,
} from "./bme280.ts";

const place = { kind: "i2c", bus: 1, address: 0x76 } as const;

// Worked example of the BMP280, whose pressure and temperature are computed alike (BST-BMP280-DS001, section 3.12).
const example = {
  calib00: hex("70 6B 43 67 18 FC 7D 8E 43 D6 D0 0B 27 0B 8C 00 F9 FF 8C 3C F8 C6 70 17 00 4B"),
  data: hex("65 5A C0 7E ED 00 80 00"),
  adcT: 519_888,
  adcP: 415_148,
  celsius: 25.08,
  fine: 128_422,
  pascal: 100_653.27,
} as const;
const calib26 = hex("6A 01 00 14 04 00 1E");

describe("the BME280's formulas", () => {
  const trimming = decodeTrimming(example.calib00, calib26);

  it("find the trimming values of the example in their bytes", () => {
    expect(trimming.T).toEqual([27_504, 26_435, -1_000]);
    expect(trimming.P).toEqual([36_477, -10_685, 3_024, 2_855, 140, -7, 15_500, -14_600, 6_000]);
    expect(trimming.H).toEqual([75, 362, 0, 324, 0, 30]);
  });

  // Table 16: dig_H4 is 0xE4 and the low half of 0xE5, dig_H5 is 0xE6 and the high half, both signed.
  it("unpack the two values that share a byte, negatives included", () => {
    const packed = decodeTrimming(example.calib00, hex("00 80 FF 80 2F FF FE")).H;
    expect(packed).toEqual([75, -32_768, 255, -2_048 + 15, -14, -2]);
  });

  it("find the counts of the example in its data registers", () => {
    expect(decodeCounts(example.data)).toEqual({ adcT: example.adcT, adcP: example.adcP, adcH: 0x8000 });
  });

  it("come to the example's 25.08 °C and 100 653.27 Pa, in floating point and in integers", () => {
    const reading = compensate({ adcT: example.adcT, adcP: example.adcP, adcH: 30_000 }, trimming);
    expect(reading.temperature).toBeCloseTo(example.celsius, 2);
    expect(Math.abs(reading.pressure - example.pascal)).toBeLessThan(0.05);
    expect(integerTemperature(example.adcT)).toEqual({ hundredths: 2_508, fine: example.fine });
    // The figure prints 25 767 236, which is the floating point result × 256; its 64-bit formula, run in C by
    // several others as well, gives 0.01 Pa less.
    expect(integerPressure(example.adcP, example.fine)).toBe(25_767_233);
  });

  it("agree with each other on humidity, from end to end", () => {
    const counts = fc.record({
      adcT: fc.integer({ min: 250_000, max: 750_000 }),
      adcH: fc.integer({ min: 0, max: 0xffff }),
    });
    fc.assert(
      fc.property(counts, ({ adcT, adcH }) => {
        const { humidity } = compensate({ adcT, adcP: example.adcP, adcH }, trimming);
        const integer = integerHumidity(adcH, integerTemperature(adcT).fine) / 1_024;
        expect(Math.abs(humidity - integer)).toBeLessThan(0.02);
      }),
    );
  });

  it("give no number when nothing was measured since power-on (table 18, reset values)", () => {
    const reset = decodeCounts(hex("80 00 00 80 00 00 80 00"));
    expect(compensate(reset, trimming)).toEqual({
      temperature: Number.NaN,
      humidity: Number.NaN,
      pressure: Number.NaN,
    });
  });

  it("give a number where one count happens to be a reset value", () => {
    expect(compensate({ adcT: 0x80000, adcP: example.adcP, adcH: 30_000 }, trimming).temperature).toBeCloseTo(
      26.47,
      1,
    );
  });
});

describe("the BME280's settings", () => {
  it("force one measurement at ×1 (section 5.4.5)", () => expect(ctrlMeasForced).toBe(0b001_001_01));

  // Section 9.1, and its example of appendix B: temperature ×1, pressure ×4, no humidity.
  it.each([
    { t: 1, p: 1, h: 1, ms: 9.3 },
    { t: 1, p: 4, h: 0, ms: 13.325 },
    { t: 16, p: 16, h: 16, ms: 112.8 },
  ])("×$t, ×$p, ×$h take $ms ms at most", ({ t, p, h, ms }) => {
    expect(measurementTimeMsMax(t, p, h)).toBeCloseTo(ms, 9);
  });
});

describe("the BME280", () => {
  async function setUp() {
    const bench = new Bench();
    const chip = bench.solder(twin, place);
    const raw = new I2cDevice(await bench.ports.i2c.open(1), place.address);
    return { bench, chip, raw };
  }

  it("shows the example's counts for the example's air, its trimming and its identity", async () => {
    const { bench, chip, raw } = await setUp();
    chip.set("temperature", example.celsius);
    chip.set("pressure", example.pascal);
    // Everything ×16, so that all twenty bits are shown (table 7).
    await raw.write(Register.ctrl_meas, 0b101_101_01);
    await bench.pass(120);
    const { adcT, adcP } = decodeCounts(await raw.readRegister(Register.press_msb, 8));
    expect(integerTemperature(adcT).hundredths).toBe(2_508);
    expect(Math.abs(adcT - example.adcT)).toBeLessThan(0.01 / 0.0003);
    expect(Math.abs(adcP - example.adcP)).toBeLessThan(8);
    expect(await raw.readRegister(Register.calib00, 26)).toEqual(example.calib00.with(24, 0));
    expect([...(await raw.readRegister(Register.id, 1))]).toEqual([0x60]);
  });

  it("shows old data while it is measuring, and then all of the new", async () => {
    const { bench, chip, raw } = await setUp();
    const data = () => raw.readRegister(Register.press_msb, 8);
    const status = async () => (await raw.readRegister(Register.status, 1))[0];
    chip.set("pressure", 100_000);
    expect(await data()).toEqual(hex("80 00 00 80 00 00 80 00"));
    await raw.write(Register.ctrl_hum, 1, Register.ctrl_meas, ctrlMeasForced);
    expect(await status()).toBe(0b1000);
    await bench.pass(7.9);
    expect(await status()).toBe(0b1000);
    expect(await data()).toEqual(hex("80 00 00 80 00 00 80 00"));
    await bench.pass(1.5);
    expect(await status()).toBe(0);
    expect(await data()).not.toEqual(hex("80 00 00 80 00 00 80 00"));
    // Back to sleep by itself (section 3.3.3).
    expect((await raw.readRegister(Register.ctrl_meas, 1))[0]).toBe(ctrlMeasForced & ~0b11);
    expect([...chip.untouchable]).toEqual([]);
  });

  it("takes over a new humidity oversampling with the next write to ctrl_meas (section 5.4.3)", async () => {
    const { bench, raw } = await setUp();
    await raw.write(Register.ctrl_meas, ctrlMeasForced);
    await raw.write(Register.ctrl_hum, 1);
    await bench.pass(10);
    expect((await raw.readRegister(0xfd, 2))[0]).toBe(0x80);
    await raw.write(Register.ctrl_meas, ctrlMeasForced);
    await bench.pass(10);
    expect((await raw.readRegister(0xfd, 2))[0]).not.toBe(0x80);
  });

  it("is found to have been reset, before a measurement and during one", async () => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(bme280, place);
    chip.brownOut();
    expect((await bench.refusal(driver.sample())).kind).toBe("not-ready");
    await bench.outcome(driver.configure());
    bench.loop.at(bench.loop.now + 5, () => chip.brownOut());
    expect((await bench.refusal(driver.sample())).kind).toBe("not-ready");
  });

  it("must be a BME280: the BMP280 (0x58) has no humidity", async () => {
    const bench = new Bench();
    bench.board
      .i2c(1)
      .attach(0x76, { write: () => true, read: (length) => new Uint8Array(length).fill(0x58) });
    const driver = await bench.open(bme280, place);
    const error = await bench.refusal(driver.probe());
    expect(error).toMatchObject({ kind: "wrong-device", port: "i2c-1", address: 0x76 });
    expect(error.message).toContain("0x58, expected 0x60");
  });
});
