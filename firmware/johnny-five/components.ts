import type { EventEmitter } from "node:events";
import Board from "johnny-five/lib/board.js";
import Motion from "johnny-five/lib/motion.js";
import Switch from "johnny-five/lib/switch.js";
import type { Cancel, Clock } from "#devices/ports/clock.ts";
import type { BinaryComponent, ComponentPort } from "#devices/ports/components.ts";
import { type GpioPort, type LineAddress, lineName } from "#devices/ports/gpio.ts";
import { PortIo } from "./io.ts";
import { Realm } from "./realm.ts";

/**
 * The component port by johnny-five's Motion and Switch. Each component has a board of its own with one pin, so
 * that closing it stops its timers (a Motion's never end otherwise) and leaves nothing behind.
 *
 * Only these modules of johnny-five are loaded. They pull neither its serial transport nor firmata, which
 * board.js requires inside functions that a board with `io` never calls.
 */
export function johnnyFiveComponents(clock: Clock, gpio: GpioPort): ComponentPort {
  return {
    async motion(line, { calibration }) {
      const bench = new Bench(clock, gpio, line);
      // No `controller`: its default is PIR, and naming it would load the expanders. Motion tells by its own interval
      // what it has known since the edge, so what it tells is not waited for.
      const part = bench.build(
        (at) => new Motion({ ...at, freq: calibration, calibrationDelay: calibration }),
      );
      const detected = () => part.isCalibrated && part.detectedMotion;
      const component = await bench.component(part, [[part, "calibrated"], bench.edge], detected);
      return {
        get detected() {
          return detected();
        },
        get isCalibrated() {
          return part.isCalibrated;
        },
        ...component,
      };
    },
    async contact(line, { closedLevel }) {
      const bench = new Bench(clock, gpio, line);
      // johnny-five's NO is a contact to ground with a pull-up, NC one to the supply; `invert` says it in levels.
      const toGround = closedLevel === 0;
      const part = bench.build((at) => new Switch({ ...at, type: toGround ? "NO" : "NC", invert: toGround }));
      const component = await bench.component(
        part,
        [
          [part, "open"],
          [part, "close"],
        ],
        () => part.isClosed,
      );
      return {
        get closed() {
          return part.isClosed;
        },
        ...component,
      };
    },
  };
}

interface Place {
  readonly id: string;
  readonly board: Board;
  readonly pin: number;
}

/** What johnny-five leaves on a component, and Motion's never-emptied list of them would keep alive. */
type Part = EventEmitter & { board: Board | null; io: EventEmitter | null };

/** After which the state of a component may be another. */
type Signal = readonly [emitter: EventEmitter, event: string];

/** A johnny-five board with the component's line as its pin 0. */
class Bench {
  readonly #clock: Clock;
  readonly #realm: Realm;
  readonly #io: PortIo;
  readonly #place: Place;

  constructor(clock: Clock, gpio: GpioPort, line: LineAddress) {
    this.#clock = clock;
    this.#realm = new Realm(clock, "resting");
    this.#io = new PortIo(this.#realm, { gpio, pins: [line] });
    const id = lineName(line);
    const board = this.#realm.run(
      () => new Board({ id, io: this.#io, repl: false, debug: false, sigint: false }),
    );
    this.#place = { id, board, pin: 0 };
  }

  build<P extends Part>(make: (place: Place) => P): P {
    return this.#realm.run(() => make(this.#place));
  }

  /** The pin's level is known to johnny-five. */
  get edge(): Signal {
    return [this.#io, "digital-read-0"];
  }

  /** Once the first level is known: reports each change of `state`, looked at after each of `signals`. */
  async component(part: Part, signals: readonly Signal[], state: () => boolean): Promise<BinaryComponent> {
    await this.#opened(part);
    const listeners = new Set<(state: boolean, atMs: number) => void>();
    let known = state();
    const look = () => {
      if (state() === known) return;
      known = !known;
      const atMs = this.#clock.now();
      for (const listener of [...listeners]) this.#realm.leave(() => listener(known, atMs));
    };
    for (const [emitter, event] of signals) emitter.on(event, look);
    return {
      onChange(listener): Cancel {
        // One of its own for each call, so that a listener given twice is told twice.
        const own = (state: boolean, atMs: number) => listener(state, atMs);
        listeners.add(own);
        return () => listeners.delete(own);
      },
      confirm: () => this.#io.confirm(0),
      close: () => this.#close(part),
    };
  }

  async #opened(part: Part): Promise<void> {
    try {
      await this.#io.outcome(0);
    } catch (error) {
      await this.#close(part);
      throw error;
    }
  }

  async #close(part: Part): Promise<void> {
    this.#realm.close();
    part.removeAllListeners();
    part.board = null;
    part.io = null;
    await this.#io.close();
  }
}
