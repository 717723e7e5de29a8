import { expect, it } from "vitest";
import { seconds } from "#devices/duration.ts";
import { Board } from "../board.ts";
import { EventLoop } from "../loop.ts";
import { VirtualClock } from "../ports/clock.ts";
import { TrafficRates } from "./traffic-rates.ts";

const answering = { write: () => true, read: (length: number) => new Uint8Array(length) };

async function boardWith(fastBuses: readonly number[] = []) {
  const loop = new EventLoop();
  const board = new Board(loop, fastBuses);
  const bus = board.i2c(1);
  bus.attach(0x10, answering);
  const cable = board.serial("/dev/ttyAMA0", { speed: { baudRate: 9_600 }, receive: () => {} });
  const { serial } = board.ports(new VirtualClock(loop));
  const line = await serial.open("/dev/ttyAMA0", { baudRate: 9_600 });
  return { loop, board, bus, cable, line, rates: new TrafficRates(board) };
}

it("tells transfers in a second, and their share of the bus's time by its clock", async () => {
  for (const [fastBuses, clockHz] of [
    [[], 100_000],
    [[1], 400_000],
  ] as const) {
    const { board, bus, rates } = await boardWith(fastBuses);
    for (let count = 0; count < 7; count++) bus.transfer(0x10, [{ read: 1 }]);
    rates.mark(0);
    for (let count = 0; count < 100; count++) bus.transfer(0x10, [{ write: Uint8Array.of(4) }, { read: 2 }]);
    const [i2c] = rates.at(5_000);
    // UM10204, section 3.1: nine clocks a byte, the address byte too; START, repeated START or STOP around.
    const bits = 100 * (9 * 2 + 2 + (9 * 3 + 2));
    expect(i2c).toMatchObject({ name: "i2c-1", kind: "i2c", total: 107, perSecond: 20, errors: [] });
    expect(i2c!.busyShare).toBeCloseTo(bits / clockHz / 5, 9);
    expect(board.traffic.i2c.get("i2c-1")).toMatchObject({ transfers: 107, nacks: 0, busErrors: 0 });
  }
});

it("counts what was not acknowledged, and what the bus itself failed", async () => {
  const { bus, rates } = await boardWith();
  const read = (address: number) => () => bus.transfer(address, [{ read: 1 }]);
  expect(read(0x11)).toThrow("no-acknowledge-address");
  bus.attach(0x12, { ...answering, write: () => false });
  expect(() => bus.transfer(0x12, [{ write: Uint8Array.of(1) }])).toThrow("no-acknowledge-data");
  bus.hold("timeout", 3);
  for (let count = 0; count < 3; count++) expect(read(0x10)).toThrow("timeout");
  expect(read(0x10)).not.toThrow();
  expect(rates.at(0)[0]).toEqual({
    name: "i2c-1",
    kind: "i2c",
    total: 6,
    errors: [
      { what: "not acknowledged", count: 2 },
      { what: "bus errors", count: 3 },
    ],
  });
});

it("counts on the bus what is behind its multiplexer", async () => {
  const { bus, rates } = await boardWith();
  const branch = bus.branch({ address: 0x70, channel: 3 });
  branch.attach(0x30, answering);
  bus.connect(branch);
  bus.transfer(0x30, [{ read: 1 }]);
  branch.hold("bus", 1);
  expect(() => bus.transfer(0x30, [{ read: 1 }])).toThrow("bus");
  expect(rates.at(0)[0]).toMatchObject({ total: 2, errors: [{ what: "bus errors", count: 1 }] });
});

it("tells bytes in a second both ways", async () => {
  const { loop, cable, line, rates } = await boardWith();
  rates.mark(loop.now);
  void line.write(new Uint8Array(20), seconds(1));
  cable.send(new Uint8Array(28));
  await loop.runUntil(1_000);
  // Ten bits a byte at 9 600 baud: 1.0417 ms.
  expect(rates.at(1_000)[1]).toEqual({
    name: "/dev/ttyAMA0",
    kind: "serial",
    total: 48,
    perSecond: 48,
    busyShare: expect.closeTo((48 * 10) / 9_600, 9),
    errors: [],
  });
});

it("counts bytes that a wrong speed garbled", async () => {
  const { loop, board, line, rates } = await boardWith();
  await line.close();
  const { serial } = board.ports(new VirtualClock(loop));
  const wrong = await serial.open("/dev/ttyAMA0", { baudRate: 19_200 });
  void wrong.write(new Uint8Array(2), seconds(1));
  await loop.runUntil(1_000);
  expect(rates.at(1_000)[1]).toMatchObject({ total: 2, errors: [{ what: "garbled or not sent", count: 1 }] });
});

it("tells of the last seconds only: since the mark before the last", async () => {
  const { bus, rates } = await boardWith();
  const transfers = (count: number) => {
    for (let index = 0; index < count; index++) bus.transfer(0x10, [{ read: 1 }]);
  };
  transfers(500);
  rates.mark(5_000);
  transfers(50);
  rates.mark(10_000);
  transfers(40);
  rates.mark(15_000);
  transfers(10);
  // From 10 s on: 40 and 10 in 7 s.
  expect(rates.at(17_000)[0]).toMatchObject({ total: 600, perSecond: expect.closeTo(50 / 7, 9) });
});

it("tells no rate before any time has passed", async () => {
  const { rates } = await boardWith();
  expect(rates.at(0)[0]).not.toHaveProperty("perSecond");
  rates.mark(3_000);
  expect(rates.at(3_000)[0]).not.toHaveProperty("perSecond");
});
