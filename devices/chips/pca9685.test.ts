import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { I2cDevice } from "#devices/ports/i2c.ts";
import { twin } from "#sim/chips/pca9685.ts";
import { Bench, hex } from "#test/bench/bench.ts";
import { controlVolts, decodeDuty, encodeDuty, pca9685, prescale, Register } from "./pca9685.ts";

const place = { kind: "i2c", bus: 1, address: 0x40 } as const;

describe("the PCA9685's registers", () => {
  // Section 7.3.5: 200 Hz is 1Eh, the default; the ends are 03h and FFh.
  it.each([
    { hz: 200, value: 0x1e },
    { hz: 1_526, value: 0x03 },
    { hz: 23.84, value: 0xff },
  ])("divide the oscillator down to $hz Hz", ({ hz, value }) => expect(prescale(hz)).toBe(value));

  it("refuse other frequencies", () => {
    for (const hz of [0, -1, 23, 2_000, Number.NaN]) expect(() => prescale(hz)).toThrow(RangeError);
  });

  // Section 7.3.3, examples 1 and 2, and table 7 for the full bits; ON_L, ON_H, OFF_L, OFF_H.
  it.each([
    { bytes: "99 01 CC 04", duty: 819 / 4_096, row: "example 1: 20 % after 10 %" },
    { bytes: "65 0E CB 0C", duty: 3_686 / 4_096, row: "example 2: 90 % after 90 %, over the end" },
    { bytes: "00 10 00 00", duty: 1, row: "full on" },
    { bytes: "00 00 00 10", duty: 0, row: "full off, as after power-on" },
    { bytes: "00 10 00 10", duty: 0, row: "full off wins over full on" },
  ])("mean a duty of $duty: $row", ({ bytes, duty }) => expect(decodeDuty(hex(bytes))).toBe(duty));

  it.each([
    { duty: 0, bytes: "00 00 00 10" },
    { duty: 0.5, bytes: "00 00 00 08" },
    { duty: 1, bytes: "00 10 00 00" },
  ])("hold a duty of $duty", ({ duty, bytes }) =>
    expect(Uint8Array.from(encodeDuty(duty))).toEqual(hex(bytes)),
  );

  it("give back any duty to within half a count", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (duty) => {
        const read = decodeDuty(Uint8Array.from(encodeDuty(duty)));
        expect(Math.abs(read - duty)).toBeLessThanOrEqual(0.5 / 4_096 + 1e-12);
      }),
    );
  });

  // IEC 60929, annex E: 1 V is the least light, 10 V the most.
  it.each([
    { percent: 0, volts: 1 },
    { percent: 50, volts: 5.5 },
    { percent: 100, volts: 10 },
  ])("ask for $volts V at $percent %", ({ percent, volts }) => expect(controlVolts(percent)).toBe(volts));
});

describe("the PCA9685 and its lamp", () => {
  async function setUp() {
    const bench = new Bench();
    const chip = bench.solder(twin, place);
    const raw = new I2cDevice(await bench.ports.i2c.open(1), place.address);
    const lamp = () => ({ level: chip.output("level"), enable: chip.output("enable") });
    return { bench, chip, raw, lamp };
  }
  const fullLight = { level: 100, enable: 1 };

  it("is at full light before anybody spoke to it", async () => {
    const { chip, raw, lamp } = await setUp();
    expect(lamp()).toEqual(fullLight);
    expect(await raw.readRegister(0x00, 1)).toEqual(hex("11"));
    expect(chip.pwmHz).toBeCloseTo(200, -1);
  });

  it.each(["brownOut", "unplug"] as const)(
    "goes to full light on %s, and the driver says so",
    async (fault) => {
      const { bench, chip, lamp } = await setUp();
      const driver = await bench.start(pca9685, place);
      await bench.outcome(driver.apply!({ level: 20, enable: 0 }));
      expect(lamp().enable).toBe(0);
      chip[fault]();
      expect(lamp()).toEqual(fullLight);
      const error = await bench.refusal(driver.sample());
      expect(error.kind).toBe(fault === "unplug" ? "no-acknowledge-address" : "not-ready");
      chip.mend();
      await bench.outcome(driver.configure());
      expect(lamp()).toEqual(fullLight);
      expect(await bench.outcome(driver.sample())).toEqual(fullLight);
    },
  );

  it("changes level and enable together, and reads both back", async () => {
    const { bench, chip, lamp } = await setUp();
    const driver = await bench.start(pca9685, place);
    const seen: unknown[] = [];
    chip.onOutput(() => seen.push(lamp()));
    await bench.outcome(driver.apply!({ level: 0, enable: 0 }));
    expect(seen).toEqual([{ level: expect.closeTo(0, 1), enable: 0 }]);
    await bench.outcome(driver.apply!({ enable: 1 }));
    const { level, enable } = await bench.outcome(driver.sample());
    expect(level).toBeCloseTo(0, 1);
    expect(enable).toBe(1);
    // 3686 of 4096 counts pull the line down to 1.0010 V.
    expect(chip.duty(0)).toBe(3_686 / 4_096);
    expect(chip.duty(1)).toBe(0);
  });

  it("is not blinked by a process that starts again", async () => {
    const { bench, chip, lamp } = await setUp();
    const before = await bench.start(pca9685, place);
    await bench.outcome(before.apply!({ level: 30, enable: 1 }));
    await before.close();
    const seen = new Set<number>();
    chip.onOutput(() => seen.add(lamp().level!));
    const after = await bench.start(pca9685, place);
    expect((await bench.outcome(after.sample())).level).toBeCloseTo(30, 1);
    expect([...seen].every((level) => Math.abs(level - 30) < 0.1)).toBe(true);
  });

  it("runs its PWM at about 1 kHz", async () => {
    const { bench, chip } = await setUp();
    await bench.start(pca9685, place);
    expect(Math.abs(chip.pwmHz - 1_000)).toBeLessThan(30);
  });

  it.each([{ level: 100.1 }, { level: -1 }, { level: Number.NaN }, { enable: 0.5 }, { colour: 1 }])(
    "refuses %o and touches nothing",
    async (outputs) => {
      const { bench, lamp } = await setUp();
      const driver = await bench.start(pca9685, place);
      const refused = driver.apply!(outputs as Record<string, number>);
      await expect(refused).rejects.toThrow(RangeError);
      expect(lamp()).toEqual(fullLight);
    },
  );

  it("cannot be set from outside", async () => {
    const { chip } = await setUp();
    expect(() => chip.set("level", 5)).toThrow(RangeError);
  });

  it("takes PRE_SCALE only in SLEEP, and halts its outputs there until RESTART (sections 7.3.1.1 and 7.3.5)", async () => {
    const { bench, chip, raw } = await setUp();
    const driver = await bench.start(pca9685, place);
    await bench.outcome(driver.apply!({ level: 40 }));
    const duty = chip.duty(0);
    const prescaleBefore = await raw.readRegister(Register.PRE_SCALE, 1);
    await raw.write(Register.PRE_SCALE, 0x40);
    expect(await raw.readRegister(Register.PRE_SCALE, 1)).toEqual(prescaleBefore);
    await raw.write(Register.MODE1, 0x30);
    expect(await raw.readRegister(Register.MODE1, 1)).toEqual(hex("B0"));
    expect(chip.duty(0)).toBe(0);
    await raw.write(Register.MODE1, 0x20);
    await bench.pass(1);
    expect(chip.duty(0)).toBe(0);
    await raw.write(Register.MODE1, 0xa0);
    expect(chip.duty(0)).toBe(duty);
    expect([...chip.untouchable]).toEqual([]);
  });

  it("reports a write to an output before the oscillator runs (section 7.3.1, table 5)", async () => {
    const { chip, raw } = await setUp();
    await raw.write(Register.MODE1, 0x20);
    await raw.write(Register.LED0_ON_L, 0, 0, 0, 8);
    expect([...chip.untouchable]).toEqual(["LEDn within 500 µs after SLEEP"]);
  });
});
