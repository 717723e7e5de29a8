import five from "johnny-five";
import type { Prompt } from "johnny-five/lib/board.js";
import temporal from "temporal";
import type { Clock } from "#devices/ports/clock.ts";
import { PortIo, type Wiring } from "./io.ts";
import { Realm } from "./realm.ts";

/** johnny-five as a program sees it. `new five.Board()` is the board that the program runs on. */
export type JohnnyFive = typeof five;

/** Stops the program's timers, and releases its lines when what it asked for is done. */
export interface Program {
  /** Calls into the running program, as a person at its prompt would: `program.run(() => led.off())`. */
  run<T>(work: () => T): T;
  close(): Promise<void>;
}

export interface ProgramOptions {
  /**
   * The prompt on the process's terminal that johnny-five gives a program, as `board.repl`: many published examples
   * hand it their parts. Without it `board.repl` is false.
   */
  readonly prompt?: boolean;
}

/**
 * Runs a johnny-five program, written as in johnny-five's own documentation, on Plinth's ports and clock.
 * This loads all of johnny-five: for programs and tests; what a unit needs is in components.ts.
 *
 * johnny-five knows an expander by its I2C address alone, once per process: a PCA9685 at an address that another
 * program's board has used is refused with an Error instead of moving the other board's servos.
 */
export function runProgram(
  clock: Clock,
  wiring: Wiring,
  program: (five: JohnnyFive) => void,
  { prompt = false }: ProgramOptions = {},
): Program {
  const realm = new Realm(clock);
  const io = new PortIo(realm, wiring);
  class Board extends five.Board {
    constructor() {
      super({ id: "Plinth", io, repl: prompt, debug: false, sigint: false });
      this.once("ready", () => this.repl && typeInto(realm, this.repl.cmd));
    }
  }
  realm.run(() => program({ ...five, Board } as JohnnyFive));
  return {
    run: (work) => realm.run(work),
    async close() {
      realm.close();
      await io.close();
    },
  };
}

/** What is typed at the prompt finds the timers of the program: its `led.stop()` must clear an interval of theirs. */
function typeInto(realm: Realm, prompt: Prompt): void {
  const evaluate = prompt.eval;
  prompt.eval = (...line) => realm.run(() => evaluate.apply(prompt, line));
}

/** temporal's own loop spins on setImmediate; this one waits on the timer that is in place, the board's clock. */
temporal.loop = (periodMs, work) => {
  const interval = setInterval(() => work({ calledAt: Date.now() }), periodMs);
  return { stop: () => clearInterval(interval) };
};

const { Expander } = five;
const anyExpander = Expander.get;
Expander.get = (required) => {
  const active = Expander.byAddress(required.address);
  if (!active || active.board === five.Board.mount()) return anyExpander(required);
  const address = `0x${required.address.toString(16)}`;
  throw new Error(`johnny-five has an expander at ${address} already, on another board of this process`);
};
