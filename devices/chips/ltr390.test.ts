import { describe, expect, it } from "vitest";
import { I2cDevice } from "#devices/ports/i2c.ts";
import { twin } from "#sim/chips/ltr390.ts";
import { Bench } from "#test/bench/bench.ts";
import { betterRange, decodeAls, decodeUvs, ltr390, Register, ranges, uvRange } from "./ltr390.ts";

const place = { kind: "i2c", bus: 1, address: 0x53 } as const;

const word = (counts: number) => Uint8Array.of(counts & 0xff, (counts >> 8) & 0xff, counts >> 16);

describe("the LTR-390UV's numbers", () => {
  // DS86-2015-0004: lx = 0.6 × ALS_DATA / (gain × integration). Its first page promises 0.01 lx to 157 klx.
  it.each([
    { row: "one count of the most sensitive range", range: ranges.dim, counts: 1, lux: 0.6 / 72 },
    { row: "one count of the reset settings", range: ranges.normal, counts: 1, lux: 0.2 },
    { row: "one count of the least sensitive range", range: ranges.bright, counts: 1, lux: 0.6 },
    { row: "darkness", range: ranges.dim, counts: 0, lux: 0 },
    { row: "157 klx", range: ranges.bright, counts: 261_667, lux: 157_000.2 },
    { row: "the largest count of 20 bits", range: ranges.dim, counts: 0xf_fffe, lux: 8_738.117 },
    { row: "the largest count of 18 bits", range: ranges.normal, counts: 0x3_fffe, lux: 52_428.4 },
  ])("make $lux lx of $row", ({ range, counts, lux }) => {
    expect(decodeAls(word(counts), range)).toBeCloseTo(lux, 3);
  });

  // DS86-2015-0004, UVS sensitivity: 2300 counts per UVI at gain 18 and 20 bits; 96 of it at gain 3 and 18 bits
  // (the constant of the Linux driver, drivers/iio/light/ltr390.c, before it scaled).
  it.each([
    { range: uvRange, counts: 2_300, index: 1 },
    { range: uvRange, counts: 25_300, index: 11 },
    { range: uvRange, counts: 0, index: 0 },
    { range: ranges.normal, counts: 96, index: 96 / 95.8333 },
  ])("make UV index $index of $counts counts at gain $range.gain", ({ range, counts, index }) => {
    expect(decodeUvs(word(counts), range)).toBeCloseTo(index, 5);
  });

  it("are none when the counter is full, and ignore the reserved bits", () => {
    expect(decodeAls(word(0x3_ffff), ranges.bright)).toBeNaN();
    expect(decodeAls(word(0x7_0000), ranges.bright)).toBeNaN();
    expect(decodeUvs(word(0xf_ffff), uvRange)).toBeNaN();
    expect(decodeUvs(Uint8Array.of(0xfc, 0x08, 0xf0), uvRange)).toBeCloseTo(1, 9);
  });

  it.each([
    [0, ranges.dim],
    [4_999, ranges.dim],
    [5_000, ranges.normal],
    [49_999, ranges.normal],
    [50_000, ranges.bright],
    [Number.NaN, ranges.bright],
  ])("call at %d lx for the range that serves", (lux, range) => {
    expect(betterRange(lux)).toBe(range);
  });
});

describe("the LTR-390UV", () => {
  async function setUp() {
    const bench = new Bench();
    const chip = bench.solder(twin, place);
    const driver = await bench.start(ltr390, place);
    const raw = new I2cDevice(await bench.ports.i2c.open(1), place.address);
    const byte = async (register: number) => (await raw.readRegister(register, 1))[0]!;
    const data = async (register: number) => [...(await raw.readRegister(register, 3))];
    return { bench, chip, driver, raw, byte, data, sample: () => bench.outcome(driver.sample()) };
  }

  it("measures both with one converter, over the whole dynamic range", async () => {
    const { chip, sample } = await setUp();
    for (const [lux, index] of [
      [0.02, 0],
      [4_999.99, 0.5],
      [5_000.01, 3],
      [49_999.99, 8],
      [50_000.3, 11.2],
      [120_000, 12],
    ] as const) {
      chip.set("illuminance", lux);
      chip.set("uvIndex", index);
      const reading = await sample();
      expect(Math.abs(reading.illuminance - lux)).toBeLessThanOrEqual(ltr390.channels.illuminance.step(lux));
      expect(Math.abs(reading.uvIndex - index)).toBeLessThanOrEqual(1 / 2_300);
    }
    expect([...chip.untouchable]).toEqual([]);
  });

  // DS86-2015-0004, "Register Set": MAIN_CTRL, rate 22h, gain 01h, PART_ID B2h; the power-on status is set.
  it("has the registers of the datasheet after power-on, and tells of it once", async () => {
    const bench = new Bench();
    const chip = bench.solder(twin, place);
    const raw = new I2cDevice(await bench.ports.i2c.open(1), place.address);
    const registers = [0x00, 0x04, 0x05, 0x06, 0x07, 0x07];
    const found = [];
    for (const register of registers) found.push((await raw.readRegister(register, 1))[0]);
    expect(found).toEqual([0x00, 0x22, 0x01, 0xb2, 0x20, 0x00]);
    expect([...chip.untouchable]).toEqual([]);
  });

  it("has no new data before a conversion of 18 bits has ended: 5 ms and 100 ms", async () => {
    const { bench, chip, raw, byte, data } = await setUp();
    chip.set("illuminance", 1_000);
    await raw.write(Register.MAIN_CTRL, 0x02);
    await bench.pass(104);
    expect(await byte(Register.MAIN_STATUS)).toBe(0);
    expect(await data(Register.ALS_DATA)).toEqual([0, 0, 0]);
    await bench.pass(2);
    expect(await byte(Register.MAIN_STATUS)).toBe(0x08);
    expect(await byte(Register.MAIN_STATUS)).toBe(0x00);
    // 1000 lx × 3 / 0.6 = 5000 counts.
    expect(await data(Register.ALS_DATA)).toEqual([0x88, 0x13, 0x00]);
    expect(await data(Register.UVS_DATA)).toEqual([0, 0, 0]);
    await bench.pass(100);
    expect(await byte(Register.MAIN_STATUS)).toBe(0x08);
  });

  it("keeps a conversion of one mode out of the register of the other", async () => {
    const { bench, chip, raw, data } = await setUp();
    chip.set("uvIndex", 10);
    await raw.write(Register.ALS_UVS_MEAS_RATE, 0x00);
    await raw.write(Register.ALS_UVS_GAIN, 0x04);
    await raw.write(Register.MAIN_CTRL, 0x0a);
    await bench.pass(410);
    expect(await data(Register.ALS_DATA)).toEqual([0, 0, 0]);
    // 10 × 2300 counts.
    expect(await data(Register.UVS_DATA)).toEqual([0xd8, 0x59, 0x00]);
  });

  it("refuses the byte that resets it, and is reset", async () => {
    const { raw, byte, bench } = await setUp();
    await raw.write(Register.ALS_UVS_GAIN, 0x04);
    expect(await bench.refusal(raw.write(Register.MAIN_CTRL, 0x10))).toMatchObject({
      kind: "no-acknowledge-data",
    });
    expect(await byte(Register.ALS_UVS_GAIN)).toBe(0x01);
    expect(await byte(Register.MAIN_STATUS)).toBe(0x20);
  });

  it.each([0, 50, 300])("is found to have been reset %d ms into a sample", async (afterMs) => {
    const { bench, chip, driver, sample } = await setUp();
    chip.set("illuminance", 200);
    bench.loop.at(bench.loop.now + afterMs, () => chip.brownOut());
    await bench.pass(0);
    expect(await bench.refusal(driver.sample())).toMatchObject({ kind: "not-ready", address: 0x53 });
    await bench.outcome(driver.configure());
    expect((await sample()).illuminance).toBeCloseTo(200, 1);
  });

  it("gives no light when there is more than it can count, and the ultraviolet all the same", async () => {
    const bench = new Bench();
    const registers = new Uint8Array(0x30);
    registers.set([0xff, 0xff, 0x0f, 0xfc, 0x08, 0x00], Register.ALS_DATA);
    registers[Register.PART_ID] = 0xb2;
    let pointer = 0;
    bench.board.i2c(1).attach(0x53, {
      write: ([register, value]) => {
        pointer = register!;
        if (value !== undefined) registers[Register.MAIN_STATUS] = 0x08;
        return true;
      },
      read: (length) => registers.slice(pointer, pointer + length),
    });
    const driver = await bench.start(ltr390, place);
    expect(await bench.outcome(driver.sample())).toEqual({ illuminance: Number.NaN, uvIndex: 1 });
  });

  it("does not wait for ever for a converter that hangs", async () => {
    const bench = new Bench();
    bench.board.i2c(1).attach(0x53, { write: () => true, read: (length) => new Uint8Array(length) });
    const driver = await bench.open(ltr390, place);
    expect(await bench.refusal(driver.sample())).toMatchObject({ kind: "timeout" });
  });

  it.each([
    ["an ADXL345 at the same address", 0xe5],
    ["nothing but pull-ups", 0xff],
    ["another part of the family", 0x92],
  ])("is not %s", async (_what, id) => {
    const bench = new Bench();
    bench.board.i2c(1).attach(0x53, { write: () => true, read: (length) => new Uint8Array(length).fill(id) });
    const error = await bench.refusal((await bench.open(ltr390, place)).probe());
    expect(error).toMatchObject({ kind: "wrong-device", operation: "read PART_ID" });
  });

  it("passes a bus on that is held low, and a part that is gone", async () => {
    const { bench, chip, driver, sample } = await setUp();
    bench.board.i2c(1).hold("timeout");
    expect(await bench.refusal(driver.sample())).toMatchObject({ kind: "timeout" });
    bench.board.i2c(1).release();
    await sample();
    chip.unplug();
    expect(await bench.refusal(driver.sample())).toMatchObject({ kind: "no-acknowledge-address" });
  });
});
