import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { I2cDevice } from "#devices/ports/i2c.ts";
import { twin } from "#sim/chips/veml7700.ts";
import { Bench } from "#test/bench/bench.ts";
import { betterRange, decodeAls, Register, ranges, veml7700 } from "./veml7700.ts";

const place = { kind: "i2c", bus: 1, address: 0x10 } as const;

// Resolution by gain and integration time (84323, "resolution and maximum detection range"), and the word of
// ALS_CONF that selects it (84286, table 2).
const table = [
  { gain: "1/8", ms: 25, conf: 0x1300, resolution: 2.1504, maximum: 140_926 },
  { gain: "1/8", ms: 50, conf: 0x1200, resolution: 1.0752, maximum: 70_463 },
  { gain: "1/8", ms: 100, conf: 0x1000, resolution: 0.5376, maximum: 35_232 },
  { gain: "1/4", ms: 100, conf: 0x1800, resolution: 0.2688, maximum: 17_616 },
  { gain: "1", ms: 100, conf: 0x0000, resolution: 0.0672, maximum: 4_404 },
  { gain: "2", ms: 100, conf: 0x0800, resolution: 0.0336, maximum: 2_202 },
  { gain: "2", ms: 200, conf: 0x0840, resolution: 0.0168, maximum: 1_101 },
  { gain: "2", ms: 400, conf: 0x0880, resolution: 0.0084, maximum: 550 },
  { gain: "2", ms: 800, conf: 0x08c0, resolution: 0.0042, maximum: 275 },
] as const;

describe("the VEML7700's ranges", () => {
  it.each(table.map((row, index) => ({ ...row, index })))("gain $gain, $ms ms", (row) => {
    const range = ranges[row.index]!;
    expect(range.conf).toBe(row.conf);
    expect(range.integrationMs).toBe(row.ms);
    expect(range.luxPerCount).toBeCloseTo(row.resolution, 10);
    expect(Math.abs(range.luxPerCount * 0xffff - row.maximum)).toBeLessThan(1.1);
  });

  it("are all that there are", () => expect(ranges).toHaveLength(table.length));

  it("change at 100 and at 10 000 counts, and end at both ends (84323, flow chart)", () => {
    expect([betterRange(4, 99), betterRange(4, 100), betterRange(4, 10_000), betterRange(4, 10_001)]).toEqual(
      [5, 4, 4, 3],
    );
    expect([betterRange(8, 0), betterRange(0, 0xffff)]).toEqual([8, 0]);
  });
});

describe("decodeAls", () => {
  const [low, , , , one, , , , high] = ranges as readonly (typeof ranges)[number][];

  it.each([
    { counts: 0, range: high, lux: 0, row: "darkness" },
    { counts: 1, range: high, lux: 0.0042, row: "84286, resolution" },
    { counts: 1_480, range: one, lux: 99.456, row: "1480 × 0.0672" },
    { counts: 0xfffe, range: high, lux: 275.2428, row: "65534 × 0.0042" },
    { counts: 0, range: low, lux: 0, row: "darkness, corrected" },
  ])("$counts counts are $lux lx: $row", ({ counts, range, lux }) => {
    expect(decodeAls(counts, range!)).toBeCloseTo(lux, 9);
  });

  // The polynomial of 84323, its terms worked out by hand for 1 000 and 10 000 lx.
  it.each([
    { raw: 1_000, lux: 1_002.3 + 81.488 - 9.3924 + 0.60135 },
    { raw: 10_000, lux: 10_023 + 8_148.8 - 9_392.4 + 6_013.5 },
  ])("straightens $raw lx at low gain to $lux lx, and leaves gain 1 alone", ({ raw, lux }) => {
    const bright = { ...low!, luxPerCount: raw / 1_000 };
    expect(decodeAls(1_000, bright)).toBeCloseTo(lux, 6);
    expect(decodeAls(1_000, { ...bright, isNonLinear: false })).toBeCloseTo(raw, 6);
  });

  it("has no value for a counter that is full", () => {
    for (const range of ranges) expect(decodeAls(0xffff, range)).toBeNaN();
  });

  it("rises with the counts in every range, without a gap", () => {
    const counts = fc.integer({ min: 0, max: 0xfffd });
    fc.assert(
      fc.property(counts, fc.constantFrom(...ranges), (count, range) => {
        const rise = decodeAls(count + 1, range) - decodeAls(count, range);
        expect(rise).toBeGreaterThan(0);
        // The slope of the polynomial at 24 000 lx, where it has come to 140 665 lx.
        if (count * range.luxPerCount < 24_000) expect(rise).toBeLessThan(range.luxPerCount * 22);
      }),
    );
  });
});

describe("the VEML7700", () => {
  async function setUp() {
    const bench = new Bench();
    const chip = bench.solder(twin, place);
    const raw = new I2cDevice(await bench.ports.i2c.open(1), place.address);
    return { bench, chip, raw };
  }

  it("tells its identity: 0x81, and 0xC4 for address 0x10 (84286, table 8)", async () => {
    const { raw } = await setUp();
    expect([...(await raw.readRegister(Register.ID, 2))]).toEqual([0x81, 0xc4]);
  });

  it("shows nothing before a whole integration, and low byte first after it", async () => {
    const { bench, chip, raw } = await setUp();
    chip.set("illuminance", 100);
    const counts = async () => {
      const [low, high] = await raw.readRegister(Register.ALS, 2);
      return low! + 256 * high!;
    };
    await bench.pass(1_000);
    expect(await counts()).toBe(0);
    await raw.write(Register.ALS_CONF, 0x00, 0x00);
    await bench.pass(102);
    expect(await counts()).toBe(0);
    await bench.pass(1);
    expect(await counts()).toBe(Math.round(100 / 0.0672));
    await raw.write(Register.ALS_CONF, 0x01, 0x00);
    expect(await counts()).toBe(0);
    expect([...chip.untouchable]).toEqual([]);
  });

  it("reports what it knows by name only", async () => {
    const { chip, raw } = await setUp();
    await raw.readRegister(0x05, 2);
    await raw.write(Register.ALS_CONF, 0x32, 0x00);
    expect([...chip.untouchable]).toEqual(["read WHITE", "ALS_CONF.ALS_PERS", "ALS_CONF.ALS_INT_EN"]);
  });

  it("is found to have been reset, rather than to see darkness", async () => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(veml7700, place);
    chip.set("illuminance", 12);
    expect((await bench.outcome(driver.sample())).illuminance).toBeCloseTo(12, 1);
    chip.brownOut();
    expect(await bench.refusal(driver.sample())).toMatchObject({ kind: "not-ready", address: 0x10 });
  });

  it("comes to a result under light that no range fits", async () => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(veml7700, place);
    chip.set("illuminance", (atMs) => (Math.floor(atMs / 400) % 2 === 0 ? 0.1 : 90_000));
    const { illuminance } = await bench.outcome(driver.sample());
    expect(Number.isNaN(illuminance) || illuminance >= 0).toBe(true);
    expect(bench.clock.now()).toBeLessThan(60_000);
  });
});
