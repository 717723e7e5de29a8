import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as realPause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ina226 as ina226Part } from "#devices/chips/ina226.ts";
import type { Ports } from "#devices/part.ts";
import type { PortErrorKind } from "#devices/ports/error.ts";
import { type GpioLine, type Level, lineName } from "#devices/ports/gpio.ts";
import type { I2cBus } from "#devices/ports/i2c.ts";
import { programsOf } from "#scripts/hil/programs.ts";
import { type Broker, startBroker } from "#sim/broker.ts";
import { twin as ina226 } from "#sim/chips/ina226.ts";
import type { Twin } from "#sim/chips/twin.ts";
import type { OfferedBoard } from "#sim/hil/offer.ts";
import { StreetOfProcesses } from "#sim/hil/street-of-processes.ts";
import { calm, edgeStorm } from "#sim/ports/edge-storm.ts";
import type { ErrnoName } from "#sim/ports/errno.ts";
import type { VirtualLine } from "#sim/ports/gpio.ts";
import { faultName } from "#sim/scenario/verb.ts";
import { edgeStreets } from "#test/faults/kernel-edge.ts";
import { KernelBench } from "#test/kernel/kernel-bench.ts";
import { PortsInProcess } from "#test/kernel/ports-in-process.ts";
import {
  hiddenMemoryAddress,
  inputLine,
  Memory,
  memoryAddress,
  multiplexer,
  wireUp,
} from "#test/kernel/wiring.ts";

const path = "/dev/i2c-1";
const pointer = { write: Uint8Array.of(0x10) };
/** A register read, i2c-bus' I2C_SMBUS call; a plain write; a plain read. */
const transfers = [[pointer, { read: 2 }], [{ write: Uint8Array.of(0x10, 1, 2) }], [{ read: 2 }]] as const;

/** What test/faults/kernel-edge.test.ts tries in virtual time, here on the bundle in a process of its own. */
describe.each(edgeStreets)("a fault at the kernel's edge of the bundle of $unit", ({ scenario, faults }) => {
  const wait = { timeout: 60_000, interval: 50 };
  let folder: string;
  let broker: Broker;
  let street: StreetOfProcesses;
  const told: { readonly role: string; readonly fault: string }[] = [];
  const bench = () => street.street.units[0]!;
  const unwell = () =>
    Object.entries(bench().snapshot?.parts ?? { all: { state: "unknown" } }).filter(
      ([, { state }]) => state !== "ok",
    );

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "plinth-hil-faults-"));
    broker = await startBroker({ port: 0 });
    const programs = await programsOf(scenario, join(folder, "bundles"));
    street = await StreetOfProcesses.of({ scenario, seed: 1, version: "0.0.0", programs, folder, broker });
    street.street.listen((_unit, event) => {
      if (event.type === "part" && event.fault) told.push({ role: event.role, fault: event.fault });
    });
    await street.begin();
  });

  afterAll(async () => {
    await street.close();
    await broker.close();
    await rm(folder, { recursive: true });
  });

  it.each(faults.map((edge, index) => [edge.title, edge, index] as const))(
    "%s",
    async (_, { fails, spares, words, disturbs, killed }, index) => {
      await expect.poll(unwell, wait).toEqual([]);
      const { fault } = street.scenario.offers[index]!;
      const id = faultName(fault);
      told.length = 0;
      street.faults.set(id, true, fault.by);
      if (killed) bench().kill();
      if (disturbs) {
        const errors = () => bench().traffic.serial.get(disturbs)!.errors;
        const before = errors();
        // Seconds of them: who is on that line has asked and been answered several times among them.
        await expect.poll(errors, wait).toBeGreaterThan(before + 500);
      }
      for (const role of fails)
        await expect.poll(() => told, wait).toContainEqual({ role, fault: expect.stringMatching(words) });
      street.faults.set(id, false, undefined);
      await expect.poll(unwell, wait).toEqual([]);
      expect(told.filter(({ role }) => spares(role, bench()))).toEqual([]);
      expect(await street.street.records(bench())).toMatchObject({ lost: 0 });
    },
  );

  it("that a real broker cannot have is refused", () => {
    expect(() => street.faults.set("drop-puback", true, 1)).toThrow(
      expect.objectContaining({ status: 409, message: expect.stringMatching(/real broker/) }),
    );
  });
});

describe("faults at the kernel's edge", () => {
  let bench: KernelBench;
  let offered: OfferedBoard;
  let memory: Memory;
  let monitor: Twin;
  let program: PortsInProcess;
  const programs: PortsInProcess[] = [];

  const started = (limitMs = 2_000) => {
    const next = new PortsInProcess({ ...bench.env, LIMIT_MS: String(limitMs) });
    programs.push(next);
    return next;
  };

  const setUp = async () => {
    bench = new KernelBench();
    memory = wireUp(bench.board, bench.loop).memory;
    const place = { kind: "i2c", bus: 1, address: 0x40 } as const;
    monitor = ina226.create({ loop: bench.loop, random: () => 0.5, place, wiring: bench.board });
    offered = await bench.offer();
    program = started();
  };
  const tearDown = async () => {
    for (const each of programs.splice(0)) await each.close();
    await bench.close();
  };

  const device = (name: string) => bench.board.kernel.node(name);

  const kindOf = (work: Promise<unknown>) =>
    work.then(
      () => "no error",
      (error: { kind?: PortErrorKind; message: string }) => error.kind ?? error.message,
    );

  describe("on an I2C bus", () => {
    let bus: I2cBus;
    beforeAll(async () => {
      await setUp();
      bus = await program.i2c.open(1);
    });
    afterEach(() => {
      bench.board.kernel.mend();
      monitor.mend();
    });
    afterAll(tearDown);

    const tried = (address = memoryAddress) =>
      Promise.all(transfers.map((operations) => kindOf(bus.transfer(address, operations))));
    const works = async () => expect(await tried()).toEqual(transfers.map(() => "no error"));

    // Linux, Documentation/i2c/fault-codes.rst.
    it.each<[ErrnoName, PortErrorKind]>([
      ["EAGAIN", "arbitration-lost"],
      ["EBADMSG", "checksum"],
      ["EIO", "bus"],
      ["ENODEV", "no-acknowledge-address"],
      ["ENXIO", "no-acknowledge-address"],
      ["EOPNOTSUPP", "bus"],
      ["ETIMEDOUT", "timeout"],
    ])("%s of any call is %s, until it is mended", async (errno, kind) => {
      await works();
      for (const call of ["I2C_SMBUS", "write", "read"] as const) device(path).fail(errno, { call: call });
      expect(await tried()).toEqual([kind, kind, kind]);
      bench.board.kernel.mend();
      await works();
    });

    it("a call that fails once is over then", async () => {
      device(path).fail("EIO", { call: "I2C_SMBUS", times: 1 });
      expect(await tried()).toEqual(["bus", "no error", "no error"]);
      await works();
    });

    it("a bus that cannot be opened says so", async () => {
      device(path).fail("EACCES", { call: "open" });
      await expect(program.i2c.open(1)).rejects.toMatchObject({
        kind: "bus",
        message: expect.stringMatching(/group i2c/),
      });
    });

    it("a call that never returns is given up by its deadline, and its bus until it returns", async () => {
      const impatient = await started(300).i2c.open(1);
      const read = () => kindOf(impatient.transfer(memoryAddress, transfers[0]));
      expect(await read()).toBe("no error");
      device(path).hang();
      expect(await read()).toBe("timeout");
      await expect(impatient.transfer(memoryAddress, transfers[0])).rejects.toThrow(
        /still hangs in the kernel/,
      );
      bench.board.kernel.mend();
      await expect.poll(read).toBe("no error");
    });

    it("an address that a kernel driver holds is refused, and can be had again", async () => {
      device(path).bindDriver(0x40);
      await expect(bus.transfer(0x40, [{ read: 2 }])).rejects.toThrow(/a kernel driver holds this address/);
      await works();
      bench.board.kernel.mend();
      expect(await tried(0x40)).toEqual(["no error", "no error", "no error"]);
    });

    // The verbs of the virtual world, as i2c-bcm2835 tells them.
    it("a line that is held low, lost arbitration, a part that is unplugged: as on the virtual bus", async () => {
      bench.board.i2c(1).hold("timeout", 1);
      expect(await kindOf(bus.transfer(memoryAddress, transfers[0]))).toBe("timeout");
      for (const fault of ["arbitration-lost", "bus"] as const) {
        bench.board.i2c(1).hold(fault);
        expect(await tried()).toEqual([fault, fault, fault]);
        bench.board.i2c(1).release();
      }
      await works();
      monitor.unplug();
      expect(await tried(0x40)).toEqual(Array(3).fill("no-acknowledge-address"));
      monitor.mend();
      expect(await tried(0x40)).toEqual(Array(3).fill("no error"));
    });

    it("another part at the address is a wrong device", async () => {
      const ports = { ...program, i2c: program.i2c } as unknown as Ports;
      const driver = await ina226Part.open({ kind: "i2c", bus: 1, address: 0x40 }, ports);
      await driver.probe();
      bench.board.i2c(1).swap(0x40, memory);
      expect(await kindOf(driver.probe())).toBe("wrong-device");
      bench.board.i2c(1).swap(0x40, undefined);
      expect(await kindOf(driver.probe())).toBe("no error");
    });

    it("another process between any two transfers of ours turns no register into another", async () => {
      memory.cells.set([0x11, 0x22], 0x10);
      memory.cells.set([0xee], 0x80);
      bench.board.i2c(1).intrude(memoryAddress, [{ write: Uint8Array.of(0x80) }]);
      const [register, , next] = await Promise.all(
        transfers.map((operations) => bus.transfer(memoryAddress, operations)),
      );
      bench.board.i2c(1).intrude(memoryAddress, undefined);
      // What names its register is one transfer; what reads on from where the pointer stands is theirs.
      expect([register, next![0]![0]]).toEqual([[Uint8Array.of(0x11, 0x22)], 0xee]);
      await works();
    });

    it("another process that switches a multiplexer is found out, read or written, and can be lived with", async () => {
      const behind = await program.i2c.open(1, multiplexer);
      const elsewhere = new Memory();
      bench.board.i2c(1, { ...multiplexer, channel: 6 }).attach(hiddenMemoryAddress, elsewhere);
      const all = () =>
        Promise.all(transfers.map((operations) => kindOf(behind.transfer(hiddenMemoryAddress, operations))));
      expect(await all()).toEqual(transfers.map(() => "no error"));
      expect([...elsewhere.cells.subarray(0x10, 0x12)]).toEqual([0, 0]);
      bench.board.i2c(1).intrude(multiplexer.address, [{ write: Uint8Array.of(0x40) }]);
      expect(await all()).toEqual(transfers.map(() => "arbitration-lost"));
      expect([...elsewhere.cells.subarray(0x10, 0x12)]).toEqual([1, 2]);
      bench.board.i2c(1).intrude(multiplexer.address, undefined);
      expect(await all()).toEqual(transfers.map(() => "no error"));
      await behind.close();
    });

    it("two processes on one bus take turns by transfer", async () => {
      const buses = [bus, await started().i2c.open(1)];
      const rounds = buses.map(async (each, index) => {
        const heard: number[] = [];
        for (let round = 0; round < 40; round++) {
          await each.transfer(memoryAddress, [{ write: Uint8Array.of(0x80 + index, round) }]);
          const [byte] = await each.transfer(memoryAddress, [
            { write: Uint8Array.of(0x80 + index) },
            { read: 1 },
          ]);
          heard.push(byte![0]!);
        }
        return heard;
      });
      const counted = Array.from({ length: 40 }, (_, round) => round);
      expect(await Promise.all(rounds)).toEqual([counted, counted]);
    });

    it("a simulator that goes away ends a call that hangs, and refuses the next", async () => {
      await works();
      device(path).hang();
      const hanging = kindOf(bus.transfer(memoryAddress, transfers[0]));
      await realPause(50);
      await offered.close();
      expect(await hanging).toBe("bus");
      expect(await tried()).toEqual(["bus", "bus", "bus"]);
    });
  });

  describe("on a GPIO line", () => {
    const value = lineName(inputLine);
    let wire: VirtualLine;
    let line: GpioLine;
    const seen: Level[] = [];

    beforeAll(async () => {
      await setUp();
      wire = bench.board.gpio.line(inputLine.chip, inputLine.offset);
    });
    beforeEach(async () => {
      wire.drive(0);
      line = await program.gpio.open(inputLine, { direction: "in" });
      seen.length = 0;
      line.watch((level) => seen.push(level));
      expect(await line.read()).toBe(0);
    });
    afterEach(async () => {
      bench.board.kernel.mend();
      await line.close().catch(() => {});
    });
    afterAll(tearDown);

    it("an errno of a read or of the export is a bus error that says what to check", async () => {
      device(value).fail("EIO", { call: "read" });
      expect(await kindOf(line.read())).toBe("bus");
      bench.board.kernel.mend();
      expect(await line.read()).toBe(0);
      await line.close();
      device("/sys/class/gpio/export").fail("EACCES");
      await expect(program.gpio.open(inputLine, { direction: "in" })).rejects.toThrow(/group gpio/);
      bench.board.kernel.mend();
      device("/sys/class/gpio/export").fail("EBUSY");
      await expect(program.gpio.open(inputLine, { direction: "in" })).rejects.toThrow(/busy/);
    });

    it("a line that another program exported is taken over", async () => {
      await line.close();
      await bench.run("bash", "-c", "echo 539 > /sys/class/gpio/export");
      const taken = await program.gpio.open(inputLine, { direction: "in" });
      expect(await taken.read()).toBe(0);
      await taken.close();
    });

    // onoff reads the level in a callback of its addon, where an error that is thrown ends the process.
    it("a level that cannot be read at an edge is looked at again, and the process lives", async () => {
      device(value).fail("EIO", { call: "read", times: 1 });
      wire.drive(1);
      await expect.poll(() => seen, { timeout: 5_000 }).toEqual([1]);
      expect(program.isAlive).toBe(true);
    });

    it("a pulse shorter than a process needs to look is lost, and the level afterwards is right", async () => {
      for (let toggle = 0; toggle < 10; toggle++) wire.drive(toggle % 2 === 0 ? 1 : 0);
      await realPause(100);
      expect([seen, await line.read()]).toEqual([[], 0]);
      wire.drive(1);
      await expect.poll(() => seen).toEqual([1]);
    });

    it("an edge storm is survived, and the level afterwards is right", async () => {
      edgeStorm(wire, bench.loop, 20_000);
      await realPause(500);
      calm(wire);
      wire.drive(1);
      await expect.poll(() => seen.at(-1)).toBe(1);
      expect(await line.read()).toBe(1);
      // What is reported alternates: no level twice, none left out that lasted.
      expect(seen.every((level, index) => level !== seen[index - 1])).toBe(true);
      expect(program.isAlive).toBe(true);
    });

    it("a simulator that goes away is an error of the next call, and the process lives", async () => {
      await offered.close();
      expect(await kindOf(line.read())).toBe("bus");
      expect(program.isAlive).toBe(true);
    });
  });
});
