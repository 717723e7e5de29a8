import {
  existsSync,
  type FSWatcher,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  watch,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Level } from "#devices/ports/gpio.ts";
import type { EventLoop } from "../../loop.ts";
import type { VirtualLine } from "../../ports/gpio.ts";

const configfs = "/sys/kernel/config/gpio-sim";
const platform = "/sys/devices/platform";
const tree = "/sys/class/gpio";

/** Of a chip that is to be offered. */
export interface OfferedChip {
  readonly label: string;
  /** By offset. */
  readonly lines: readonly VirtualLine[];
}

/**
 * Offers the lines of a chip by the kernel's gpio-sim (Linux, Documentation/admin-guide/gpio/gpio-sim.rst): what drives
 * a wire from outside pulls the simulated line, and what a program sets by the sysfs tree drives the wire. Two levels
 * that a program sets within one instant may be seen as the second alone.
 * @returns what takes the chip away again
 */
export function offerChip({ label, lines }: OfferedChip, loop: EventLoop): () => void {
  const device = join(configfs, label);
  const bank = join(device, "bank");
  mkdirSync(bank, { recursive: true });
  writeFileSync(join(bank, "num_lines"), String(lines.length));
  writeFileSync(join(bank, "label"), label);
  writeFileSync(join(device, "live"), "1");
  const simulated = join(platform, attribute(device, "dev_name"), attribute(bank, "chip_name"));
  const base = baseOf(label);
  const offered = lines.map(
    (line, offset) =>
      new OfferedLine(line, join(simulated, `sim_gpio${offset}`), join(tree, `gpio${base + offset}`)),
  );
  const look = () =>
    loop.fromOutside(() => {
      for (const line of offered) line.look(loop);
    });
  const watches = ["export", "unexport"].map((file) => watch(join(tree, file), look));
  return () => {
    for (const one of watches) one.close();
    for (const line of offered) line.close();
    writeFileSync(join(device, "live"), "0");
    rmdirSync(bank);
    rmdirSync(device);
  };
}

const attribute = (folder: string, name: string) => readFileSync(join(folder, name), "latin1").trim();

function baseOf(label: string): number {
  const chip = readdirSync(tree).find(
    (name) => name.startsWith("gpiochip") && attribute(join(tree, name), "label") === label,
  );
  if (chip === undefined) throw new Error(`${tree} has no chip ${label}`);
  return Number(attribute(join(tree, chip), "base"));
}

class OfferedLine {
  readonly #line: VirtualLine;
  readonly #simulated: string;
  readonly #exported: string;
  #watches: FSWatcher[] = [];
  /** Inode of the folder that is watched: the next export makes another. */
  #watched: bigint | undefined;
  #pulled: Level = 0;
  #isOpen = true;

  /**
   * @param simulated folder of gpio-sim's own attributes of the line
   * @param exported where the sysfs tree has it while a program holds it
   */
  constructor(line: VirtualLine, simulated: string, exported: string) {
    this.#line = line;
    this.#simulated = simulated;
    this.#exported = exported;
    this.#pull(line.level);
    line.sense((level) => this.#pull(level));
  }

  /** It may have been exported or given back. */
  look(loop: EventLoop): void {
    const folder = statSync(this.#exported, { bigint: true, throwIfNoEntry: false })?.ino;
    if (folder === this.#watched) return;
    if (this.#watched !== undefined) this.#released();
    this.#watched = folder;
    if (folder !== undefined) this.#taken(loop);
  }

  close(): void {
    this.#isOpen = false;
    if (this.#watched !== undefined) this.#released();
  }

  #taken(loop: EventLoop): void {
    const changed = () => loop.fromOutside(() => this.#driven());
    this.#watches = ["direction", "value"].map((file) => watch(join(this.#exported, file), changed));
    for (const one of this.#watches) one.on("error", () => {});
    this.#driven();
  }

  #released(): void {
    for (const one of this.#watches) one.close();
    this.#watches = [];
    this.#watched = undefined;
    this.#line.output(undefined);
  }

  /** What is at the pin now. The sysfs tree's own value would be turned round where the line is active low. */
  #driven(): void {
    if (this.#watched === undefined || !existsSync(this.#exported)) return;
    const isOutput = attribute(this.#exported, "direction") === "out";
    this.#line.output(isOutput ? (Number(attribute(this.#simulated, "value")) as Level) : undefined);
  }

  #pull(level: Level): void {
    if (!this.#isOpen || level === this.#pulled) return;
    this.#pulled = level;
    writeFileSync(join(this.#simulated, "pull"), level === 1 ? "pull-up" : "pull-down");
  }
}
