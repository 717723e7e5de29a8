import { describe, expect, it } from "vitest";
import { I2cDevice } from "#devices/ports/i2c.ts";
import { isPlausible } from "#devices/sample.ts";
import { twin as ds3231Twin } from "#sim/chips/ds3231.ts";
import { twin } from "#sim/chips/max17048.ts";
import { Bench, hex } from "#test/bench/bench.ts";
import { chargeRate, decode, max17048, Register } from "./max17048.ts";

const place = { kind: "i2c", bus: 1, address: 0x36 } as const;
const rested = { cell: 48_000, charge: 0x3200, rate: 0 };

describe("the MAX17048's numbers", () => {
  // 19-6171, table 2: 78.125 µV, 1/256 % and 0.208 %/h per count. 78.125 µV is 1/12 800 V.
  it.each([
    { words: { ...rested, cell: 47_360 }, channel: "cellVoltage", value: 3.7 },
    { words: { ...rested, cell: 32_000 }, channel: "cellVoltage", value: 2.5 },
    { words: { ...rested, cell: 64_000 }, channel: "cellVoltage", value: 5 },
    { words: { ...rested, cell: 31_999 }, channel: "cellVoltage", value: Number.NaN },
    { words: { ...rested, cell: 64_001 }, channel: "cellVoltage", value: Number.NaN },
    { words: { ...rested, cell: 0 }, channel: "cellVoltage", value: Number.NaN },
    { words: { ...rested, charge: 0x0001 }, channel: "stateOfCharge", value: 0.00390625 },
    { words: { ...rested, charge: 0x3280 }, channel: "stateOfCharge", value: 50.5 },
    { words: { ...rested, charge: 0x6400 }, channel: "stateOfCharge", value: 100 },
    { words: { ...rested, charge: 0x6580 }, channel: "stateOfCharge", value: 100 },
    { words: { ...rested, charge: 0x8000 }, channel: "stateOfCharge", value: Number.NaN },
    { words: { ...rested, charge: 0xffff }, channel: "stateOfCharge", value: Number.NaN },
    { words: { ...rested, rate: 0x0064 }, channel: "chargeRate", value: 20.8 },
    { words: { ...rested, rate: 0xff9c }, channel: "chargeRate", value: -20.8 },
    { words: { ...rested, rate: 0xffff }, channel: "chargeRate", value: -0.208 },
    { words: { ...rested, rate: 0x7fff }, channel: "chargeRate", value: Number.NaN },
    { words: { ...rested, rate: 0x8000 }, channel: "chargeRate", value: Number.NaN },
  ] as const)("$channel is $value for $words", ({ words, channel, value }) => {
    const found = decode(words)[channel];
    if (Number.isNaN(value)) expect(found).toBeNaN();
    else expect(found).toBeCloseTo(value, 9);
  });

  it("have a charge rate that a cell can have", () => {
    expect(isPlausible(chargeRate, -120)).toBe(true);
    expect(isPlausible(chargeRate, 1_001)).toBe(false);
  });
});

describe("the MAX17048", () => {
  async function setUp() {
    const bench = new Bench();
    const chip = bench.solder(twin, place);
    chip.set("cellVoltage", 3.7);
    chip.set("stateOfCharge", 50.5);
    chip.set("chargeRate", -20.8);
    const raw = new I2cDevice(await bench.ports.i2c.open(1), place.address);
    return { bench, chip, raw };
  }
  const reading = {
    cellVoltage: expect.closeTo(3.7, 9),
    stateOfCharge: 50.5,
    chargeRate: expect.closeTo(-20.8, 9),
  };

  it("holds its registers to the count (table 2)", async () => {
    const { bench, raw } = await setUp();
    expect(await raw.readRegister(Register.STATUS, 2)).toEqual(hex("01 00"));
    await bench.pass(2_000);
    expect(await raw.readRegister(Register.VCELL, 4)).toEqual(hex("B9 00 32 80"));
    expect(await raw.readRegister(Register.CRATE, 2)).toEqual(hex("FF 9C"));
    const [high, low] = await raw.readRegister(Register.VERSION, 2);
    expect([high, low! >> 4]).toEqual([0, 1]);
  });

  it("is read from the first estimate on, and its reset indicator is cleared", async () => {
    const { bench, chip, raw } = await setUp();
    const driver = await bench.start(max17048, place);
    expect(await raw.readRegister(Register.STATUS, 2)).toEqual(hex("00 00"));
    expect(await bench.outcome(driver.sample())).toEqual(reading);
    expect([...chip.untouchable]).toEqual([]);
  });

  it("measures the cell every 250 ms, and its charge from 1 s after power-on", async () => {
    const { bench, chip, raw } = await setUp();
    await bench.pass(249);
    expect(await raw.readRegister(Register.VCELL, 2)).toEqual(hex("00 00"));
    await bench.pass(1);
    expect(await raw.readRegister(Register.VCELL, 2)).toEqual(hex("B9 00"));
    await bench.pass(749);
    expect(await raw.readRegister(Register.SOC, 2)).toEqual(hex("00 00"));
    await bench.pass(1);
    expect(await raw.readRegister(Register.SOC, 2)).toEqual(hex("32 80"));
    chip.set("cellVoltage", (atMs) => (atMs % 250 === 0 ? 4 : 3));
    await bench.pass(260);
    expect(await raw.readRegister(Register.VCELL, 2)).toEqual(hex("C8 00"));
  });

  it("is found to have been reset, until it has been configured again", async () => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(max17048, place);
    chip.brownOut();
    for (const ms of [0, 500, 60_000]) {
      await bench.pass(ms);
      expect((await bench.refusal(driver.sample())).kind).toBe("not-ready");
    }
    await bench.outcome(driver.configure());
    expect(await bench.outcome(driver.sample())).toEqual(reading);
  });

  it("is left alone by a process that starts again", async () => {
    const { bench, raw } = await setUp();
    await bench.start(max17048, place);
    await raw.write(Register.STATUS, 0x00, 0x5a);
    const startMs = bench.loop.now;
    const again = await bench.start(max17048, place);
    expect(bench.loop.now - startMs).toBeLessThan(1_000);
    expect(await raw.readRegister(Register.STATUS, 2)).toEqual(hex("00 5A"));
    expect(await bench.outcome(again.sample())).toEqual(reading);
  });

  // The MAX17043, at the same address, reads 0003h (19-4811).
  it.each(["00 03", "00 00", "00 20", "01 12", "FF FF"])("is not a part of version %s", async (version) => {
    const bench = new Bench();
    bench.board.i2c(1).attach(place.address, { write: () => true, read: () => hex(version) });
    const error = await bench.refusal((await bench.open(max17048, place)).probe());
    expect(error.kind).toBe("wrong-device");
    expect(error.message).toContain("expected 0x001x");
  });

  it("does not go on with what came to its address in its place", async () => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(max17048, place);
    chip.unplug();
    bench.board.i2c(1).attach(place.address, { write: () => true, read: (length) => new Uint8Array(length) });
    expect((await bench.refusal(driver.sample())).kind).toBe("not-ready");
    expect((await bench.refusal(driver.probe())).kind).toBe("wrong-device");
  });

  it("is not a clock", async () => {
    const bench = new Bench();
    bench.solder(ds3231Twin, place);
    expect((await bench.refusal((await bench.open(max17048, place)).probe())).kind).toBe("wrong-device");
  });

  it("does not answer without a cell, nor on a held bus", async () => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(max17048, place);
    bench.board.i2c(1).hold("bus");
    expect((await bench.refusal(driver.sample())).kind).toBe("bus");
    bench.board.i2c(1).release();
    expect(await bench.outcome(driver.sample())).toEqual(reading);
    chip.unplug();
    expect((await bench.refusal(driver.sample())).kind).toBe("no-acknowledge-address");
    chip.mend();
    expect((await bench.refusal(driver.sample())).kind).toBe("not-ready");
  });
});
