import type { Cancel, Clock } from "#devices/ports/clock.ts";
import { PortError } from "#devices/ports/error.ts";
import {
  type GpioLine,
  type GpioPort,
  type Level,
  type LineSettings,
  lineName,
} from "#devices/ports/gpio.ts";
import { type ExportedLine, type ExportLine, exportLine } from "./exported-line.ts";
import { globalLineNumber } from "./gpiochip.ts";
import { busy, lineError, retryDelay } from "./line-error.ts";

/** Of one read, in a storm of edges. */
const readsMax = 4;

/**
 * The board's GPIO through the kernel's sysfs tree, by onoff. Edges are interrupts; onoff's debounce is unused.
 * Bias (pull-up, pull-down) cannot be set here: that is `gpio=17=pu` in a Raspberry Pi's config.txt.
 */
export function sysfsGpioPort(clock: Clock, root = "/sys/class/gpio", open = exportLine): GpioPort {
  const taken = new Set<number>();
  return {
    async open(address, settings) {
      const name = lineName(address);
      const number = globalLineNumber(address, root);
      if (taken.has(number)) throw new PortError("bus", { port: name, operation: "open", detail: busy });
      const line = configured(name, number, settings, open);
      taken.add(number);
      return new SysfsLine(name, line, settings.direction, clock, () => taken.delete(number));
    },
  };
}

function configured(name: string, number: number, settings: LineSettings, open: ExportLine): ExportedLine {
  const { direction, initial = 0, activeLow = false } = settings;
  // `high` and `low` are voltages even when active_low is set: the kernel's direction_store drives them raw.
  const voltage = (initial ^ Number(activeLow)) === 1 ? "high" : "low";
  let line: ExportedLine;
  try {
    line = open(number, direction === "in" ? "in" : voltage, direction === "in" ? "both" : "none", {
      activeLow,
    });
  } catch (cause) {
    throw lineError(name, "open", cause);
  }
  // onoff swallows every error in configuring a line that was exported before, so it is read back.
  const edge = direction === "in" ? line.edge() : "both";
  if (line.direction() === direction && edge === "both") return line;
  line.unexport();
  const detail = `already exported as ${line.direction()}, and refuses to become ${direction}`;
  throw new PortError("bus", { port: name, operation: "open", detail });
}

class SysfsLine implements GpioLine {
  readonly name: string;
  readonly #line: ExportedLine;
  readonly #direction: LineSettings["direction"];
  readonly #clock: Clock;
  readonly #release: () => void;
  readonly #listeners = new Set<(level: Level, atMs: number) => void>();
  #seen: Level = 0;
  #sightings = 0;
  #cancelRetry: Cancel = () => {};
  #open = true;

  constructor(
    name: string,
    line: ExportedLine,
    direction: LineSettings["direction"],
    clock: Clock,
    release: () => void,
  ) {
    this.name = name;
    this.#line = line;
    this.#direction = direction;
    this.#clock = clock;
    this.#release = release;
  }

  async read(): Promise<Level> {
    // What was asked for before an edge may arrive after it: then it is asked for again, lest the past be reported.
    for (let attempt = 1; ; attempt++) {
      this.#check("read");
      const sightings = this.#sightings;
      const level = await this.#line.read().catch((cause: unknown) => {
        throw lineError(this.name, "read", cause);
      });
      if (sightings !== this.#sightings && attempt < readsMax) continue;
      // Reading a sysfs value clears a pending edge, so what was read counts as seen.
      this.#saw(level);
      return level;
    }
  }

  async write(level: Level): Promise<void> {
    this.#check("write");
    await this.#line.write(level).catch((cause: unknown) => {
      throw lineError(this.name, "write", cause);
    });
  }

  watch(listener: (level: Level, atMs: number) => void): Cancel {
    this.#check("watch");
    if (this.#direction === "out")
      throw new PortError("bus", { port: this.name, operation: "watch", detail: "the line is an output" });
    // A watch of its own for each call, so that one listener given twice is two.
    const watch = (level: Level, atMs: number) => listener(level, atMs);
    if (this.#listeners.size === 0) this.#beginToWatch();
    this.#listeners.add(watch);
    return () => {
      if (this.#listeners.delete(watch) && this.#listeners.size === 0) this.#endWatch();
    };
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#listeners.clear();
    this.#endWatch();
    this.#line.unexport();
    this.#release();
  }

  #beginToWatch(): void {
    try {
      this.#seen = this.#line.readSync();
    } catch (cause) {
      throw lineError(this.name, "watch", cause);
    }
    this.#awaitEdges();
  }

  #awaitEdges(): void {
    this.#line.watch((error, level) => {
      if (error) this.#cancelRetry = this.#clock.after(retryDelay, () => this.#watchAgain());
      else this.#saw(level);
    });
  }

  /** The level may be another one than when it could be read last. */
  #watchAgain(): void {
    this.#awaitEdges();
    this.read().catch(() => {});
  }

  #endWatch(): void {
    this.#cancelRetry();
    this.#line.unwatchAll();
  }

  #saw(level: Level): void {
    this.#sightings++;
    if (level === this.#seen) return;
    this.#seen = level;
    const atMs = this.#clock.now();
    for (const listener of [...this.#listeners]) listener(level, atMs);
  }

  #check(operation: string): void {
    if (this.#open) return;
    throw new PortError("not-ready", { port: this.name, operation, detail: "the line is closed" });
  }
}
