import { join } from "node:path";
import type { Level } from "#devices/ports/gpio.ts";
import { JudgedBoard } from "./judged-board.ts";
import { unpacked } from "./published-package.ts";
import { commandOf, RunningExample } from "./running-example.ts";

/** johnny-five's last version on npm that carries its examples. They require johnny-five 2.1.0 here, as Plinth does. */
const published = {
  name: "johnny-five",
  version: "0.8.106",
  integrity:
    "sha512-GM5vKgz5FlfFBB2iJgYvLFsHkkcUAvMT4tnBuPBr4C0oPtuli/Z0TFPWSI3tiOUU3+4bbwEomo4lCxAvbhO8Zg==",
};

/** A folder with johnny-five's published examples in eg/, as they are. Whoever asks removes it. */
export const examples = (): Promise<string> => unpacked(published);

/** For what comes of a program in a process of its own. */
export const soon = { timeout: 30_000, interval: 25 };

export const line = (offset: number) => ({ kind: "gpio", chip: "pinctrl-bcm2711", offset }) as const;
export const at = (address: number) => ({ kind: "i2c", bus: 1, address }) as const;

/** A board on which one example runs, wired as the example has it. */
export class ExampleBoard extends JudgedBoard {
  readonly #folder: string;
  #example: RunningExample | undefined;

  /** @param folder of `examples` */
  constructor(folder: string) {
    super();
    this.#folder = folder;
    // There with nothing on it, too.
    this.board.i2c(1);
  }

  /** When all parts are soldered. @param name of the example, without its folder and `.js` */
  async example(name: string): Promise<RunningExample> {
    await this.offer();
    this.#example = new RunningExample(commandOf(join(this.#folder, "eg", `${name}.js`)), this.env);
    return this.#example;
  }

  /** Each level that a pin takes from now on, and when, ms. */
  levelsOf(offset: number) {
    const levels: { readonly level: Level; readonly atMs: number }[] = [];
    this.board.gpio.line(line(offset).chip, offset).sense((level) => {
      levels.push({ level, atMs: this.loop.now });
    });
    return levels;
  }

  /** Throws when the example had complained, or had ended by itself. */
  override async close(): Promise<void> {
    try {
      await this.#example?.close();
    } finally {
      await super.close();
    }
  }
}
