import { describe, expect, it } from "vitest";
import { twin } from "#sim/chips/modbus-sign.ts";
import { Code, ModbusSlave } from "#sim/chips/modbus-slave.ts";
import { Bench } from "#test/bench/bench.ts";
import { modbusSign, pageSign } from "./modbus-sign.ts";

const place = { kind: "serial", path: "/dev/ttyUSB0" } as const;

async function setUp() {
  const bench = new Bench();
  const sign = bench.solder(twin, place);
  const driver = await bench.start(modbusSign, place);
  const show = (page: number) => bench.outcome(driver.apply!({ page }));
  const sample = () => bench.outcome(driver.sample());
  return { bench, sign, driver, show, sample };
}

describe("the page sign", () => {
  it("shows the page that it is told, and says which it shows", async () => {
    const { sign, show, sample } = await setUp();
    expect(await sample()).toEqual({ page: 0 });
    for (const page of [1, 32, 7, 0]) {
      await show(page);
      expect(sign.output("page")).toBe(page);
      expect(await sample()).toEqual({ page });
    }
  });

  it("is dark after a power cut, and says so", async () => {
    const { sign, show, sample } = await setUp();
    await show(5);
    sign.brownOut();
    expect(sign.output("page")).toBe(0);
    expect(await sample()).toEqual({ page: 0 });
  });

  it.each<[string, Record<string, number>]>([
    ["page 33 of 32", { page: 33 }],
    ["page −1", { page: -1 }],
    ["no number", { page: Number.NaN }],
    ["an output that it does not have", { page: 1, level: 1 }],
  ])("refuses %s, and goes on showing what it shows", async (_what, outputs) => {
    const { sign, driver, show } = await setUp();
    await show(5);
    await expect(driver.apply!(outputs)).rejects.toThrow(RangeError);
    expect(sign.output("page")).toBe(5);
  });

  it.each([
    ["unplugged", "timeout"],
    ["silent", "timeout"],
    ["noisy", "checksum"],
    ["corrupt", "checksum"],
  ] as const)("reports a sign that is %s as %s, and goes on when it is mended", async (fault, kind) => {
    const { bench, sign, driver, show, sample } = await setUp();
    if (fault === "unplugged") sign.unplug();
    if (fault === "silent") sign.silence();
    if (fault === "noisy") sign.garbage();
    if (fault === "corrupt") sign.corruptCrc(100);
    for (const call of [() => driver.sample(), () => driver.apply!({ page: 3 }), () => driver.probe()])
      expect(await bench.refusal(call())).toMatchObject({ kind, address: 1, port: place.path });
    sign.mend();
    await show(4);
    expect(await sample()).toEqual({ page: 4 });
  });

  it("says that it shows the new page when only its picture is stuck", async () => {
    const { sign, show, sample } = await setUp();
    await show(2);
    sign.stick("page");
    await show(3);
    expect(sign.output("page")).toBe(2);
    expect(await sample()).toEqual({ page: 3 });
  });
});

describe("a sign by its table", () => {
  const table = { pageRegister: 0x40, pages: 8, speed: { baudRate: 19_200 }, factoryUnit: 9 } as const;
  const other = pageSign({ id: "other-sign", title: "sign", maker: "other", datasheet: "table", table });

  function wire(registers: Map<number, number>, keeps = (value: number) => value) {
    const bench = new Bench();
    const { loop, random, board: wiring } = bench;
    new ModbusSlave(
      { loop, random, place, wiring },
      {
        path: place.path,
        unit: table.factoryUnit,
        speed: table.speed,
        thinkMs: 5,
        codes: [Code.ReadHolding, Code.WriteSingle],
        taggedCodes: new Map(),
        untouchable: new Set(),
        read: (_code, address) => registers.get(address),
        write: (address, value) => {
          registers.set(address, keeps(value));
          return true;
        },
      },
    );
    return bench;
  }

  it("is asked and told as the table says", async () => {
    const registers = new Map([[table.pageRegister, 2]]);
    const bench = wire(registers);
    const driver = await bench.start(other, place);
    expect(await bench.outcome(driver.sample())).toEqual({ page: 2 });
    await bench.outcome(driver.apply!({ page: 8 }));
    expect([...registers]).toEqual([[table.pageRegister, 8]]);
    await expect(driver.apply!({ page: 9 })).rejects.toThrow(RangeError);
  });

  it("says so when another page is shown than it was told", async () => {
    const bench = wire(new Map([[table.pageRegister, 2]]), () => 2);
    const driver = await bench.start(other, place);
    expect(await bench.refusal(driver.apply!({ page: 3 }))).toMatchObject({
      kind: "no-acknowledge-data",
      address: 9,
    });
  });

  it.each([
    ["a page that no such sign has", new Map([[0x40, 9]])],
    ["no such register", new Map([[0, 1]])],
  ])("is not what has %s", async (_what, registers) => {
    const bench = wire(registers);
    const driver = await bench.open(other, place);
    expect(await bench.refusal(driver.probe())).toMatchObject({ kind: "wrong-device", address: 9 });
  });
});
