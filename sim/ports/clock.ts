import type { Duration } from "#devices/duration.ts";
import type { Cancel, Clock } from "#devices/ports/clock.ts";
import type { ClockQuality } from "#devices/sample.ts";
import type { EventLoop } from "../loop.ts";

export interface VirtualClockOptions {
  /** How much faster this board's oscillator runs than the street's time, in parts per million. */
  readonly driftPpm?: number;
}

/** Distance between two neighbouring doubles around today's Unix milliseconds (2^40 to 2^41). */
const unixUlpMs = 2 ** -12;

/** A board's clock on the simulator's event loop: it starts at zero when the board does, without the time. */
export class VirtualClock implements Clock {
  readonly #loop: EventLoop;
  readonly #bootMs: number;
  readonly #rate: number;
  #wallOffsetMs: number | undefined;
  #quality: ClockQuality = "none";
  #running = true;

  constructor(loop: EventLoop, options: VirtualClockOptions = {}) {
    this.#loop = loop;
    this.#bootMs = loop.now;
    this.#rate = 1 + (options.driftPpm ?? 0) / 1e6;
  }

  now(): number {
    return (this.#loop.now - this.#bootMs) * this.#rate;
  }

  wall(): number | undefined {
    return this.#wallOffsetMs === undefined ? undefined : this.#wallOffsetMs + this.now();
  }

  get wallQuality(): ClockQuality {
    return this.#quality;
  }

  setWall(unixMs: number, quality: Exclude<ClockQuality, "none">): void {
    if (this.#quality === "network" && quality === "rtc") return;
    this.#wallOffsetMs = unixMs - this.now();
    this.#quality = quality;
  }

  after(delay: Duration, run: () => void): Cancel {
    return this.#at(this.now() + Math.max(delay, 0), run);
  }

  every(period: Duration, run: () => void): Cancel {
    if (!(period > 0)) throw new RangeError(`a period must be longer than 0 ms, not ${period}`);
    const start = this.now();
    let tick = 0;
    let cancel: Cancel = () => {};
    const next = () => {
      tick = Math.max(tick + 1, Math.floor((this.now() - start) / period + 1e-9));
      cancel = this.#at(start + tick * period, () => {
        next();
        run();
      });
    };
    next();
    return () => cancel();
  }

  /** The board lost power or the process was killed: nothing that waited on this clock will ever run. */
  halt(): void {
    this.#running = false;
  }

  #at(clockMs: number, run: () => void): Cancel {
    let dueMs = this.#bootMs + clockMs / this.#rate;
    // Unix milliseconds leave a double a quarter microsecond: rounded down, the timer would fire before its time.
    if ((dueMs - this.#bootMs) * this.#rate < clockMs) dueMs += unixUlpMs;
    return this.#loop.at(dueMs, () => {
      if (this.#running) run();
    });
  }
}
