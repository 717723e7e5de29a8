import { describe, expect, it } from "vitest";
import { I2cDevice } from "#devices/ports/i2c.ts";
import { twin as ina226Twin } from "#sim/chips/ina226.ts";
import { twin } from "#sim/chips/ina3221.ts";
import { Bench } from "#test/bench/bench.ts";
import { configuration, decode, ina3221, ina3221With, Register } from "./ina3221.ts";

const place = { kind: "i2c", bus: 1, address: 0x40 } as const;
const off = { shunt: 0, bus: 0 };

describe("the INA3221's numbers", () => {
  // SBOS576B, section 8.6.2.2: −80 mV is C180h, full scale 163.8 mV is 7FF8h, 40 µV per count.
  // Section 8.6.2.3: 8 mV per count, 32.76 V is 7FF8h, of which 26 V may be applied.
  it.each([
    { row: "the example of −80 mV", shunt: 0xc180, bus: 0, amps: -0.8, volts: 0 },
    { row: "+80 mV, before its complement is taken", shunt: 0x3e80, bus: 0, amps: 0.8, volts: 0 },
    { row: "one count", shunt: 0x0008, bus: 0x0008, amps: 0.0004, volts: 0.008 },
    { row: "minus one count", shunt: 0xfff8, bus: 0, amps: -0.0004, volts: 0 },
    { row: "the last count before full scale", shunt: 0x7ff0, bus: 0, amps: 1.6376, volts: 0 },
    { row: "26 V", shunt: 0, bus: 3_250 << 3, amps: 0, volts: 26 },
    { row: "shunt at full scale", shunt: 0x7ff8, bus: 0x0008, amps: Number.NaN, volts: 0.008 },
    { row: "shunt at negative full scale", shunt: 0x8000, bus: 0x0008, amps: Number.NaN, volts: 0.008 },
    { row: "more than 26 V", shunt: 0x0008, bus: 3_251 << 3, amps: 0.0004, volts: Number.NaN },
    { row: "bus at full scale, 32.76 V", shunt: 0x0008, bus: 0x7ff8, amps: 0.0004, volts: Number.NaN },
    { row: "bus at the other end", shunt: 0x0008, bus: 0x8000, amps: 0.0004, volts: Number.NaN },
  ])("through 0.1 Ω: $row", ({ shunt, bus, amps, volts }) => {
    const reading = decode([off, { shunt, bus }, off], [1, 0.1, 1]);
    const expectNear = (found: number, wanted: number) =>
      Number.isNaN(wanted) ? expect(found).toBeNaN() : expect(found).toBeCloseTo(wanted, 9);
    expectNear(reading.current2, amps);
    expectNear(reading.busVoltage2, volts);
    expectNear(reading.power2, amps * volts);
    expect([reading.current1, reading.power3]).toEqual([0, 0]);
  });

  // Section 8.6.2.1: 7127h after power-on is no averaging, 1.1 ms, continuous.
  it.each([
    { averaging: 0, conversion: 4, word: 0x7127 },
    { averaging: 1, conversion: 4, word: 0x7327 },
    { averaging: 7, conversion: 7, word: 0x7fff },
  ])("configure AVG $averaging and CT $conversion", ({ averaging, conversion, word }) => {
    expect(configuration(averaging, conversion)).toBe(word);
  });

  it("reach to ±163.8 mV of each shunt", () => {
    const { channels } = ina3221With({ shuntOhms: [0.1, 0.05, 0.01] });
    const reach = [channels.current1, channels.current2, channels.current3].map(({ range }) => range[1]);
    expect(reach.map((amps, index) => amps * [0.1, 0.05, 0.01][index]!)).toEqual(
      Array.from({ length: 3 }, () => expect.closeTo(0.16376, 9)),
    );
    expect(ina3221.channels.current3.range[1]).toBeGreaterThan(3);
  });

  it.each([0, -0.05, Number.NaN, Number.POSITIVE_INFINITY])("refuse a shunt of %d Ω", (ohms) => {
    expect(() => ina3221With({ shuntOhms: [0.05, ohms, 0.05] })).toThrow(/channel 2/);
  });
});

describe("the INA3221", () => {
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

  it("tells its channels apart, to the count", async () => {
    const { bench, chip, word } = await setUp();
    const driver = await bench.start(ina3221, place);
    chip.set("busVoltage1", 5.104);
    chip.set("current1", 3);
    chip.set("busVoltage2", 20);
    chip.set("current2", -1.6);
    chip.set("busVoltage3", 9.6);
    chip.set("power3", 15.36);
    await bench.pass(100);
    const reading = await bench.outcome(driver.sample());
    expect(reading).toEqual({
      busVoltage1: expect.closeTo(5.104, 9),
      current1: expect.closeTo(3, 9),
      power1: expect.closeTo(15.312, 9),
      busVoltage2: expect.closeTo(20, 9),
      current2: expect.closeTo(-1.6, 9),
      power2: expect.closeTo(-32, 9),
      busVoltage3: expect.closeTo(9.6, 9),
      current3: expect.closeTo(1.6, 9),
      power3: expect.closeTo(15.36, 9),
    });
    // −1.6 A through 50 mΩ is the −80 mV of the example (section 8.6.2.2).
    expect(await word(Register.ShuntVoltage[1])).toBe(0xc180);
    expect(await word(Register.BusVoltage[1])).toBe(2_500 << 3);
  });

  it("converts three channels by itself after power-on: 7127h, 6.6 ms; CVRF is cleared by reading", async () => {
    const { bench, chip, word } = await setUp();
    chip.set("busVoltage3", 12);
    expect(await word(Register.Configuration)).toBe(0x7127);
    await bench.pass(6.5);
    expect(await word(Register.BusVoltage[2])).toBe(0);
    expect(await word(Register.MaskEnable)).toBe(0x0002);
    await bench.pass(0.2);
    expect(await word(Register.BusVoltage[2])).toBe(1_500 << 3);
    expect(await word(Register.MaskEnable)).toBe(0x0003);
    expect(await word(Register.MaskEnable)).toBe(0x0002);
    expect([...chip.untouchable]).toEqual([]);
  });

  it("converts once when triggered, and only what is enabled (section 8.6.2.1)", async () => {
    const { bench, chip, raw, word } = await setUp();
    chip.set("busVoltage2", 12);
    chip.set("current2", 1);
    // CH2en, no averaging, 1.1 ms, bus voltage triggered.
    await raw.write(Register.Configuration, 0x21, 0x22);
    await bench.pass(1.2);
    expect(await word(Register.BusVoltage[1])).toBe(1_500 << 3);
    expect(await word(Register.ShuntVoltage[1])).toBe(0);
    chip.set("busVoltage2", 5);
    await bench.pass(50);
    expect(await word(Register.BusVoltage[1])).toBe(1_500 << 3);
    await raw.write(Register.Configuration, 0x80, 0x00);
    expect(await word(Register.Configuration)).toBe(0x7127);
  });

  it("gives a new set to each call", async () => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(ina3221, place);
    chip.set("current1", 1);
    expect((await bench.outcome(driver.sample())).current1).toBeCloseTo(1, 9);
    chip.set("current1", 2);
    await bench.outcome(driver.sample());
    expect((await bench.outcome(driver.sample())).current1).toBeCloseTo(2, 9);
  });

  it("averages ripple away", async () => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(ina3221, place);
    chip.set("current1", (atMs) => 2 + Math.sin((2 * Math.PI * atMs) / 13.2));
    await bench.pass(100);
    expect((await bench.outcome(driver.sample())).current1).toBeCloseTo(2, 2);
  });

  it("has no current for a load beyond its shunt, and says nothing of the others", async () => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(ina3221, place);
    chip.set("busVoltage1", 5);
    chip.set("power1", 50);
    chip.set("current2", 1);
    await bench.pass(100);
    const reading = await bench.outcome(driver.sample());
    expect(reading).toMatchObject({ busVoltage1: 5, current1: Number.NaN, power1: Number.NaN });
    expect(reading.current2).toBeCloseTo(1, 9);
  });

  it("is found to have been reset, rather than to convert as it likes", async () => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(ina3221, place);
    await bench.outcome(driver.sample());
    chip.brownOut();
    await bench.pass(1_000);
    expect((await bench.refusal(driver.sample())).kind).toBe("not-ready");
    await bench.outcome(driver.configure());
    expect((await bench.outcome(driver.sample())).current1).toBe(0);
  });

  it("does not pass off old results when it has stopped converting", async () => {
    const { bench, chip, raw } = await setUp();
    const driver = await bench.start(ina3221, place);
    chip.set("current1", 1);
    await bench.outcome(driver.sample());
    await raw.write(Register.Configuration, 0x73, 0x20);
    expect(await bench.refusal(driver.sample())).toMatchObject({
      kind: "timeout",
      message: expect.stringContaining("conversion is not ready"),
    });
  });

  it("is not an INA226", async () => {
    const bench = new Bench();
    bench.solder(ina226Twin, place);
    const error = await bench.refusal((await bench.open(ina3221, place)).probe());
    expect(error.kind).toBe("wrong-device");
    expect(error.message).toContain("0x2260, expected 0x5449 and 0x3220");
  });

  it("reports a held bus and a pulled plug, and goes on after", async () => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(ina3221, place);
    bench.board.i2c(1).hold("timeout");
    expect((await bench.refusal(driver.sample())).kind).toBe("timeout");
    bench.board.i2c(1).release();
    await bench.outcome(driver.sample());
    chip.unplug();
    expect((await bench.refusal(driver.sample())).kind).toBe("no-acknowledge-address");
  });
});
