import { describe, expect, it } from "vitest";
import { twin } from "#sim/chips/evse-din.ts";
import { Code, ModbusSlave } from "#sim/chips/modbus-slave.ts";
import { Bench } from "#test/bench/bench.ts";
import { decodeStatus, evseDin } from "./evse-din.ts";

const place = { kind: "serial", path: "/dev/ttyUSB0" } as const;

async function setUp() {
  const bench = new Bench();
  const evse = bench.solder(twin, place);
  const driver = await bench.start(evseDin, place);
  const sample = () => bench.outcome(driver.sample());
  const offer = (current: number) => bench.outcome(driver.apply!({ current }));
  return { bench, evse, driver, sample, offer };
}

/** Something that holds these registers and keeps what it likes of what it is told. */
function impostor(
  bench: Bench,
  registers: Map<number, number>,
  keeps = (_address: number, value: number) => value,
) {
  const { loop, random, board: wiring } = bench;
  const slave = {
    path: place.path,
    unit: 1,
    speed: { baudRate: 9_600 },
    thinkMs: 10,
    codes: [Code.ReadHolding, Code.WriteMultiple],
    taggedCodes: new Map(),
    untouchable: new Set<string>(),
    read: (_code: number, address: number) => registers.get(address),
    write: (address: number, value: number) => {
      registers.set(address, keeps(address, value));
      return true;
    },
  };
  return new ModbusSlave({ loop, random, place, wiring }, slave);
}

/**
 * Registers 1000 to 1007 and 2000 to 2005 of a controller that offers 12 A to a vehicle, after those that openWB
 * prints (docs/infos.md); firmware, boot value and the configuration's default bits are later ones.
 */
const printed = () =>
  new Map([
    ...[12, 12, 2, 32, 0, 18, 2, 0].map((value, index) => [1000 + index, value] as const),
    ...[0, 1, 6, 1, 0, 0x0209].map((value, index) => [2000 + index, value] as const),
  ]);

describe("registers 1000 to 1007", () => {
  const decode = (...registers: number[]) => decodeStatus(Uint16Array.from(registers));

  it("read as the datasheet names them", () => {
    expect(decode(12, 12, 2, 32, 0, 18, 2, 0)).toEqual({
      current: 12,
      offeredCurrent: 12,
      vehicleState: 2,
      pilot: 2,
      contactor: 0,
      fault: 0,
    });
    expect(decode(32, 20, 3, 20, 0, 18, 2, 1)).toMatchObject({ offeredCurrent: 20, contactor: 1, fault: 0 });
    expect(decode(0, 0, 1, 32, 0, 18, 3, 0)).toMatchObject({ current: 0, vehicleState: 1, pilot: 3 });
  });

  it.each([
    ["diode check fail", 0b0_0010, 1],
    ["vent required fail", 0b0_0100, 1],
    ["waiting for pilot release", 0b0_1000, 0],
    ["RCD check error", 0b1_0000, 1],
  ])("show a %s", (_what, status, fault) => {
    expect(decode(12, 0, 5, 32, 0, 18, 1, status)).toMatchObject({ fault });
  });

  it.each([
    ["vehicle state 0", [0, 0, 0, 32, 0, 18, 1, 0]],
    ["vehicle state 6", [0, 0, 6, 32, 0, 18, 1, 0]],
    ["EVSE state 4", [0, 0, 1, 32, 0, 18, 4, 0]],
    ["no firmware", [0, 0, 1, 32, 0, 0, 1, 0]],
    ["ones", [65_535, 65_535, 65_535, 65_535, 65_535, 65_535, 65_535, 65_535]],
  ])("with %s are another device's", (_what, registers) => {
    expect(decode(...registers)).toBeUndefined();
  });
});

describe("the EVSE DIN", () => {
  it("offers a vehicle what it is told, in whole amperes and never more", async () => {
    const { evse, sample, offer } = await setUp();
    evse.set("vehicleState", 3);
    for (const [wanted, amps] of [
      [32, 32],
      [16.9, 16],
      [6, 6],
      [5.9, 0],
      [0, 0],
    ] as const) {
      await offer(wanted);
      expect(evse.output("current")).toBe(amps);
      expect(await sample()).toEqual({
        current: amps,
        offeredCurrent: amps,
        vehicleState: 3,
        pilot: amps === 0 ? 3 : 2,
        contactor: amps === 0 ? 0 : 1,
        fault: 0,
      });
    }
  });

  it("tells vehicle and contactor apart", async () => {
    const { evse, sample, offer } = await setUp();
    await offer(16);
    const seen = async (vehicleState: number) => {
      evse.set("vehicleState", vehicleState);
      const { pilot, contactor, fault } = await sample();
      return { pilot, contactor, fault };
    };
    expect(await seen(1)).toEqual({ pilot: 1, contactor: 0, fault: 0 });
    expect(await seen(2)).toEqual({ pilot: 2, contactor: 0, fault: 0 });
    expect(await seen(3)).toEqual({ pilot: 2, contactor: 1, fault: 0 });
    expect(await seen(4)).toEqual({ pilot: 2, contactor: 1, fault: 0 });
    expect(await seen(5)).toEqual({ pilot: 2, contactor: 0, fault: 1 });
    await offer(0);
    evse.set("contactor", 1);
    expect(await seen(3)).toEqual({ pilot: 3, contactor: 1, fault: 0 });
  });

  it("offers nothing after a power cut until it is told to, as soon as it was configured once", async () => {
    const bench = new Bench();
    const evse = bench.solder(twin, place);
    expect(evse.output("current")).toBe(32);
    const driver = await bench.start(evseDin, place);
    await bench.outcome(driver.apply!({ current: 20 }));
    evse.brownOut();
    expect(evse.output("current")).toBe(0);
    expect((await bench.outcome(driver.sample())).current).toBe(0);
    expect([...evse.untouchable]).toEqual([]);
  });

  it("leaves a charge alone when its driver starts again", async () => {
    const { bench, evse, driver, offer } = await setUp();
    await offer(20);
    await driver.close();
    await bench.start(evseDin, place);
    expect(evse.output("current")).toBe(20);
  });

  it("writes settings to EEPROM only where they differ", async () => {
    const bench = new Bench();
    const registers = printed();
    const written: number[] = [];
    impostor(bench, registers, (address, value) => {
      written.push(address);
      return value;
    });
    registers.set(2000, 32);
    registers.set(2005, 0x0289);
    const driver = await bench.start(evseDin, place);
    expect(written.sort()).toEqual([2000, 2005]);
    expect(registers.get(2005)).toBe(0x0209);
    await bench.outcome(driver.configure());
    expect(written).toHaveLength(2);
  });

  it.each([
    ["hundredths of an ampere", 2005, 0x0289],
    ["a default current", 2000, 16],
  ])("does not trust a controller that was set to %s meanwhile", async (_what, address, value) => {
    const bench = new Bench();
    const registers = printed();
    impostor(bench, registers);
    const driver = await bench.start(evseDin, place);
    expect((await bench.outcome(driver.sample())).current).toBe(12);
    registers.set(address, value);
    expect(await bench.refusal(driver.sample())).toMatchObject({ kind: "not-ready", address: 1 });
    await bench.outcome(driver.configure());
    expect((await bench.outcome(driver.sample())).current).toBe(12);
  });

  it("has no amperes that no cable carries", async () => {
    const bench = new Bench();
    impostor(bench, printed().set(1000, 1_600));
    const driver = await bench.start(evseDin, place);
    expect(await bench.outcome(driver.sample())).toMatchObject({ current: Number.NaN, offeredCurrent: 12 });
  });

  it("says so when the controller keeps another current than it was told", async () => {
    const bench = new Bench();
    impostor(bench, printed(), () => 13);
    const driver = await bench.start(evseDin, place);
    expect(await bench.refusal(driver.apply!({ current: 16 }))).toMatchObject({
      kind: "no-acknowledge-data",
      operation: "write register 1000",
    });
  });

  it.each([
    ["another device's registers", new Map(printed()).set(1002, 230)],
    ["no such registers", new Map<number, number>()],
  ])("is not what has %s", async (_what, registers) => {
    const bench = new Bench();
    impostor(bench, registers);
    const driver = await bench.open(evseDin, place);
    expect(await bench.refusal(driver.probe())).toMatchObject({ kind: "wrong-device", address: 1 });
  });

  it.each([
    ["unplugged", "timeout"],
    ["silent", "timeout"],
    ["noisy", "checksum"],
    ["corrupt", "checksum"],
  ] as const)("reports a controller that is %s as %s, and goes on when it is mended", async (fault, kind) => {
    const { bench, evse, driver, sample, offer } = await setUp();
    await offer(16);
    if (fault === "unplugged") evse.unplug();
    if (fault === "silent") evse.silence();
    if (fault === "noisy") evse.garbage();
    if (fault === "corrupt") evse.corruptCrc(100);
    for (const call of [() => driver.sample(), () => driver.apply!({ current: 10 }), () => driver.probe()])
      expect(await bench.refusal(call())).toMatchObject({ kind, address: 1, port: place.path });
    // It has no watchdog: what it offers is what it was told last.
    expect(evse.output("current")).toBe(fault === "unplugged" ? 16 : 10);
    evse.mend();
    await offer(8);
    expect((await sample()).current).toBe(8);
  });

  it.each<[string, Record<string, number>]>([
    ["33 A", { current: 33 }],
    ["less than nothing", { current: -1 }],
    ["no number", { current: Number.NaN }],
    ["an output that it does not have", { level: 1 }],
  ])("refuses %s, and writes nothing", async (_what, outputs) => {
    const { evse, driver, offer } = await setUp();
    await offer(16);
    await expect(driver.apply!({ current: 10, ...outputs })).rejects.toThrow(RangeError);
    expect(evse.output("current")).toBe(16);
  });

  it("names what it was asked and does not model", async () => {
    const { bench, evse } = await setUp();
    const line = await bench.ports.modbus.open(place.path, { baudRate: 9_600 });
    expect(await bench.refusal(line.writeRegister(1, 1000, 6))).toMatchObject({ kind: "wrong-device" });
    await bench.outcome(line.writeRegisters(1, 2002, [8]));
    await bench.outcome(line.readHoldingRegisters(1, 2009, 1));
    expect([...evse.untouchable]).toEqual([
      "0x06 write single register",
      "writing 2002 minimum amps value",
      "2009 bootloader firmware revision",
    ]);
    expect(await bench.refusal(line.writeRegisters(1, 1002, [1]))).toMatchObject({ kind: "wrong-device" });
  });

  it("cannot be set from outside to what it drives", async () => {
    const { evse } = await setUp();
    expect(() => evse.set("current", 16)).toThrow(RangeError);
  });
});
