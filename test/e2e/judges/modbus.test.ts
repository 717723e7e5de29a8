import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { twin as evseDin } from "#sim/chips/evse-din.ts";
import { twin as modbusSign } from "#sim/chips/modbus-sign.ts";
import { twin as pzem004t } from "#sim/chips/pzem004t.ts";
import { twin as sdm230 } from "#sim/chips/sdm230.ts";
import { twin as sdm630 } from "#sim/chips/sdm630.ts";
import { JudgedBoard } from "./judged-board.ts";

const path = "/dev/ttyUSB0";
const at = (unit: number) => ({ kind: "serial", path, unit, baudRate: 9_600 }) as const;

/**
 * Masters by others at five parts on one pair of wires: mbpoll on libmodbus, and pymodbus. They know Modbus, not the
 * parts: addresses and scales are typed from the parts' documents.
 */
describe("Debian's mbpoll 1.4.11", () => {
  const board = new JudgedBoard();
  const single = board.solder(sdm230, at(1));
  const three = board.solder(sdm630, at(2));
  const outlet = board.solder(pzem004t, at(3));
  const charger = board.solder(evseDin, at(4));
  const sign = board.solder(modbusSign, at(5));
  beforeAll(async () => {
    await board.offer();
  });
  afterAll(() => board.close());

  const poll = (unit: number, ...args: readonly (string | number)[]) => {
    const line = ["-m", "rtu", "-b", "9600", "-P", "none", "-0", "-1"];
    return board.run("mbpoll", ...line, "-a", `${unit}`, ...args.map(String));
  };

  /** Registers by address. */
  async function read(unit: number, type: string, from: number, count: number): Promise<Map<number, number>> {
    const { code, stdout, stderr } = await poll(unit, "-t", type, "-B", "-r", from, "-c", count, path);
    expect([code, stderr]).toEqual([0, ""]);
    // A value above 32,767 is followed by what it is with a sign.
    const values = stdout.matchAll(/^\[(\d+)\]:\s+(\S+)/gm);
    return new Map([...values].map(([, address, value]) => [Number(address), Number(value)]));
  }

  // SDM230-Modbus Protocol V1.4, section 1.2: singles from input register 0000h on, kWh at 0048h.
  it("reads an SDM230", async () => {
    single.set("voltage", 231.5);
    single.set("current", 4.25);
    single.set("activePower", -612.5);
    single.set("activeEnergy", 1_234_567);
    const found = await read(1, "3:float", 0, 16);
    expect([found.get(0), found.get(6), found.get(12)]).toEqual([231.5, 4.25, -612.5]);
    expect((await read(1, "3:float", 0x48, 1)).get(0x48)).toBeCloseTo(1_234.567, 1);
  });

  // SDM630-Modbus V2 Protocol, section 1.2.1: volts of the three lines at 0000h, 0002h, 0004h.
  it("reads an SDM630", async () => {
    for (const [index, volts] of [229.5, 230.25, 231.75].entries()) three.set(`voltage${index + 1}`, volts);
    expect([...(await read(2, "3:float", 0, 3)).values()]).toEqual([229.5, 230.25, 231.75]);
  });

  // PZEM-004T V3.0 User Manual, section 2.3: 0.1 V, 0.001 A and 0.1 W with the low word first, Wh, 0.1 Hz, 0.01.
  it("reads a PZEM-004T", async () => {
    outlet.set("voltage", 231.4);
    outlet.set("current", 70.001);
    outlet.set("activePower", 16_037.2);
    outlet.set("frequency", 49.9);
    outlet.set("powerFactor", 0.99);
    const found = await read(3, "3", 0, 10);
    expect([0, 1, 2, 3, 4, 7, 8, 9].map((address) => found.get(address))).toEqual([
      2_314,
      70_001 % 0x1_0000,
      1,
      160_372 % 0x1_0000,
      2,
      499,
      99,
      0,
    ]);
  });

  // EVSE Wallbox, DIN, W16 datasheet: 1000 is the current in force, 1002 the vehicle's state, 2000 the default amps.
  it("reads an EVSE DIN", async () => {
    charger.set("vehicleState", 3);
    const found = await read(4, "4", 1_000, 3);
    expect([found.get(1_000), found.get(1_002)]).toEqual([32, 3]);
    expect((await read(4, "4", 2_000, 1)).get(2_000)).toBe(32);
  });

  it("turns a sign's page", async () => {
    const { code } = await poll(5, "-t", "4", "-r", 0, path, "--", 7);
    expect([code, sign.output("page")]).toEqual([0, 7]);
    expect((await read(5, "4", 0, 1)).get(0)).toBe(7);
  });

  it("is told of a register that is not there, and hears nothing of a part that is not", async () => {
    const absent = await poll(5, "-t", "4", "-r", 1, "-c", 1, path);
    expect(absent.stderr).toContain("Illegal data address");
    const nobody = await poll(9, "-t", "4", "-r", 0, "-c", 1, "-o", "0.3", path);
    expect(nobody.stderr).toContain("timed out");
  });

  it("reads and sets an EVSE DIN by python3-pymodbus 3.0.0, which writes one register by function 16", async () => {
    charger.set("vehicleState", 2);
    const program = `
from pymodbus.client import ModbusSerialClient
client = ModbusSerialClient("${path}", baudrate=9600)
client.connect()
print(client.write_registers(1000, [16], slave=4).isError())
print(client.read_holding_registers(1000, 3, slave=4).registers)
print(client.read_input_registers(0, 2, slave=3).registers)
print(client.read_holding_registers(1, 1, slave=5).exception_code)
`;
    const { code, stdout, stderr } = await board.run("/usr/bin/python3", "-c", program);
    expect([code, stderr]).toEqual([0, ""]);
    // Exception 02 is Illegal Data Address (Modbus application protocol V1.1b3, section 7).
    expect(stdout.trim().split("\n")).toEqual(["False", "[16, 16, 2]", "[2314, 4465]", "2"]);
    expect(charger.output("current")).toBe(16);
  });

  it("asked nothing that the twins know by name only", () => {
    for (const twin of [single, three, outlet, charger, sign]) expect([...twin.untouchable]).toEqual([]);
  });
});
