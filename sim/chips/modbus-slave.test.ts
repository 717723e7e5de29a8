import { beforeEach, describe, expect, it } from "vitest";
import { seconds } from "#devices/duration.ts";
import type { SerialLine } from "#devices/ports/serial.ts";
import { Bench, hex } from "#test/bench/bench.ts";
import { Code, crc16, ModbusSlave } from "./modbus-slave.ts";

const place = { kind: "serial", path: "/dev/ttyUSB0" } as const;
const speed = { baudRate: 9_600 } as const;

const withCrc = (frame: Uint8Array) => {
  const crc = crc16(frame);
  return Uint8Array.of(...frame, crc & 0xff, crc >> 8);
};

/** Frames as the Modbus Application Protocol V1.1b3 prints them, with unit and CRC around; sections 6.3, 6.6, 6.12, 7. */
describe("a Modbus slave", () => {
  let bench: Bench;
  let line: SerialLine;
  let heard: number[];
  let registers: Map<number, number>;
  let slave: ModbusSlave;
  const codes = [Code.ReadHolding, Code.WriteSingle, Code.WriteMultiple];

  const attach = (unit: number, thinkMs = 20) =>
    new ModbusSlave(
      { loop: bench.loop, random: bench.random, place, wiring: bench.board },
      {
        path: place.path,
        unit,
        speed,
        thinkMs,
        codes,
        answerMax: 80,
        taggedCodes: new Map(),
        untouchable: new Set(),
        read: (_code, address) => registers.get(address),
        write: (address, value) => value < 0x8000 && Boolean(registers.set(address, value)),
      },
    );

  beforeEach(async () => {
    bench = new Bench();
    registers = new Map([
      [0x6b, 0x022b],
      [0x6c, 0],
      [0x6d, 0x64],
      [1, 0],
      [2, 0],
    ]);
    slave = attach(1);
    line = await bench.ports.serial.open(place.path, speed);
    heard = [];
    line.onData((chunk) => heard.push(...chunk));
  });

  async function ask(frame: Uint8Array): Promise<Uint8Array> {
    heard = [];
    await bench.outcome(line.write(frame, seconds(1)));
    await bench.pass(500);
    return Uint8Array.from(heard);
  }

  it.each([
    ["reads", "01 03 00 6B 00 03", "01 03 06 02 2B 00 00 00 64"],
    ["writes one", "01 06 00 01 00 03", "01 06 00 01 00 03"],
    ["writes several", "01 10 00 01 00 02 04 00 0A 01 02", "01 10 00 01 00 02"],
    ["does not know a function", "01 04 00 6B 00 01", "01 84 01"],
    ["does not have a register", "01 03 00 6B 00 04", "01 83 02"],
    ["does not have a register to write", "01 06 00 6A 00 03", "01 86 02"],
    ["refuses a value", "01 06 00 01 80 00", "01 86 03"],
    ["refuses no register at all", "01 03 00 6B 00 00", "01 83 03"],
    ["refuses more than it gives in one answer", "01 03 00 00 00 51", "01 83 03"],
  ])("%s", async (_what, request, answer) => {
    expect(await ask(withCrc(hex(request)))).toEqual(withCrc(hex(answer)));
  });

  it("understands a request that is written byte by byte", async () => {
    const request = withCrc(hex("01 03 00 6B 00 01"));
    const written = [...request].map((byte) => line.write(Uint8Array.of(byte), seconds(1)));
    await bench.outcome(Promise.all(written));
    await bench.pass(500);
    expect(Uint8Array.from(heard)).toEqual(withCrc(hex("01 03 02 02 2B")));
  });

  it("begins anew with what comes after a silence", async () => {
    const request = withCrc(hex("01 03 00 6B 00 01"));
    await bench.outcome(line.write(request.subarray(0, 5), seconds(1)));
    // 3.5 characters of ten bits are 3.6 ms at 9 600 baud.
    await bench.pass(4);
    expect(await ask(request)).toEqual(withCrc(hex("01 03 02 02 2B")));
  });

  it("keeps what is written", async () => {
    await ask(withCrc(hex("01 10 00 01 00 02 04 00 0A 01 02")));
    expect([registers.get(1), registers.get(2)]).toEqual([0x000a, 0x0102]);
  });

  it.each([
    ["another's request", "02 03 00 6B 00 01"],
    ["a broadcast", "00 06 00 01 00 03"],
    ["a read of another length", "01 03 00 6B 00 01 00"],
    ["a write of another length", "01 10 00 01 00 02 04 00 0A 01"],
    ["a count that is not the length's", "01 10 00 01 00 01 04 00 0A 01 02"],
    ["an exception of somebody with its address", "01 83 02"],
  ])("says nothing to %s", async (_what, request) => {
    expect(await ask(withCrc(hex(request)))).toEqual(new Uint8Array());
    expect(registers.get(1)).toBe(0);
  });

  it("says nothing to a frame with any wrong bit", async () => {
    const request = withCrc(hex("01 06 00 01 00 03"));
    for (let bit = 0; bit < request.length * 8; bit++) {
      const wrong = request.slice();
      wrong[bit >> 3]! ^= 1 << (bit & 7);
      expect(await ask(wrong)).toEqual(new Uint8Array());
    }
    expect(registers.get(1)).toBe(0);
  });

  it("obeys when it is silent, and not when it is unplugged", async () => {
    slave.silence();
    expect(await ask(withCrc(hex("01 06 00 01 00 03")))).toEqual(new Uint8Array());
    expect(registers.get(1)).toBe(3);
    slave.unplug();
    await ask(withCrc(hex("01 06 00 01 00 04")));
    expect(registers.get(1)).toBe(3);
    slave.mend();
    expect(await ask(withCrc(hex("01 06 00 01 00 04")))).toEqual(withCrc(hex("01 06 00 01 00 04")));
  });

  it("leaves the line to others when it is unplugged", async () => {
    attach(2);
    slave.unplug();
    expect(await ask(withCrc(hex("02 03 00 6B 00 01")))).toEqual(withCrc(hex("02 03 02 02 2B")));
    expect(line.isOpen).toBe(true);
    expect(await ask(withCrc(hex("01 03 00 6B 00 01")))).toEqual(new Uint8Array());
  });

  it("collides with another of the same address", async () => {
    attach(1);
    const answers = await ask(withCrc(hex("01 03 00 6B 00 03")));
    expect(answers).toHaveLength(22);
    expect(crc16(answers.subarray(0, 11))).not.toBe(0);
    expect(crc16(answers.subarray(11))).not.toBe(0);
  });
});
