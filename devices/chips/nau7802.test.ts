import { describe, expect, it } from "vitest";
import { I2cDevice } from "#devices/ports/i2c.ts";
import { twin } from "#sim/chips/nau7802.ts";
import { twin as veml7700Twin } from "#sim/chips/veml7700.ts";
import { Bench, hex } from "#test/bench/bench.ts";
import { decodeAdco, kilogramsPerCount, nau7802, Register } from "./nau7802.ts";

const place = { kind: "i2c", bus: 1, address: 0x2a } as const;

describe("the NAU7802's numbers", () => {
  // 24 bits in two's complement, high byte first (rev. 2.6, section 11, ADCO).
  it.each([
    { bytes: "00 00 00", counts: 0 },
    { bytes: "00 00 01", counts: 1 },
    { bytes: "FF FF FF", counts: -1 },
    { bytes: "7F FF FE", counts: 8_388_606 },
    { bytes: "80 00 01", counts: -8_388_607 },
    { bytes: "12 34 56", counts: 1_193_046 },
    { bytes: "7F FF FF", counts: Number.NaN },
    { bytes: "80 00 00", counts: Number.NaN },
  ])("are $counts for $bytes", ({ bytes, counts }) => expect(decodeAdco(hex(bytes))).toBe(counts));

  // Full scale is ±0.5 VREF / gain. 100 g at 1 mV/V and gain 128 make 21 474 counts per gram, as others measured.
  it("are calibrated by the load cell's plate", () => {
    const perGram = 0.001 / kilogramsPerCount({ ratedKilograms: 0.1, millivoltsPerVolt: 1 });
    expect(Math.floor(perGram)).toBe(21_474);
    // 2 mV/V of ±3.90625 mV/V is 51.2 % of full scale.
    const counts = 300 / kilogramsPerCount({ ratedKilograms: 300, millivoltsPerVolt: 2 });
    expect(counts / 2 ** 23).toBeCloseTo(0.512, 12);
  });

  it.each([
    { ratedKilograms: 0, millivoltsPerVolt: 2, says: /0 kg/ },
    { ratedKilograms: -5, millivoltsPerVolt: 2, says: /-5 kg/ },
    { ratedKilograms: Number.NaN, millivoltsPerVolt: 2, says: /NaN kg/ },
    { ratedKilograms: 20_000, millivoltsPerVolt: 2, says: /10000/ },
    { ratedKilograms: 300, millivoltsPerVolt: 4, says: /below 3.90625/ },
    { ratedKilograms: 300, millivoltsPerVolt: 0, says: /0 mV\/V/ },
  ])("refuse a cell of $ratedKilograms kg and $millivoltsPerVolt mV/V", ({ says, ...cell }) => {
    expect(() => kilogramsPerCount(cell)).toThrow(says);
  });
});

describe("the NAU7802", () => {
  async function setUp(seed = 1) {
    const bench = new Bench(seed);
    const chip = bench.solder(twin, place);
    const raw = new I2cDevice(await bench.ports.i2c.open(1), place.address);
    return { bench, chip, raw };
  }
  const counts = (bytes: Uint8Array) => ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8)) >> 8;

  it("is powered up in the order of section 9.1", async () => {
    const { bench, chip, raw } = await setUp();
    expect(await raw.readRegister(Register.PU_CTRL, 3)).toEqual(hex("00 00 00"));
    await bench.start(nau7802, place);
    // AVDDS, CR, CS, PUR, PUA, PUD; 3.0 V and gain 128; 10 conversions a second.
    expect(await raw.readRegister(Register.PU_CTRL, 3)).toEqual(hex("BE 2F 00"));
    expect(await raw.readRegister(Register.ADC, 1)).toEqual(hex("30"));
    expect(await raw.readRegister(Register.POWER, 1)).toEqual(hex("80"));
    expect([...chip.untouchable]).toEqual([]);
  });

  it.each([1, 2, 3])(
    "weighs to the count, either way, once its offset is calibrated (seed %i)",
    async (seed) => {
      const { bench, chip, raw } = await setUp(seed);
      const driver = await bench.start(nau7802, place);
      const weighed = async (kilograms: number) => {
        chip.set("mass", kilograms);
        await bench.pass(200);
        return (await bench.outcome(driver.sample())).mass;
      };
      for (const kilograms of [0, 75, -75, 0.01, 299.99, -300])
        expect(Math.abs((await weighed(kilograms)) - kilograms)).toBeLessThan(0.000_07);
      // 300 kg are 51.2 % of full scale.
      chip.set("mass", 300);
      await bench.pass(200);
      expect(counts(await raw.readRegister(Register.ADCO, 3))).toBe(Math.round(0.512 * 2 ** 23));
    },
  );

  it("has an offset before it is calibrated, and takes six conversions to settle", async () => {
    const { bench, chip, raw } = await setUp();
    chip.set("mass", 150);
    await raw.write(Register.PU_CTRL, 0x02);
    await bench.pass(1);
    await raw.write(Register.PU_CTRL, 0x86);
    await raw.write(Register.CTRL1, 0x2f);
    await raw.write(Register.PU_CTRL, 0x96);
    const at = async (ms: number) => {
      await bench.pass(ms);
      return counts(await raw.readRegister(Register.ADCO, 3));
    };
    const settled = 0.256 * 2 ** 23;
    expect(await at(99)).toBe(0);
    expect(Math.abs((await at(1)) - settled)).toBeGreaterThan(settled / 2);
    const late = await at(500);
    expect(Math.abs(late - settled)).toBeGreaterThan(100);
    expect(Math.abs(late - settled)).toBeLessThanOrEqual(20_000);
    await raw.write(Register.CTRL2, 0x04);
    await bench.pass(1_000);
    expect(await raw.readRegister(Register.CTRL2, 1)).toEqual(hex("00"));
    expect(Math.abs((await at(0)) - settled)).toBeLessThanOrEqual(1);
  });

  it("says with CR that there is something new, and reading it takes that back (section 11.1)", async () => {
    const { bench, chip, raw } = await setUp();
    const driver = await bench.start(nau7802, place);
    const isReady = async () => ((await raw.readRegister(Register.PU_CTRL, 1))[0]! & 0x20) !== 0;
    await bench.outcome(driver.sample());
    expect(await isReady()).toBe(false);
    chip.set("mass", 80);
    const { mass } = await bench.outcome(driver.sample());
    expect(mass).toBeCloseTo(80, 3);
    expect(await isReady()).toBe(false);
    await bench.pass(100);
    expect(await isReady()).toBe(true);
  });

  it("has no mass for a bridge that is beyond it", async () => {
    const { bench, chip, raw } = await setUp();
    const driver = await bench.start(nau7802, place);
    const weighed = async (kilograms: number) => {
      chip.set("mass", kilograms);
      await bench.pass(200);
      return (await bench.outcome(driver.sample())).mass;
    };
    // A gain correction of 4.0 in GCAL1 turns 51.2 % of full scale into more than all of it.
    await raw.write(0x06, 0x02, 0x00, 0x00, 0x00);
    expect(await weighed(300)).toBeNaN();
    expect(await weighed(-300)).toBeNaN();
    expect(await weighed(30)).toBeCloseTo(120, 3);
  });

  it("is found to have been reset, rather than to weigh nothing", async () => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(nau7802, place);
    chip.set("mass", 80);
    chip.brownOut();
    await bench.pass(1_000);
    expect((await bench.refusal(driver.sample())).kind).toBe("not-ready");
    await bench.outcome(driver.configure());
    expect((await bench.outcome(driver.sample())).mass).toBeCloseTo(80, 3);
  });

  it.each([
    { what: "gain", register: Register.CTRL1, value: 0x2e },
    { what: "regulator", register: Register.PU_CTRL, value: 0x16 },
    { what: "amplifier's power", register: Register.PU_CTRL, value: 0x92 },
  ])("gives nothing while its $what is not as configured", async ({ register, value }) => {
    const { bench, raw } = await setUp();
    const driver = await bench.start(nau7802, place);
    await raw.write(register, value);
    expect((await bench.refusal(driver.sample())).kind).toBe("not-ready");
  });

  it("tells of a shorted excitation: no conversion, then no calibration", async () => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(nau7802, place);
    chip.shortExcitation();
    expect((await bench.refusal(driver.sample())).kind).toBe("timeout");
    expect(await bench.refusal(driver.configure())).toMatchObject({
      kind: "not-ready",
      message: expect.stringContaining("CAL_ERR"),
    });
    chip.mend();
    await bench.outcome(driver.configure());
    expect((await bench.outcome(driver.sample())).mass).toBeCloseTo(0, 3);
  });

  it("is not a light sensor", async () => {
    const bench = new Bench();
    bench.solder(veml7700Twin, place);
    expect((await bench.refusal((await bench.open(nau7802, place)).probe())).kind).toBe("wrong-device");
  });

  it("is known by more than its revision, which a line that is held high has, too", async () => {
    const bench = new Bench();
    const read = (length: number) => new Uint8Array(length).fill(0x0f);
    bench.board.i2c(1).attach(place.address, { write: () => true, read });
    const error = await bench.refusal((await bench.open(nau7802, place)).probe());
    expect(error.kind).toBe("wrong-device");
    expect(error.message).toContain("expected 0x_f and 0 128 0 0");
  });

  it("reports a held bus and a pulled plug, and goes on after", async () => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(nau7802, place);
    bench.board.i2c(1).hold("timeout");
    expect((await bench.refusal(driver.sample())).kind).toBe("timeout");
    bench.board.i2c(1).release();
    await bench.outcome(driver.sample());
    chip.unplug();
    expect((await bench.refusal(driver.sample())).kind).toBe("no-acknowledge-address");
  });
});
