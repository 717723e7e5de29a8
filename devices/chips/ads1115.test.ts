import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { I2cDevice } from "#devices/ports/i2c.ts";
import { twin } from "#sim/chips/ads1115.ts";
import { Bench, hex } from "#test/bench/bench.ts";
import { Ads1115, ads1115, configWord, decodeConversion, type Gain, inputs, Register } from "./ads1115.ts";

const place = { kind: "i2c", bus: 1, address: 0x48 } as const;

describe("the ADS1115's numbers", () => {
  // SBAS444E, section 7.5.4, table 7-3: FS is 7FFFh, +1 LSB 0001h, −1 LSB FFFFh, −FS 8000h; 125 µV at ±4.096 V.
  it.each<{ bytes: string; gain: Gain; volts: number }>([
    { bytes: "00 00", gain: "4.096", volts: 0 },
    { bytes: "00 01", gain: "4.096", volts: 125e-6 },
    { bytes: "FF FF", gain: "4.096", volts: -125e-6 },
    { bytes: "40 00", gain: "4.096", volts: 2.048 },
    { bytes: "7F FE", gain: "4.096", volts: 4.09575 },
    { bytes: "80 01", gain: "4.096", volts: -4.095875 },
    { bytes: "00 01", gain: "6.144", volts: 187.5e-6 },
    { bytes: "00 01", gain: "2.048", volts: 62.5e-6 },
    { bytes: "00 01", gain: "1.024", volts: 31.25e-6 },
    { bytes: "00 01", gain: "0.512", volts: 15.625e-6 },
    { bytes: "00 01", gain: "0.256", volts: 7.8125e-6 },
  ])("make $volts V of $bytes at ±$gain V", ({ bytes, gain, volts }) => {
    expect(decodeConversion(hex(bytes), gain)).toBeCloseTo(volts, 10);
  });

  it.each(["7F FF", "80 00"])("are none at the end of the scale, %s", (bytes) => {
    expect(decodeConversion(hex(bytes), "4.096")).toBeNaN();
  });

  // Section 8.1.3: OS 1, MUX 1xx, PGA 001 (4.096 V), MODE 1; DR 111, COMP_QUE 11.
  it.each([
    { input: 0, word: 0xc3e3 },
    { input: 1, word: 0xd3e3 },
    { input: 2, word: 0xe3e3 },
    { input: 3, word: 0xf3e3 },
  ] as const)("start a conversion of AIN$input with $word", ({ input, word }) => {
    expect(configWord(input, "4.096")).toBe(word);
  });

  it("start one at the gain of power-on with PGA 010", () => {
    expect(configWord(0, "2.048")).toBe(0xc5e3);
  });
});

describe("the ADS1115", () => {
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

  it("is as the datasheet has it after power-on (section 8.1)", async () => {
    const { word } = await setUp();
    expect(await word(Register.Config)).toBe(0x8583);
    expect(await word(Register.Conversion)).toBe(0);
    expect([await word(Register.Lo_thresh), await word(Register.Hi_thresh)]).toEqual([0x8000, 0x7fff]);
  });

  it("tells its inputs apart", async () => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(ads1115, place);
    for (const input of inputs) chip.set(`voltage${input}`, 0.5 + input / 2);
    expect(await bench.outcome(driver.sample())).toEqual({
      voltage0: 0.5,
      voltage1: 1,
      voltage2: 1.5,
      voltage3: 2,
    });
  });

  it("converts one input alone, at any gain", async () => {
    const { bench, chip, raw } = await setUp();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...inputs),
        fc.constantFrom<Gain>("4.096", "2.048", "1.024"),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (input, gain, volts) => {
          chip.set(`voltage${input}`, volts);
          const read = await bench.outcome(new Ads1115(raw, bench.clock, gain).convert(input));
          expect(Math.abs(read - volts)).toBeLessThanOrEqual(Number(gain) / 0x8000);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("takes 1.2 ms at 860 SPS, and says so by OS (section 8.1.3)", async () => {
    const { bench, chip, raw, word } = await setUp();
    chip.set("voltage2", 1);
    const config = configWord(2, "4.096");
    await raw.write(Register.Config, config >> 8, config & 0xff);
    await bench.pass(1.1);
    expect(await word(Register.Config)).toBe(config & 0x7fff);
    expect(await word(Register.Conversion)).toBe(0);
    await bench.pass(0.1);
    expect(await word(Register.Config)).toBe(config);
    expect(await word(Register.Conversion)).toBe(8_000);
    expect([...chip.untouchable]).toEqual([]);
  });

  // 2 V and 1 V at ±4.096 V are 16 000 and 8 000 counts of 125 µV (section 8.1.2).
  it("gives what was begun when its time is over, however soon the next is begun", async () => {
    const { bench, chip, raw } = await setUp();
    chip.set("voltage1", 2);
    chip.set("voltage3", 1);
    const driver = new Ads1115(raw, bench.clock, "4.096");
    await driver.begin("voltage1");
    await bench.pass(driver.conversionTime);
    expect(await driver.fetch()).toBeCloseTo(2, 9);
    await driver.begin("voltage3");
    await bench.pass(driver.conversionTime);
    expect(await driver.fetch()).toBeCloseTo(1, 9);
    expect([...chip.untouchable]).toEqual([]);
  });

  it("gives 0 V for the one conversion that a reset fell into", async () => {
    const { bench, chip, raw } = await setUp();
    chip.set("voltage0", 1.65);
    const driver = new Ads1115(raw, bench.clock, "4.096");
    await driver.begin("voltage0");
    chip.brownOut();
    await bench.pass(driver.conversionTime);
    expect(await driver.fetch()).toBe(0);
    await driver.begin("voltage0");
    await bench.pass(driver.conversionTime);
    expect(await driver.fetch()).toBeCloseTo(1.65, 4);
  });

  it("measures nothing beyond full scale", async () => {
    const { bench, chip, raw } = await setUp();
    chip.set("voltage1", 3);
    expect(await bench.outcome(new Ads1115(raw, bench.clock, "2.048").convert(1))).toBeNaN();
  });

  it.each([
    { fault: "brownOut", kind: "not-ready" },
    { fault: "unplug", kind: "no-acknowledge-address" },
  ] as const)("says that of $fault during a conversion: $kind", async ({ fault, kind }) => {
    const { bench, chip, raw } = await setUp();
    const conversion = new Ads1115(raw, bench.clock, "4.096").convert(0);
    bench.loop.at(bench.loop.now + 0.5, () => chip[fault]());
    expect((await bench.refusal(conversion)).kind).toBe(kind);
  });

  it("says that a part still converts: a slower rate was set past it", async () => {
    const { bench, raw } = await setUp();
    // OS has no effect while a conversion is under way: this one takes 1/8 s.
    await raw.write(Register.Config, 0xc3, 0x03);
    const error = await bench.refusal(new Ads1115(raw, bench.clock, "4.096").convert(0));
    expect(error).toMatchObject({ kind: "timeout", address: place.address });
  });

  it("says that the bus is held low", async () => {
    const { bench } = await setUp();
    const driver = await bench.start(ads1115, place);
    bench.board.i2c(1).hold("timeout");
    expect((await bench.refusal(driver.sample())).kind).toBe("timeout");
  });

  it("is not mistaken for a TMP102, which has thresholds at the same place", async () => {
    const bench = new Bench();
    // TLOW 75 °C and THIGH 80 °C after power-on (TI SBOS397, tables 11 and 12).
    const registers = [0x1900, 0x60a0, 0x4b00, 0x5000];
    let pointer = 0;
    bench.board.i2c(1).attach(place.address, {
      write: ([first]) => {
        pointer = first!;
        return true;
      },
      read: () => Uint8Array.of(registers[pointer]! >> 8, registers[pointer]! & 0xff),
    });
    expect(await bench.refusal(bench.start(ads1115, place))).toMatchObject({ kind: "wrong-device" });
  });
});
