import { constants } from "node:os";
import type { Level } from "#devices/ports/gpio.ts";
import type { VirtualLine } from "../../ports/gpio.ts";

const { EINVAL, EIO, EPERM } = constants.errno;

/** The files of an exported line, as /sys/class/gpio/gpioN has them. */
export const lineAttributes = ["direction", "value", "edge", "active_low"] as const;

export type LineAttribute = (typeof lineAttributes)[number];

const edges = ["none", "rising", "falling", "both"] as const;

/**
 * A line that was exported to sysfs, as drivers/gpio/gpiolib-sysfs.c has it: levels and edges are logical, after
 * active_low, except those of the directions `high` and `low`.
 */
export class ExportedLine {
  readonly #line: VirtualLine;
  readonly #onEdge: () => void;
  #isOutput = false;
  #activeLow: 0 | 1 = 0;
  #edge: (typeof edges)[number] = "none";
  #isExported = true;

  /** @param onEdge an interrupt came that was asked for */
  constructor(line: VirtualLine, onEdge: () => void) {
    this.#line = line;
    this.#onEdge = onEdge;
    line.sense((physical) => this.#sensed(physical));
  }

  show(attribute: LineAttribute): string {
    const shown = {
      direction: this.#isOutput ? "out" : "in",
      value: this.#logical(this.#line.level),
      edge: this.#edge,
      active_low: this.#activeLow,
    };
    return `${shown[attribute]}\n`;
  }

  /** 0, or an errno. */
  store(attribute: LineAttribute, text: string): number {
    // sysfs_streq: one newline at the end does not count.
    const word = text.replace(/\n$/, "");
    if (attribute === "direction") return this.#turn(word);
    if (attribute === "edge") return this.#interruptOn(word);
    const number = parsedNumber(text);
    if (attribute === "value" && !this.#isOutput) return EPERM;
    if (number === undefined) return EINVAL;
    if (attribute === "active_low") this.#activeLow = number ? 1 : 0;
    else this.#line.output(this.#logical(number ? 1 : 0));
    return 0;
  }

  /** pinctrl-bcm2835 turns a freed line into an input (bcm2835_pmx_gpio_disable_free). */
  unexport(): void {
    this.#isExported = false;
    if (this.#isOutput) this.#line.output(undefined);
  }

  #turn(word: string): number {
    if (!["in", "out", "high", "low"].includes(word)) return EINVAL;
    // A line whose interrupt is in use is not made an output (gpiod_direction_output).
    if (word !== "in" && this.#edge !== "none") return EIO;
    this.#isOutput = word !== "in";
    this.#line.output(this.#isOutput ? (word === "high" ? 1 : 0) : undefined);
    return 0;
  }

  #interruptOn(word: string): number {
    const edge = edges.find((name) => name === word);
    if (!edge) return EINVAL;
    // gpiochip_lock_as_irq refuses an output.
    if (edge !== "none" && this.#isOutput) return EIO;
    this.#edge = edge;
    return 0;
  }

  #sensed(physical: Level): void {
    if (!this.#isExported) return;
    const direction = this.#logical(physical) ? "rising" : "falling";
    if (this.#edge === "both" || this.#edge === direction) this.#onEdge();
  }

  #logical(level: Level): Level {
    return (level ^ this.#activeLow) as Level;
  }
}

/** A number as kstrtol reads it: decimal, 0x or 0 for octal, a sign, and one newline. */
export function parsedNumber(text: string): number | undefined {
  const [, sign = "", digits = ""] = /^([+-]?)(0x[0-9a-f]+|0[0-7]*|[1-9][0-9]*)\n?$/i.exec(text) ?? [];
  if (!digits) return undefined;
  const number = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  return sign === "-" ? -number : number;
}
