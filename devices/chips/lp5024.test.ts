import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { I2cDevice } from "#devices/ports/i2c.ts";
import { twin } from "#sim/chips/lp5024.ts";
import { Bench, hex } from "#test/bench/bench.ts";
import { decode, encode, lp5024, outputs, Register } from "./lp5024.ts";

const place = { kind: "i2c", bus: 1, address: 0x28 } as const;

describe("the LP5024's numbers", () => {
  // SLVSEB8C, section 7.6.16: 00h is 0 %, 80h is 50 %, FFh is 100 % of the colour.
  it.each([
    { percent: 0, counts: 0x00 },
    { percent: 50, counts: 0x80 },
    { percent: 100, counts: 0xff },
  ])("are $counts for $percent %", ({ percent, counts }) => {
    expect(encode(percent)).toBe(counts);
    expect(decode(new Uint8Array(24).fill(counts)).blue8).toBeCloseTo(percent, 0);
  });

  it("go back and forth for every count", () => {
    for (let counts = 0; counts <= 0xff; counts++)
      expect(encode(decode(new Uint8Array(24).fill(counts)).red1)).toBe(counts);
  });

  it("follow the pins OUT0 to OUT23, three to a module", () => {
    expect(outputs).toHaveLength(24);
    expect(outputs.slice(0, 4)).toEqual(["red1", "green1", "blue1", "red2"]);
    expect(outputs.at(-1)).toBe("blue8");
  });
});

describe("the LP5024", () => {
  async function setUp() {
    const bench = new Bench();
    const chip = bench.solder(twin, place);
    const raw = new I2cDevice(await bench.ports.i2c.open(1), place.address);
    const seen = () => Object.fromEntries(outputs.map((output) => [output, chip.output(output)]));
    return { bench, chip, raw, seen };
  }
  const dark = Object.fromEntries(outputs.map((output) => [output, 0]));

  it("is dark and as the datasheet has it after power-on (table 7-4)", async () => {
    const { raw, seen } = await setUp();
    expect(await raw.readRegister(0x00, 15)).toEqual(hex("00 3C 00 FF 00 00 00 FF FF FF FF FF FF FF FF"));
    expect(await raw.readRegister(Register.OUT0_COLOR, 24)).toEqual(new Uint8Array(24));
    expect(seen()).toEqual(dark);
  });

  it("shows nothing before Chip_EN, and 500 µs after it what was asked for", async () => {
    const { bench, chip, raw } = await setUp();
    await raw.write(Register.OUT0_COLOR, 0xff);
    expect(chip.output("red1")).toBe(0);
    await raw.write(Register.DEVICE_CONFIG0, 0x40);
    await bench.pass(0.4);
    expect(chip.output("red1")).toBe(0);
    await bench.pass(0.2);
    expect(chip.output("red1")).toBe(100);
  });

  it("sets what is named, and nothing else, in one transfer", async () => {
    const { bench, chip, seen } = await setUp();
    const driver = await bench.start(lp5024, place);
    await bench.outcome(driver.apply!({ red1: 100, blue8: 100 }));
    const changes: unknown[] = [];
    chip.onOutput(() => changes.push(seen()));
    await bench.outcome(driver.apply!({ green1: 20, blue1: 40, red5: 60 }));
    const wanted = { ...dark, red1: 100, green1: 20, blue1: 40, red5: 60, blue8: 100 };
    expect(changes.at(-1)).toEqual(wanted);
    expect(new Set(changes.map((change) => JSON.stringify(change))).size).toBe(2);
    expect(await bench.outcome(driver.sample())).toEqual(wanted);
    expect([...chip.untouchable]).toEqual([]);
  });

  it("shows any light that was asked for, whatever was before", async () => {
    const { bench, seen } = await setUp();
    const driver = await bench.start(lp5024, place);
    let wanted: Record<string, number> = dark;
    const percent = fc.double({ min: 0, max: 100, noNaN: true });
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...outputs), percent), async (change) => {
        await bench.outcome(driver.apply!(change));
        wanted = { ...wanted, ...change };
        for (const [output, shown] of Object.entries(seen()))
          expect(Math.abs(shown! - wanted[output]!)).toBeLessThanOrEqual(50 / 255 + 1e-9);
      }),
      { numRuns: 50 },
    );
  });

  it("is not blinked by a process that starts again", async () => {
    const { bench, chip } = await setUp();
    const before = await bench.start(lp5024, place);
    await bench.outcome(before.apply!({ green3: 60 }));
    await before.close();
    const shown = new Set<number>();
    chip.onOutput(() => shown.add(chip.output("green3")!));
    const after = await bench.start(lp5024, place);
    expect((await bench.outcome(after.sample())).green3).toBeCloseTo(60, 9);
    expect([...shown].every((level) => Math.abs(level - 60) < 1e-9)).toBe(true);
  });

  it.each(["brownOut", "unplug"] as const)("goes dark on %s, and the driver says so", async (fault) => {
    const { bench, chip, seen } = await setUp();
    const driver = await bench.start(lp5024, place);
    await bench.outcome(driver.apply!({ red1: 80 }));
    chip[fault]();
    expect(seen()).toEqual(dark);
    const error = await bench.refusal(driver.sample());
    expect(error.kind).toBe(fault === "unplug" ? "no-acknowledge-address" : "not-ready");
    chip.mend();
    await bench.outcome(driver.configure());
    expect(await bench.outcome(driver.sample())).toEqual(dark);
  });

  it("does not go on with what came to its address in its place", async () => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(lp5024, place);
    chip.unplug();
    bench.board
      .i2c(1)
      .attach(place.address, { write: () => true, read: (length) => new Uint8Array(length).fill(0xff) });
    expect((await bench.refusal(driver.sample())).kind).toBe("not-ready");
    expect((await bench.refusal(driver.probe())).kind).toBe("wrong-device");
  });

  it("is reset by FFh to RESET, and by nothing else", async () => {
    const { bench, raw } = await setUp();
    const driver = await bench.start(lp5024, place);
    await bench.outcome(driver.apply!({ red1: 80 }));
    await raw.write(0x27, 0x01);
    expect((await bench.outcome(driver.sample())).red1).toBeCloseTo(80, 9);
    await raw.write(0x27, 0xff);
    expect((await bench.refusal(driver.sample())).kind).toBe("not-ready");
  });

  it.each([
    { outputs: { red1: 100.1 }, says: /red1 is 100\.1, not from 0 to 100 %/ },
    { outputs: { red1: -1 }, says: /not from 0 to 100 %/ },
    { outputs: { red1: Number.NaN }, says: /not from 0 to 100 %/ },
    { outputs: { green1: 50, white1: 50 }, says: /no output white1: this part drives red1 to blue8/ },
    { outputs: { red9: 50 }, says: /no output red9/ },
  ])("refuses $outputs and changes nothing", async ({ outputs: wanted, says }) => {
    const { bench, seen } = await setUp();
    const driver = await bench.start(lp5024, place);
    await expect(driver.apply!(wanted as Record<string, number>)).rejects.toThrow(says);
    expect(seen()).toEqual(dark);
  });

  it("is dark while LEDs are globally off, and is not taken for an LP5024 then", async () => {
    const { bench, chip, raw } = await setUp();
    const driver = await bench.start(lp5024, place);
    await bench.outcome(driver.apply!({ red1: 80 }));
    await raw.write(Register.DEVICE_CONFIG1, 0x3d);
    expect(chip.output("red1")).toBe(0);
    expect((await bench.refusal(driver.probe())).kind).toBe("wrong-device");
  });

  it("says that the bus is held low", async () => {
    const { bench } = await setUp();
    const driver = await bench.start(lp5024, place);
    bench.board.i2c(1).hold("timeout");
    expect((await bench.refusal(driver.apply!({ red1: 1 }))).kind).toBe("timeout");
    expect((await bench.refusal(driver.sample())).kind).toBe("timeout");
  });

  it("cannot be set from outside", async () => {
    const { chip } = await setUp();
    expect(() => chip.set("red1", 5)).toThrow(RangeError);
  });
});
