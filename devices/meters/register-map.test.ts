import { describe, expect, it } from "vitest";
import { everywhere } from "../part.ts";
import type { ModbusLine } from "../ports/modbus.ts";
import { voltage } from "../quantities.ts";
import { pzem004tMap } from "./pzem004t.ts";
import {
  decodeRegister,
  float32Step,
  type MeterRegister,
  meterMap,
  readMeter,
  spans,
} from "./register-map.ts";

/** A line on which unit 1 holds these registers. */
function lineWith(registers: Readonly<Record<number, number>>) {
  const requests: string[] = [];
  const line: Pick<ModbusLine, "path" | "readInputRegisters"> = {
    path: "/dev/ttyUSB0",
    async readInputRegisters(unit, address, count) {
      requests.push(`${unit}: ${address} + ${count}`);
      return Uint16Array.from({ length: count }, (_, index) => registers[address + index] ?? 0);
    },
  };
  return { line, requests };
}

/** The answer in the PZEM-004T V3.0 manual (section 2.3), and what the manual says that it shows. */
const printed = [0x0898, 0x03e8, 0x0000, 0x0898, 0x0000, 0x0000, 0x0000, 0x01f4, 0x0064, 0x0000];
const shown = {
  voltage: 220,
  current: 1,
  activePower: 220,
  activeEnergy: 0,
  frequency: 50,
  powerFactor: 1,
};

describe("the map of the PZEM-004T", () => {
  it("reads as its manual says, in one request", async () => {
    const { line, requests } = lineWith(printed);
    expect(await readMeter(line, 1, pzem004tMap)).toEqual(shown);
    expect(requests).toEqual(["1: 0 + 10"]);
  });

  it("takes the low word first (section 2.3)", async () => {
    const { line } = lineWith({
      ...printed,
      1: 0x86a0,
      2: 0x0001,
      3: 0x8270,
      4: 0x0003,
      5: 0x967f,
      6: 0x0098,
    });
    const full = { current: 100, activePower: 23_000, activeEnergy: 9_999_999 };
    expect(await readMeter(line, 1, pzem004tMap)).toEqual({ ...shown, ...full });
  });

  it.each([
    ["no mains voltage", 0, 0, "Voltage value"],
    ["too much mains voltage", 0, 2_601, "Voltage value"],
    ["current beyond the transformer", 2, 2, "Current value"],
    ["power beyond the transformer", 4, 4, "Power value"],
    ["an energy never shown", 6, 0x99, "Energy value"],
    ["a frequency of no grid", 7, 449, "Frequency value"],
    ["more than everything in phase", 8, 101, "Power factor value"],
    ["half an alarm", 9, 1, "Alarm status"],
  ])("takes %s for another device", async (_what, address, word, name) => {
    const { line } = lineWith({ ...printed, [address]: word });
    const reading = readMeter(line, 1, pzem004tMap);
    await expect(reading).rejects.toMatchObject({
      kind: "wrong-device",
      address: 1,
      operation: `read ${name}`,
    });
  });
});

/** The answer to "phase 1 line to neutral volts" in the Eastron SDM630 Modbus protocol document: 230.2 V. */
it("decodes floats as Eastron prints them", () => {
  const volts: MeterRegister = { name: "V1", address: 0, format: "float32", perUnit: 1 };
  expect(decodeRegister(volts, 0x4366, 0x3334)).toBeCloseTo(230.2, 3);
});

// IEEE 754: 24 bits of significand, least exponent −126.
it.each([
  [1, 2 ** -23],
  [-230.2, 2 ** -16],
  [0, 2 ** -149],
  [16_777_216, 2],
])("knows how far apart singles are at %d", (value, step) => {
  expect(float32Step(1)(value)).toBe(step);
  expect(Math.fround(Math.fround(value) + step)).toBe(Math.fround(value) + step);
  expect(float32Step(1 / 1_000)(1_000 * value)).toBeCloseTo(1_000 * step, 9);
});

describe("requests", () => {
  const at = (address: number, format: MeterRegister["format"] = "u16"): MeterRegister => ({
    name: `${address}`,
    address,
    format,
    perUnit: 1,
  });

  it("are as few as the protocol allows", () => {
    expect(spans([at(70, "float32"), at(0, "float32"), at(6, "float32"), at(12)])).toEqual([
      { address: 0, count: 13 },
      { address: 70, count: 2 },
    ]);
    const many = Array.from({ length: 200 }, (_, index) => at(index));
    expect(spans(many, 80).map(({ count }) => count)).toEqual([80, 80, 40]);
    expect(spans(many)).toEqual([
      { address: 0, count: 125 },
      { address: 125, count: 75 },
    ]);
  });

  it("are put together to one reading", async () => {
    const channels = {
      first: { quantity: voltage, range: [0, 300], step: everywhere(1) },
      last: { quantity: voltage, range: [0, 300], step: everywhere(1) },
    } as const;
    const map = meterMap({
      channels,
      registers: [
        { ...at(0x0156), name: "last", channel: "last" },
        { ...at(0), name: "first", channel: "first" },
      ],
    });
    const { line, requests } = lineWith({ 0: 230, 342: 7 });
    expect(await readMeter(line, 1, map)).toEqual({ first: 230, last: 7 });
    expect(requests).toEqual(["1: 0 + 1", "1: 342 + 1"]);
  });
});
