import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { I2cDevice } from "#devices/ports/i2c.ts";
import { twin as ina3221Twin } from "#sim/chips/ina3221.ts";
import { twin, twinWith } from "#sim/chips/mcp23017.ts";
import { Bench, hex } from "#test/bench/bench.ts";
import { mcp23017, mcp23017With, Register, type Wiring } from "./mcp23017.ts";

const place = { kind: "i2c", bus: 1, address: 0x20 } as const;

const dark = { outlet: 0, usb1: 0, usb2: 0, pad: 0, lightOff: 0, modemOff: 0, charge: 0 };
const quiet = { usb1Fault: 0, usb2Fault: 0, padFault: 0, outletFault: 0 };

async function setUp() {
  const bench = new Bench();
  const chip = bench.solder(twin, place);
  const raw = new I2cDevice(await bench.ports.i2c.open(1), place.address);
  const loads = () => Object.fromEntries(Object.keys(dark).map((name) => [name, chip.output(name)]));
  return { bench, chip, raw, loads };
}

describe("the wiring of an MCP23017", () => {
  it.each([
    {
      wrong: "a pin used twice",
      outputs: { a: "GPA0" },
      inputs: { b: "GPA0" },
      says: /b on GPA0.*a on GPA0/,
    },
    {
      wrong: "a name used twice",
      outputs: { a: "GPA0" },
      inputs: { a: "GPA1" },
      says: /a on GPA1.*a on GPA0/,
    },
    { wrong: "an input on GPA7", outputs: {}, inputs: { a: "GPA7" }, says: /only be an output/ },
    { wrong: "an input on GPB7", outputs: {}, inputs: { a: "GPB7" }, says: /only be an output/ },
    { wrong: "an unknown name", outputs: { a: "GPA7" }, inputs: {}, activeLow: ["b"], says: /names b/ },
  ] as const)("may not have $wrong", ({ outputs, inputs, says, ...rest }) => {
    expect(() => mcp23017With({ outputs, inputs, ...rest } as Wiring)).toThrow(says);
  });

  it("gives a channel to each pin, and drives the outputs only", () => {
    expect(Object.keys(mcp23017.channels)).toEqual([...Object.keys(dark), ...Object.keys(quiet)]);
    expect(Object.keys(mcp23017.outputs!)).toEqual(Object.keys(dark));
  });
});

describe("the MCP23017 and its loads", () => {
  // DS20001952D, table 3-5: IODIR is FFh after power-on, everything else 00h; OLATB is followed by IODIRA.
  it("is all inputs after power-on, and the loads are off", async () => {
    const { raw, loads } = await setUp();
    const zeros = "00 ".repeat(20);
    expect(await raw.readRegister(0x00, 24)).toEqual(hex(`FF FF ${zeros} FF FF`));
    expect(loads()).toEqual(dark);
  });

  it("is set up without a glitch: latch, pull-ups, then directions", async () => {
    const { bench, chip, raw, loads } = await setUp();
    await raw.write(Register.OLAT, 0xff, 0xff);
    const seen: unknown[] = [];
    chip.onOutput(() => seen.push(loads()));
    const driver = await bench.start(mcp23017, place);
    expect(seen.every((state) => JSON.stringify(state) === JSON.stringify(dark))).toBe(true);
    expect(seen.length).toBeGreaterThan(0);
    // GPA0 to GPA5 are outputs; all other pins are inputs, pulled up.
    expect(await raw.readRegister(Register.IODIR, 2)).toEqual(hex("80 FF"));
    expect(await raw.readRegister(Register.GPPU, 2)).toEqual(hex("80 FF"));
    expect(await bench.outcome(driver.sample())).toEqual({ ...dark, ...quiet });
    expect([...chip.untouchable]).toEqual([]);
  });

  it("changes what it is told to, and nothing else", async () => {
    const { bench, raw, loads } = await setUp();
    const driver = await bench.start(mcp23017, place);
    await bench.outcome(driver.apply!({ usb1: 1, modemOff: 1 }));
    await bench.outcome(driver.apply!({ usb1: 0, outlet: 1 }));
    await bench.outcome(driver.apply!({}));
    expect(loads()).toEqual({ ...dark, outlet: 1, modemOff: 1 });
    expect(await raw.readRegister(Register.OLAT, 2)).toEqual(hex("21 00"));
    expect(await bench.outcome(driver.sample())).toEqual({ ...dark, ...quiet, outlet: 1, modemOff: 1 });
  });

  it("ends up as the last word on each output says, whatever was said before", async () => {
    const word = fc.dictionary(fc.constantFrom(...Object.keys(dark)), fc.constantFrom(0, 1));
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 8 }), async (words) => {
        const { bench, loads } = await setUp();
        const driver = await bench.start(mcp23017, place);
        for (const outputs of words) await bench.outcome(driver.apply!(outputs));
        expect(loads()).toEqual(Object.assign({}, dark, ...words));
        expect(await bench.outcome(driver.sample())).toEqual(Object.assign({}, dark, quiet, ...words));
      }),
      { numRuns: 20 },
    );
  });

  it("is not blinked by a process that starts again, nor forgets it", async () => {
    const { bench, chip, loads } = await setUp();
    const before = await bench.start(mcp23017, place);
    await bench.outcome(before.apply!({ usb2: 1, lightOff: 1 }));
    await before.close();
    const lit = loads();
    const seen: unknown[] = [];
    chip.onOutput(() => seen.push(loads()));
    const after = await bench.start(mcp23017, place);
    expect(seen.every((state) => JSON.stringify(state) === JSON.stringify(lit))).toBe(true);
    await bench.outcome(after.apply!({ modemOff: 1 }));
    expect(loads()).toEqual({ ...lit, modemOff: 1 });
  });

  it.each(["brownOut", "unplug"] as const)("drops its loads on %s, and the driver says so", async (fault) => {
    const { bench, chip, loads } = await setUp();
    const driver = await bench.start(mcp23017, place);
    await bench.outcome(driver.apply!({ usb1: 1 }));
    chip[fault]();
    expect(loads()).toEqual(dark);
    const kind = fault === "unplug" ? "no-acknowledge-address" : "not-ready";
    expect((await bench.refusal(driver.sample())).kind).toBe(kind);
    expect((await bench.refusal(driver.apply!({ usb1: 1 }))).kind).toBe(kind);
    expect(loads()).toEqual(dark);
    chip.mend();
    await bench.outcome(driver.configure());
    expect(loads()).toEqual(dark);
    expect(await bench.outcome(driver.sample())).toEqual({ ...dark, ...quiet });
  });

  it("is found to have been reset even when nothing was switched on", async () => {
    const { bench, chip } = await setUp();
    const driver = await bench.start(mcp23017, place);
    chip.brownOut();
    expect(await bench.refusal(driver.sample())).toMatchObject({
      kind: "not-ready",
      message: expect.stringContaining("reset since it was configured"),
    });
    expect((await bench.refusal(driver.apply!({ usb1: 1 }))).kind).toBe("not-ready");
  });

  it("sees faults on its open-drain inputs, which only GPPU lets read high", async () => {
    const { bench, chip, raw } = await setUp();
    expect(await raw.readRegister(Register.GPIO, 2)).toEqual(hex("00 00"));
    const driver = await bench.start(mcp23017, place);
    chip.set("usb2Fault", 1);
    expect(await bench.outcome(driver.sample())).toEqual({ ...dark, ...quiet, usb2Fault: 1 });
    // Both ports pulled up, but for the outputs and the fault on GPB1.
    expect(await raw.readRegister(Register.GPIO, 2)).toEqual(hex("80 FD"));
    chip.set("usb2Fault", 0);
    expect(await bench.outcome(driver.sample())).toEqual({ ...dark, ...quiet });
  });

  it("reads an output at its pin: a short shows", async () => {
    const { bench, chip, loads } = await setUp();
    const driver = await bench.start(mcp23017, place);
    await bench.outcome(driver.apply!({ pad: 1, usb1: 1 }));
    chip.short("pad");
    expect(await bench.outcome(driver.sample())).toMatchObject({ pad: 0, usb1: 1 });
    expect(loads()).toMatchObject({ pad: 0, usb1: 1 });
    chip.mend();
    expect(await bench.outcome(driver.sample())).toMatchObject({ pad: 1, usb1: 1 });
  });

  it("says so when somebody else wrote to its latch, and takes that over when configured", async () => {
    const { bench, raw, loads } = await setUp();
    const driver = await bench.start(mcp23017, place);
    await raw.write(Register.GPIO, 0x02);
    expect(await bench.refusal(driver.sample())).toMatchObject({
      kind: "not-ready",
      message: expect.stringContaining("0x2, expected 0x0"),
    });
    expect((await bench.refusal(driver.apply!({ modemOff: 1 }))).kind).toBe("not-ready");
    await bench.outcome(driver.configure());
    await bench.outcome(driver.apply!({ modemOff: 1 }));
    expect(loads()).toEqual({ ...dark, usb1: 1, modemOff: 1 });
  });

  it("takes nothing before it is configured", async () => {
    const { bench, raw, loads } = await setUp();
    await bench.outcome((await bench.start(mcp23017, place)).close());
    const driver = await bench.open(mcp23017, place);
    expect((await bench.refusal(driver.apply!({ outlet: 1 }))).message).toContain("configured first");
    expect(await raw.readRegister(Register.OLAT, 2)).toEqual(hex("00 00"));
    expect(loads()).toEqual(dark);
  });

  it.each([{ usb1: 0.5 }, { usb1: Number.NaN }, { usb1: 2 }, { usb1Fault: 1 }, { colour: 1 }])(
    "refuses %o and touches nothing",
    async (outputs) => {
      const { bench, loads } = await setUp();
      const driver = await bench.start(mcp23017, place);
      const refused = driver.apply!({ outlet: 1, ...outputs } as Record<string, number>);
      await expect(refused).rejects.toThrow(RangeError);
      expect(loads()).toEqual(dark);
    },
  );

  it("keeps what it drives from being set from outside", async () => {
    const { chip } = await setUp();
    expect(() => chip.set("usb1", 1)).toThrow(RangeError);
  });
});

describe("an MCP23017 with other wiring", () => {
  const wiring = {
    outputs: { pump: "GPB7", valve: "GPA1" },
    inputs: { full: "GPA0", leak: "GPB0" },
    activeLow: ["pump", "leak"],
  } as const satisfies Wiring;

  async function start() {
    const bench = new Bench();
    const part = mcp23017With(wiring);
    const chip = bench.solder(twinWith(part, wiring), place);
    const driver = await bench.start(part, place);
    const raw = new I2cDevice(await bench.ports.i2c.open(1), place.address);
    return { bench, chip, driver, raw };
  }

  it("turns what is active low: off is a high level", async () => {
    const { bench, chip, driver, raw } = await start();
    expect(await bench.outcome(driver.sample())).toEqual({ pump: 0, valve: 0, full: 0, leak: 0 });
    expect(await raw.readRegister(Register.OLAT, 2)).toEqual(hex("00 80"));
    await bench.outcome(driver.apply!({ pump: 1, valve: 1 }));
    expect(await raw.readRegister(Register.OLAT, 2)).toEqual(hex("02 00"));
    expect([chip.output("pump"), chip.output("valve"), chip.output("leak")]).toEqual([1, 1, undefined]);
    chip.set("full", 1);
    chip.set("leak", 1);
    expect(await bench.outcome(driver.sample())).toEqual({ pump: 1, valve: 1, full: 1, leak: 1 });
    chip.brownOut();
    expect([chip.output("pump"), chip.output("valve")]).toEqual([0, 0]);
  });

  it("still proves itself when it runs a former wiring", async () => {
    const { bench, driver } = await start();
    await bench.outcome(driver.apply!({ valve: 1 }));
    await bench.outcome(driver.close());
    const later = await bench.start(mcp23017With({ outputs: { valve: "GPA1" }, inputs: {} }), place);
    expect(await bench.outcome(later.sample())).toEqual({ valve: 1 });
  });
});

describe("what is not an MCP23017", () => {
  // PCF8574 (TI SCPS068): no registers; each byte read is the state of its eight pins.
  it.each([0x00, 0x01, 0x80, 0xfe, 0xff])("is found out: a PCF8574 whose pins read %i", async (levels) => {
    const bench = new Bench();
    bench.board.i2c(1).attach(place.address, {
      write: () => true,
      read: (length) => new Uint8Array(length).fill(levels),
    });
    const error = await bench.refusal((await bench.open(mcp23017, place)).probe());
    expect(error.kind).toBe("wrong-device");
  });

  it("is found out: an INA3221", async () => {
    const bench = new Bench();
    bench.solder(ina3221Twin, place);
    expect((await bench.refusal((await bench.open(mcp23017, place)).probe())).kind).toBe("wrong-device");
  });

  it("is not a bus that is held: that is a timeout, and over when it is released", async () => {
    const { bench, loads } = await setUp();
    const driver = await bench.start(mcp23017, place);
    bench.board.i2c(1).hold("timeout");
    expect((await bench.refusal(driver.sample())).kind).toBe("timeout");
    expect((await bench.refusal(driver.apply!({ usb1: 1 }))).kind).toBe("timeout");
    bench.board.i2c(1).release();
    await bench.outcome(driver.apply!({ usb2: 1 }));
    expect(loads()).toEqual({ ...dark, usb2: 1 });
  });
});
