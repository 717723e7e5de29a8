import { type Cancel, MonotonicClock } from "#devices/ports/clock.ts";
import type { EventLoop } from "../loop.ts";

export interface VirtualClockOptions {
  /** How much faster this board's oscillator runs than the street's time, in parts per million. */
  readonly driftPpm?: number;
}

/** Distance between two neighbouring doubles around today's Unix milliseconds (2^40 to 2^41). */
const unixUlpMs = 2 ** -12;

/** A board's clock on the simulator's event loop: it starts at zero when the board does, without the time. */
export class VirtualClock extends MonotonicClock {
  readonly #loop: EventLoop;
  readonly #bootMs: number;
  readonly #rate: number;
  #running = true;

  constructor(loop: EventLoop, options: VirtualClockOptions = {}) {
    super();
    this.#loop = loop;
    this.#bootMs = loop.now;
    this.#rate = 1 + (options.driftPpm ?? 0) / 1e6;
  }

  now(): number {
    return (this.#loop.now - this.#bootMs) * this.#rate;
  }

  /** The board lost power or the process was killed: nothing that waited on this clock will ever run. */
  halt(): void {
    this.#running = false;
  }

  protected at(clockMs: number, run: () => void): Cancel {
    let dueMs = this.#bootMs + clockMs / this.#rate;
    // Unix milliseconds leave a double a quarter microsecond: rounded down, the timer would fire before its time.
    if ((dueMs - this.#bootMs) * this.#rate < clockMs) dueMs += unixUlpMs;
    return this.#loop.at(dueMs, () => {
      if (this.#running) run();
    });
  }
}
