import type { Cancel } from "#devices/ports/clock.ts";
import { PortError } from "#devices/ports/error.ts";
import { type GpioLine, type GpioPort, type Level, lineName } from "#devices/ports/gpio.ts";
import type { KernelEdge } from "./kernel-edge.ts";
import { LineNode } from "./line-node.ts";

type Watcher = (physical: Level) => void;

/**
 * One wire of a board. Outside, a part drives it (`drive`) or leaves it floating; inside, the unit reads, watches
 * or drives it. A floating input reads as its pull-down, 0.
 */
export class VirtualLine {
  #outside: Level | undefined;
  #inside: Level | undefined;
  #stuckAt: Level | undefined;
  readonly #watchers = new Set<Watcher>();
  readonly #sensors = new Set<Watcher>();

  get level(): Level {
    return this.#stuckAt ?? this.#inside ?? this.#outside ?? 0;
  }

  /** The part at the other end pulls the wire to `level`; undefined lets it float. */
  drive(level: Level | undefined): void {
    this.#change(() => {
      this.#outside = level;
    });
  }

  /** The board's own output driver; undefined turns the line into an input. */
  output(level: Level | undefined): void {
    this.#change(() => {
      this.#inside = level;
    });
  }

  /** Fault: the wire is shorted to a rail; undefined mends it. */
  stick(level: Level | undefined): void {
    this.#change(() => {
      this.#stuckAt = level;
    });
  }

  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** The part at the other end looks at the wire, whatever becomes of the process at the near end. */
  sense(sensor: Watcher): void {
    this.#sensors.add(sensor);
  }

  /** The process at the near end died: nobody watches any more; an output keeps its level, as the kernel's does. */
  abandon(): void {
    this.#watchers.clear();
  }

  #change(change: () => void): void {
    const before = this.level;
    change();
    if (this.level === before) return;
    for (const watcher of [...this.#sensors, ...this.#watchers]) watcher(this.level);
  }
}

/** The GPIO of a simulated board: chips by label, each with its lines. */
export class VirtualGpio {
  readonly #chips = new Map<string, VirtualLine[]>();

  addChip(label: string, lines: number): void {
    this.#chips.set(
      label,
      Array.from({ length: lines }, () => new VirtualLine()),
    );
  }

  /** By label, in the order in which they were added. */
  get chips(): ReadonlyMap<string, readonly VirtualLine[]> {
    return this.#chips;
  }

  abandon(): void {
    for (const lines of this.#chips.values()) for (const line of lines) line.abandon();
  }

  /** PortError `bus` when there is no such chip or line. */
  line(chip: string, offset: number): VirtualLine {
    const lines = this.#chips.get(chip);
    const line = lines?.[offset];
    if (line) return line;
    const detail = lines
      ? `${chip} has lines 0 to ${lines.length - 1}`
      : `this board has ${[...this.#chips.keys()].join(", ") || "no GPIO chip"}`;
    throw new PortError("bus", { port: lineName({ chip, offset }), operation: "open", detail });
  }
}

/**
 * The GPIO port of one life of a unit on a simulated board.
 * @param nowMs the board's monotonic clock, for the time of an edge
 * @param edge where calls can fail as a kernel's
 */
export function virtualGpioPort(gpio: VirtualGpio, nowMs: () => number, edge?: KernelEdge): GpioPort {
  const taken = new Set<VirtualLine>();
  return {
    async open(address, settings) {
      const line = gpio.line(address.chip, address.offset);
      const name = lineName(address);
      if (taken.has(line))
        throw new PortError("bus", { port: name, operation: "open", detail: "line is busy" });
      const node = edge && new LineNode(name, edge);
      taken.add(line);
      const release = () => void taken.delete(line);
      await node?.enter("open").catch((error: unknown) => {
        release();
        throw error;
      });
      return new OpenLine({ name, line, node, nowMs, release }, settings);
    },
  };
}

interface Opened {
  readonly name: string;
  readonly line: VirtualLine;
  readonly node: LineNode | undefined;
  readonly nowMs: () => number;
  readonly release: () => void;
}

class OpenLine implements GpioLine {
  readonly name: string;
  readonly #opened: Opened;
  readonly #line: VirtualLine;
  readonly #invert: 0 | 1;
  readonly #isOutput: boolean;
  readonly #watches = new Set<Cancel>();
  #open = true;

  constructor(opened: Opened, settings: Parameters<GpioPort["open"]>[1]) {
    this.name = opened.name;
    this.#opened = opened;
    this.#line = opened.line;
    this.#invert = settings.activeLow ? 1 : 0;
    this.#isOutput = settings.direction === "out";
    if (this.#isOutput) this.#line.output(this.#flip(settings.initial ?? 0));
  }

  async read(): Promise<Level> {
    this.#check("read");
    if (this.#opened.node?.isTroubled) await this.#opened.node.enter("read");
    return this.#flip(this.#line.level);
  }

  async write(level: Level): Promise<void> {
    this.#check("write");
    if (!this.#isOutput)
      throw new PortError("bus", { port: this.name, operation: "write", detail: "line is an input" });
    if (this.#opened.node?.isTroubled) await this.#opened.node.enter("write");
    this.#line.output(this.#flip(level));
  }

  watch(listener: (level: Level, atMs: number) => void): Cancel {
    const { node, nowMs } = this.#opened;
    const report = (physical: Level) => listener(this.#flip(physical), nowMs());
    const cancelWatch = node ? node.watch(this.#line, report) : this.#line.watch(report);
    const cancel = () => {
      cancelWatch();
      this.#watches.delete(cancel);
    };
    this.#watches.add(cancel);
    return cancel;
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    for (const cancel of [...this.#watches]) cancel();
    if (this.#isOutput) this.#line.output(undefined);
    this.#opened.release();
  }

  #flip(level: Level): Level {
    return (level ^ this.#invert) as Level;
  }

  #check(operation: string): void {
    if (!this.#open)
      throw new PortError("not-ready", { port: this.name, operation, detail: "line is closed" });
  }
}
