import { beforeEach, describe, expect, it } from "vitest";
import { I2cDevice } from "#devices/ports/i2c.ts";
import { twin } from "#sim/chips/lis3dh.ts";
import { Bench, hex } from "#test/bench/bench.ts";
import { configuration, decodeAxes, lis3dh, Register } from "./lis3dh.ts";

const place = { kind: "i2c", bus: 1, address: 0x18 } as const;
const g = 9.80665;

describe("decodeAxes", () => {
  // Output registers at ±2 g, low byte first (AN3308, "example of acceleration data"); ends of 12 bits at 1 mg.
  it.each([
    { bytes: "00 00", milliG: 0 },
    { bytes: "E0 15", milliG: 350 },
    { bytes: "20 EA", milliG: -350 },
    { bytes: "F0 7F", milliG: 2_047 },
    { bytes: "00 80", milliG: -2_048 },
    { bytes: "F0 FF", milliG: -1 },
  ])("$bytes is $milliG mg on each axis", ({ bytes, milliG }) => {
    const expected = (milliG / 1_000) * g;
    const { accelerationX, accelerationY, accelerationZ } = decodeAxes(hex(`${bytes} ${bytes} ${bytes}`));
    expect(accelerationX).toBeCloseTo(expected, 9);
    expect(accelerationY).toBeCloseTo(expected, 9);
    expect(accelerationZ).toBeCloseTo(expected, 9);
  });

  it("keeps the axes apart", () => {
    const { accelerationX, accelerationY, accelerationZ } = decodeAxes(hex("10 00 20 00 30 00"));
    expect([accelerationX, accelerationY, accelerationZ].map((a) => Math.round((a / g) * 1_000))).toEqual([
      1, 2, 3,
    ]);
  });
});

describe("the LIS3DH's configuration", () => {
  // 57h in CTRL_REG1 is 100 Hz with all axes (AN3308, "startup sequence"); the rest from the register tables.
  it.each([
    ["CTRL_REG1", 0x57],
    ["CTRL_REG2", 0x04],
    ["CTRL_REG4", 0x88],
    ["CLICK_CFG", 0x15],
    ["CLICK_THS", 0xa8],
  ] as const)("%s is 0x%s", (register, word) => expect(configuration[register]).toBe(word));
});

describe("the LIS3DH", () => {
  let bench: Bench;
  let chip: ReturnType<typeof twin.create>;
  let raw: I2cDevice;

  beforeEach(async () => {
    bench = new Bench();
    chip = bench.solder(twin, place);
    raw = new I2cDevice(await bench.ports.i2c.open(1), place.address);
  });

  it("shows AN3308's bytes for its acceleration, over an incrementing sub-address", async () => {
    const driver = await bench.start(lis3dh, place);
    chip.set("accelerationX", 0.35 * g);
    chip.set("accelerationY", -0.35 * g);
    await bench.pass(20);
    expect(await raw.readRegister(0x28 | 0x80, 6)).toEqual(hex("E0 15 20 EA 00 00"));
    // Without the MSB the pointer stays (section 6.1.1).
    expect(await raw.readRegister(0x29, 3)).toEqual(hex("15 15 15"));
    expect(await raw.readRegister(Register.WHO_AM_I, 1)).toEqual(hex("33"));
    await driver.close();
    expect([...chip.untouchable]).toEqual([]);
  });

  it("has nothing to show before its seventh sample", async () => {
    chip.set("accelerationZ", g);
    await raw.write(Register.CTRL_REG4, configuration.CTRL_REG4);
    await raw.write(Register.CTRL_REG1, configuration.CTRL_REG1);
    await bench.pass(69);
    expect(await raw.readRegister(Register.STATUS_REG | 0x80, 7)).toEqual(hex("00 00 00 00 00 00 00"));
    await bench.pass(2);
    expect(await raw.readRegister(Register.STATUS_REG | 0x80, 7)).toEqual(hex("0F 00 00 00 00 80 3E"));
    expect(await raw.readRegister(Register.STATUS_REG, 1)).toEqual(hex("00"));
  });

  it("tells of a knock once", async () => {
    const driver = await bench.start(lis3dh, place);
    const knocks = async () => (await bench.outcome(driver.sample())).knock;
    expect(await knocks()).toBe(0);
    chip.set("knock", 1);
    chip.set("knock", 0);
    await bench.pass(60_000);
    expect(await knocks()).toBe(1);
    expect(await knocks()).toBe(0);
  });

  it.each([
    { what: "a threshold above the knock", register: Register.CLICK_THS, value: 0x80 | 0x7f },
    { what: "no axis armed", register: Register.CLICK_CFG, value: 0 },
    { what: "a time limit below the knock's length", register: Register.TIME_LIMIT, value: 1 },
    { what: "gravity let through the filter", register: Register.CTRL_REG2, value: 0 },
  ])("hears no knock with $what", async ({ register, value }) => {
    chip.set("accelerationZ", g);
    const driver = await bench.start(lis3dh, place);
    await raw.write(register, value);
    chip.set("knock", 1);
    expect((await bench.outcome(driver.sample())).knock).toBe(0);
  });

  it("waits for new data when it is asked too soon", async () => {
    const driver = await bench.start(lis3dh, place);
    chip.set("accelerationX", 1);
    for (let index = 0; index < 3; index++)
      expect((await bench.outcome(driver.sample())).accelerationX).toBeCloseTo(1, 2);
  });

  it("gives up on a part that makes no data", async () => {
    const other = new Bench();
    let pointer = 0;
    other.board.i2c(1).attach(place.address, {
      write: ([first]) => {
        pointer = first!;
        return true;
      },
      read: (length) => new Uint8Array(length).fill(pointer === Register.CTRL_REG1 ? 0x57 : 0),
    });
    const driver = await other.open(lis3dh, place);
    expect(await other.refusal(driver.sample())).toMatchObject({
      kind: "timeout",
      operation: "read STATUS_REG",
    });
  });

  it("is found to have been reset, rather than to float without weight", async () => {
    const driver = await bench.start(lis3dh, place);
    chip.brownOut();
    expect((await bench.refusal(driver.sample())).kind).toBe("not-ready");
    await bench.outcome(driver.configure());
    expect((await bench.outcome(driver.sample())).accelerationZ).toBe(0);
  });
});
