import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { I2cDevice } from "#devices/ports/i2c.ts";
import { twin } from "#sim/chips/mlx90614.ts";
import { Bench } from "#test/bench/bench.ts";
import { Command, decode, mlx90614, packetErrorCode } from "./mlx90614.ts";

const place = { kind: "i2c", bus: 1, address: 0x5a } as const;

describe("the packet error code", () => {
  // 3901090614, SMBus read and write examples; 390119061402, erasing and writing the SMBus address.
  it.each([
    ["reading 3AD2h from RAM 07h", [0xb4, 0x07, 0xb5, 0xd2, 0x3a], 0x30],
    ["writing C807h to EEPROM 02h", [0xb4, 0x22, 0x07, 0xc8], 0x48],
    ["erasing EEPROM 0Eh", [0x00, 0x2e, 0x00, 0x00], 0x6f],
    ["writing 005Ah to EEPROM 0Eh", [0x00, 0x2e, 0x5a, 0x00], 0xe1],
  ])("is as printed for %s", (_what, bytes, code) => {
    expect(packetErrorCode(bytes)).toBe(code);
  });

  it("shows any one or two wrong bits of a word and its code", () => {
    const sent = [0xb4, 0x07, 0xb5, 0xd2, 0x3a, 0x30];
    const bit = fc.nat(sent.length * 8 - 1);
    fc.assert(
      fc.property(bit, bit, (first, second) => {
        const spoiled = [...sent];
        for (const at of new Set([first, second])) spoiled[at >> 3]! ^= 1 << (at & 7);
        const code = spoiled.pop();
        expect(packetErrorCode(spoiled)).not.toBe(code);
      }),
    );
  });
});

describe("the MLX90614's words", () => {
  // 3901090614, RAM: the ends of both ranges, and the word of the SMBus read example.
  it.each([
    ["Tobj1 at its lowest", 0x3a00, 0x27ad, -70.01],
    ["Tobj1 at its highest", 0x3a00, 0x7fff, 382.19],
    ["Tobj1 of the read example", 0x3a00, 0x3ad2, 28.01],
    ["Tobj1 of 0 °C, half a count above", 0x3a00, 0x355a, 0.01],
  ])("read %s", (_what, ambient, object, celsius) => {
    expect(decode(ambient, object).objectTemperature).toBeCloseTo(celsius, 9);
  });

  it.each([
    ["lowest", 0x2de4, -38.19],
    ["highest", 0x4dc4, 125.01],
  ])("read Ta at its %s", (_what, ambient, celsius) => {
    expect(decode(ambient, 0x3ad2).ambientTemperature).toBeCloseTo(celsius, 9);
  });

  it.each([
    ["below the lowest", 0x2de3, 0x27ac],
    ["zero, as before the first result", 0, 0],
    ["with the error flag", 0x3ad2 | 0x8000, 0x3ad2 | 0x8000],
    ["all ones", 0xffff, 0xffff],
  ])("are no temperature when they are %s", (_what, ambient, object) => {
    expect(decode(ambient, object)).toEqual({
      ambientTemperature: Number.NaN,
      objectTemperature: Number.NaN,
    });
  });

  it("are no ambient temperature above 125 °C, though an object may have it", () => {
    const reading = decode(0x4dc5, 0x4dc5);
    expect(reading.ambientTemperature).toBeNaN();
    expect(reading.objectTemperature).toBeCloseTo(125.03, 9);
  });
});

describe("the MLX90614", () => {
  async function setUp() {
    const bench = new Bench();
    const chip = bench.solder(twin, place);
    const driver = await bench.start(mlx90614, place);
    const raw = new I2cDevice(await bench.ports.i2c.open(1), place.address);
    await bench.pass(250);
    return { bench, chip, driver, raw, sample: () => bench.outcome(driver.sample()) };
  }

  it("answers with the bytes of the read example: D2 3A 30 for 28.01 °C", async () => {
    const { bench, chip, raw } = await setUp();
    chip.set("objectTemperature", 28.01);
    await bench.pass(100);
    expect([...(await raw.readRegister(Command.Tobj1, 3))]).toEqual([0xd2, 0x3a, 0x30]);
    expect([...(await raw.readRegister(Command.Tobj1, 5))]).toEqual([0xd2, 0x3a, 0x30, 0xff, 0xff]);
  });

  it("sees an ember in an ashtray", async () => {
    const { bench, chip, sample } = await setUp();
    chip.set("ambientTemperature", -5);
    chip.set("objectTemperature", 312.4);
    await bench.pass(100);
    const reading = await sample();
    expect(reading.ambientTemperature).toBeCloseTo(-5, 1);
    expect(reading.objectTemperature).toBeCloseTo(312.4, 1);
  });

  it("has nothing to say before its first result, 250 ms after power-on", async () => {
    const { bench, chip, sample } = await setUp();
    chip.set("objectTemperature", 21);
    chip.brownOut();
    expect((await sample()).objectTemperature).toBeNaN();
    await bench.pass(250);
    expect((await sample()).objectTemperature).toBeCloseTo(21, 1);
  });

  it("gives a damaged word up as that, wherever the bit is wrong, and reads on", async () => {
    const { bench, chip, driver, sample } = await setUp();
    for (let attempt = 0; attempt < 100; attempt++) {
      chip.corruptCrc(1);
      expect(await bench.refusal(driver.sample())).toMatchObject({ kind: "checksum", address: 0x5a });
      expect((await sample()).objectTemperature).toBeCloseTo(0, 1);
    }
    chip.corruptCrc(1);
    expect(await bench.refusal(driver.probe())).toMatchObject({ kind: "checksum" });
    chip.corruptCrc(10);
    chip.mend();
    await sample();
  });

  it.each([
    ["timeout", "timeout"],
    ["bus", "bus"],
    ["arbitration-lost", "arbitration-lost"],
  ] as const)("passes a bus on that is held: %s", async (fault, kind) => {
    const { bench, driver, sample } = await setUp();
    bench.board.i2c(1).hold(fault);
    expect(await bench.refusal(driver.sample())).toMatchObject({ kind });
    bench.board.i2c(1).release();
    await sample();
  });

  it("is missed when it is unplugged", async () => {
    const { bench, chip, driver } = await setUp();
    chip.unplug();
    expect(await bench.refusal(driver.sample())).toMatchObject({ kind: "no-acknowledge-address" });
  });

  /** Something that speaks SMBus with a right PEC, with these words in its EEPROM. */
  const speaker = (words: Readonly<Record<number, number>>) => {
    let command = 0;
    return {
      write(bytes: Uint8Array) {
        command = bytes[0]!;
        return true;
      },
      read() {
        const word = words[command] ?? 0;
        const bytes = [word & 0xff, word >> 8];
        return Uint8Array.of(...bytes, packetErrorCode([0xb4, command, 0xb5, ...bytes]));
      },
    };
  };

  it.each([
    ["another address in its EEPROM", { 46: 0xbe33, 36: 0xffff }, /SMBus address 0x33/],
    [
      "an emissivity that none can have",
      { 46: 0xbe5a, 36: 0x0100 },
      /emissivity 256, expected 6554 to 65535/,
    ],
  ])("is not what has %s", async (_what, words, message) => {
    const bench = new Bench();
    bench.board.i2c(1).attach(0x5a, speaker(words));
    const error = await bench.refusal((await bench.open(mlx90614, place)).probe());
    expect(error.kind).toBe("wrong-device");
    expect(error.message).toMatch(message);
  });

  it("may have had its emissivity set, down to 0.1", async () => {
    const bench = new Bench();
    bench.board.i2c(1).attach(0x5a, speaker({ 46: 0x005a, 36: 6_554 }));
    await bench.start(mlx90614, place);
  });

  it("is not what answers without a PEC, such as an MPR121 or a CCS811 at the same address", async () => {
    const bench = new Bench();
    const memory = { write: () => true, read: (length: number) => new Uint8Array(length).fill(0x5a) };
    bench.board.i2c(1).attach(0x5a, memory);
    const error = await bench.refusal((await bench.open(mlx90614, place)).probe());
    expect(error.kind).toBe("wrong-device");
    expect(error.message).toMatch(/no answer carries a PEC/);
  });
});
