import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { I2cDevice } from "#devices/ports/i2c.ts";
import { twin } from "#sim/chips/mmc5603.ts";
import { twin as multiplexer } from "#sim/chips/tca9548a.ts";
import { Bench, hex } from "#test/bench/bench.ts";
import { decodeField, decodeTemperature, mmc5603, Register } from "./mmc5603.ts";

const place = { kind: "i2c", bus: 1, address: 0x30 } as const;
const axes = ["magneticFluxDensityX", "magneticFluxDensityY", "magneticFluxDensityZ"] as const;

describe("the MMC5603's numbers", () => {
  // Rev. B, specifications: null field output 524288, sensitivity 16384 counts/G with 20 bits; 1 G is 100 µT.
  it.each([
    { bytes: "80 00 80 00 80 00 00 00 00", microtesla: [0, 0, 0] },
    { bytes: "84 00 7C 00 80 00 00 00 00", microtesla: [100, -100, 0] },
    { bytes: "80 00 7F FF 80 00 10 F0 00", microtesla: [0.006104, -0.006104, 0] },
    { bytes: "F8 00 08 00 80 00 00 00 00", microtesla: [3_000, -3_000, 0] },
    { bytes: "F8 00 08 00 FF FF 10 00 F0", microtesla: [Number.NaN, -3_000, Number.NaN] },
    { bytes: "00 00 FF FF 80 00 00 F0 00", microtesla: [Number.NaN, Number.NaN, 0] },
  ])("are $microtesla µT for $bytes", ({ bytes, microtesla }) => {
    const reading = decodeField(hex(bytes));
    for (const [index, axis] of axes.entries()) {
      if (Number.isNaN(microtesla[index])) expect(reading[axis]).toBeNaN();
      else expect(reading[axis]).toBeCloseTo(microtesla[index]!, 5);
    }
  });

  // 0.8 °C per count from −75 °C.
  it.each([
    { counts: 125, celsius: 25 },
    { counts: 200, celsius: 85 },
    { counts: 44, celsius: -39.8 },
    { counts: 0, celsius: Number.NaN },
    { counts: 255, celsius: Number.NaN },
  ])("are $celsius °C for $counts", ({ counts, celsius }) => {
    if (Number.isNaN(celsius)) expect(decodeTemperature(counts)).toBeNaN();
    else expect(decodeTemperature(counts)).toBeCloseTo(celsius, 9);
  });
});

describe("the MMC5603", () => {
  async function setUp() {
    const bench = new Bench();
    const chip = bench.solder(twin, place);
    const raw = new I2cDevice(await bench.ports.i2c.open(1), place.address);
    const status = async () => (await raw.readRegister(Register.Status1, 1))[0]!;
    return { bench, chip, raw, status };
  }

  it("measures any field, each axis for itself", async () => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(mmc5603, place);
    const microtesla = fc.double({ min: -3_000, max: 3_000, noNaN: true });
    await fc.assert(
      fc.asyncProperty(fc.tuple(microtesla, microtesla, microtesla), async (field) => {
        for (const [index, axis] of axes.entries()) chip.set(axis, field[index]!);
        const reading = await bench.outcome(driver.sample());
        for (const [index, axis] of axes.entries())
          expect(Math.abs(reading[axis] - field[index]!)).toBeLessThanOrEqual(0.00625);
      }),
      { numRuns: 40 },
    );
    expect([...chip.untouchable]).toEqual([]);
  });

  // 6.6 ms at BW 00, once more with SET and RESET; a new measurement clears Meas_m_done.
  it("takes its time, and says so by Meas_m_done", async () => {
    const { bench, chip, raw, status } = await setUp();
    chip.set("magneticFluxDensityZ", 50);
    for (let turn = 0; turn < 2; turn++) {
      await raw.write(Register.InternalControl0, 0x21);
      await bench.pass(13.1);
      expect((await status()) & 0x40).toBe(0);
      await bench.pass(0.2);
      expect((await status()) & 0x40).toBe(0x40);
    }
    expect(await raw.readRegister(0x04, 2)).toEqual(hex("82 00"));
  });

  it("measures without SET and RESET in half the time", async () => {
    const { bench, raw, status } = await setUp();
    await raw.write(Register.InternalControl0, 0x01);
    await bench.pass(6.7);
    expect((await status()) & 0x40).toBe(0x40);
  });

  it.each([
    { fault: "brownOut", kind: "timeout" },
    { fault: "unplug", kind: "no-acknowledge-address" },
  ] as const)("says that of $fault during a measurement: $kind", async ({ fault, kind }) => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(mmc5603, place);
    const sample = driver.sample();
    bench.loop.at(bench.loop.now + 3, () => chip[fault]());
    expect((await bench.refusal(sample)).kind).toBe(kind);
    chip.mend();
    expect((await bench.outcome(driver.sample())).magneticFluxDensityX).toBeCloseTo(0, 2);
  });

  it("is not mistaken for an MMC5983MA, which is at the same address", async () => {
    const bench = new Bench();
    // Its product ID, 30h, is in register 2Fh (MMC5983MA, rev. A).
    let pointer = 0;
    bench.board.i2c(1).attach(place.address, {
      write: ([first]) => {
        pointer = first!;
        return true;
      },
      read: (length) => new Uint8Array(length).fill(pointer === 0x2f ? 0x30 : 0),
    });
    const error = await bench.refusal(bench.start(mmc5603, place));
    expect(error).toMatchObject({ kind: "wrong-device", address: 0x30 });
  });

  it("says that the bus is held low", async () => {
    const { bench } = await setUp();
    const driver = await bench.start(mmc5603, place);
    bench.board.i2c(1).hold("bus");
    expect((await bench.refusal(driver.sample())).kind).toBe("bus");
  });

  it("does not go on with what came to its address in its place", async () => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(mmc5603, place);
    chip.unplug();
    bench.board
      .i2c(1)
      .attach(place.address, { write: () => true, read: (length) => new Uint8Array(length).fill(0xff) });
    expect((await bench.refusal(driver.sample())).kind).toBe("not-ready");
    expect((await bench.refusal(driver.probe())).kind).toBe("wrong-device");
  });

  it("is reset by SW_reset", async () => {
    const { bench, raw, status } = await setUp();
    await raw.write(Register.InternalControl0, 0x01);
    await bench.pass(7);
    await raw.write(0x1c, 0x80);
    expect((await status()) & 0xc0).toBe(0);
  });

  it("shares a bus with its equals behind a multiplexer", async () => {
    const bench = new Bench();
    bench.solder(multiplexer, { kind: "i2c", bus: 1, address: 0x70 });
    const places = [0, 1, 2, 3].map((channel) => ({ ...place, behind: { address: 0x70, channel } }));
    for (const [index, at] of places.entries())
      bench.solder(twin, at).set("magneticFluxDensityX", 10 * index);
    const drivers = await Promise.all(places.map((at) => bench.start(mmc5603, at)));
    const readings = await bench.outcome(Promise.all(drivers.map((driver) => driver.sample())));
    for (const [index, reading] of readings.entries())
      expect(reading.magneticFluxDensityX).toBeCloseTo(10 * index, 2);
  });
});
