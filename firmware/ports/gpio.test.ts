import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as settled } from "node:timers/promises";
import type { Direction, Edge, ValueCallback } from "onoff";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Level } from "#devices/ports/gpio.ts";
import { gpioContract } from "#test/contracts/gpio.ts";
import { systemClock } from "./clock.ts";
import { type ExportLine, sysfsGpioPort } from "./gpio.ts";

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

  #interrupt(): void {
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
