import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as settled } from "node:timers/promises";
import type { Direction, Edge, ValueCallback } from "onoff";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PortError } from "#devices/ports/error.ts";
import type { Level } from "#devices/ports/gpio.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { gpioContract } from "#test/contracts/gpio.ts";
import { systemClock } from "./clock.ts";
import type { ExportLine } from "./exported-line.ts";
import { sysfsGpioPort } from "./gpio.ts";

/**
 * The kernel's side of onoff: what /sys/class/gpio/gpioN does (Linux, Documentation/admin-guide/gpio/sysfs.rst,
 * drivers/gpio/gpiolib-sysfs.c). `high` and `low` drive the raw voltage, a read clears the pending edge, and an
 * edge becomes known later, with the level that is read then.
 */
class KernelLine {
  voltage: Level = 0;
  wiredTo: KernelLine | undefined;
  stubborn: Direction | undefined;
  exported = false;
  #direction: Direction = "in";
  #edge: Edge = "none";
  #activeLow = false;
  #pending = false;
  #failing = false;
  #watchers: ValueCallback[] = [];

  export(...[, direction, edge, options]: Parameters<ExportLine>): ReturnType<ExportLine> {
    this.exported = true;
    this.#activeLow = options?.activeLow ?? false;
    this.#direction = this.stubborn ?? (direction === "in" ? "in" : "out");
    this.#edge = this.#direction === "in" ? (edge ?? "none") : "none";
    if (direction !== "in") this.drive(direction === "high" ? 1 : 0);
    return {
      direction: () => this.#direction,
      edge: () => this.#edge,
      readSync: () => this.#read(),
      read: async () => this.#read(),
      write: async (level: Level) => {
        if (this.#direction === "in") throw Object.assign(new Error("EPERM, write"), { code: "EPERM" });
        this.drive(this.#logical(level));
      },
      watch: (watcher: ValueCallback) => void this.#watchers.push(watcher),
      unwatchAll: () => {
        this.#watchers = [];
      },
      unexport: () => {
        this.#watchers = [];
        this.exported = false;
      },
    } as ReturnType<ExportLine>;
  }

  drive(voltage: Level): void {
    const changed = voltage !== this.voltage;
    this.voltage = voltage;
    this.wiredTo?.drive(voltage);
    if (changed && this.#edge === "both") this.#interrupt();
  }

  /** The kernel cannot say the level at the next edge: what firmware/ports/exported-line.ts makes of it. */
  failAtNextEdge(): void {
    this.#failing = true;
  }

  #interrupt(): void {
    if (this.#failing) {
      this.#failing = false;
      for (const watcher of this.#watchers.splice(0)) watcher(new Error("EIO: i/o error, read"), 0);
      return;
    }
    this.#pending = true;
    setImmediate(() => {
      if (!this.#pending || this.#watchers.length === 0) return;
      const level = this.#read();
      for (const watcher of this.#watchers) watcher(null, level);
    });
  }

  #read(): Level {
    this.#pending = false;
    return this.#logical(this.voltage);
  }

  #logical(level: Level): Level {
    return (level ^ Number(this.#activeLow)) as Level;
  }
}

const root = mkdtempSync(join(tmpdir(), "plinth-gpio-"));
const chip = "pinctrl-bcm2711";

beforeAll(() => {
  mkdirSync(join(root, "gpiochip512"));
  for (const [file, text] of Object.entries({ label: chip, base: 512, ngpio: 58 }))
    writeFileSync(join(root, "gpiochip512", file), `${text}\n`);
});
afterAll(() => rmSync(root, { recursive: true }));

const clock = systemClock();

gpioContract("the sysfs GPIO port over a modelled kernel", () => {
  const lines = new Map([
    [529, new KernelLine()],
    [539, new KernelLine()],
  ]);
  lines.get(529)!.wiredTo = lines.get(539);
  return {
    port: sysfsGpioPort(clock, root, (...line) => lines.get(line[0])!.export(...line)),
    output: { chip, offset: 17 },
    input: { chip, offset: 27 },
    nowMs: () => clock.now(),
    settle: () => settled(),
  };
});

describe("the sysfs GPIO port", () => {
  const address = { chip, offset: 17 };

  // errno of a write to `export`: EBUSY held elsewhere, EACCES no permission; ENOENT no interrupt, so no `edge`.
  it.each([
    ["EBUSY", /another program holds it/],
    ["EACCES", /group gpio/],
    ["ENOENT", /interrupt/],
  ])("explains %s, and leaves the line free", async (code, words) => {
    let failures = 1;
    const line = new KernelLine();
    const port = sysfsGpioPort(clock, root, (...args) => {
      if (failures-- > 0) throw Object.assign(new Error(code), { code });
      return line.export(...args);
    });
    await expect(port.open(address, { direction: "in" })).rejects.toThrow(words);
    await expect(port.open(address, { direction: "in" })).resolves.toHaveProperty("name", `${chip}:17`);
  });

  it("does not trust a line that was exported before and kept its direction", async () => {
    const line = new KernelLine();
    line.stubborn = "in";
    const port = sysfsGpioPort(clock, root, (...args) => line.export(...args));
    await expect(port.open(address, { direction: "out" })).rejects.toThrow(/refuses to become out/);
    expect(line.exported).toBe(false);
  });

  it("does not report the past when a read is overtaken by an edge", async () => {
    const line = new KernelLine();
    const arrivals: (() => void)[] = [];
    const port = sysfsGpioPort(clock, root, (...args) => {
      const exported = line.export(...args);
      const late = (level: Level) => new Promise<Level>((resolve) => arrivals.push(() => resolve(level)));
      return { ...exported, read: () => late(exported.readSync()) } as ReturnType<ExportLine>;
    });
    const input = await port.open(address, { direction: "in" });
    const seen: Level[] = [];
    input.watch((level) => seen.push(level));
    const read = input.read();
    line.drive(1);
    await settled();
    expect(seen).toEqual([1]);
    arrivals.shift()!();
    await settled();
    arrivals.shift()!();
    expect([await read, seen]).toEqual([1, [1]]);
  });

  it("looks again a second after a level could not be read at an edge, unless nobody wants to know", async () => {
    const loop = new EventLoop();
    const line = new KernelLine();
    const port = sysfsGpioPort(new VirtualClock(loop), root, (...args) => line.export(...args));
    const input = await port.open(address, { direction: "in" });
    const seen: [Level, number][] = [];
    let cancel = input.watch((level, atMs) => seen.push([level, atMs]));
    line.failAtNextEdge();
    line.drive(1);
    await settled();
    expect(seen).toEqual([]);
    await loop.runUntil(999);
    expect(seen).toEqual([]);
    await loop.runUntil(1_000);
    expect(seen).toEqual([[1, 1_000]]);
    line.failAtNextEdge();
    line.drive(0);
    cancel();
    cancel = input.watch((level, atMs) => seen.push([level, atMs]));
    cancel();
    await loop.runUntil(10_000);
    expect(seen).toEqual([[1, 1_000]]);
  });

  it("says so when a line that is to be watched cannot be read", async () => {
    const line = new KernelLine();
    const port = sysfsGpioPort(clock, root, (...args) => ({
      ...line.export(...args),
      readSync: () => {
        throw Object.assign(new Error("EIO: i/o error, read"), { code: "EIO" });
      },
    }));
    const input = await port.open(address, { direction: "in" });
    const watch = () => input.watch(() => {});
    expect(watch).toThrow(PortError);
    expect(watch).toThrow(/EIO/);
  });

  it("does not watch an output", async () => {
    const port = sysfsGpioPort(clock, root, (...args) => new KernelLine().export(...args));
    const line = await port.open(address, { direction: "out" });
    expect(() => line.watch(() => {})).toThrow(/the line is an output/);
  });

  it("says so on a machine without GPIO, with the real addon", async () => {
    const port = sysfsGpioPort(clock, join(root, "missing"));
    await expect(port.open(address, { direction: "in" })).rejects.toMatchObject({ kind: "bus" });
  });
});
