import type { Duration } from "../duration.ts";
import type { ClockQuality } from "../sample.ts";

/** Ends what it was returned for: a timer, a watch, a subscription. Calling it twice does nothing. */
export type Cancel = () => void;

/**
 * Time as a unit knows it.
 * - `now()` is monotonic milliseconds from an arbitrary origin; it never steps.
 * - `wall()` is Unix milliseconds, `undefined` until somebody called `setWall`: a board boots without the time.
 * - `after(delay, run)` calls `run` once, never before the call returns, at or after `now() + delay`; timers due
 *   at the same instant run in the order in which they were asked for. `every` repeats on the grid that starts
 *   now, without drift; a late process skips missed ticks and never bunches them.
 * All waiting in Plinth goes through this port.
 */
export interface Clock {
  now(): number;
  wall(): number | undefined;
  readonly wallQuality: ClockQuality;
  /** Tell the unit the time. A lower quality never replaces a higher one. */
  setWall(unixMs: number, quality: Exclude<ClockQuality, "none">): void;
  after(delay: Duration, run: () => void): Cancel;
  every(period: Duration, run: () => void): Cancel;
}

/** What every clock has in common: the wall time as an offset to its own, and timers by the instant they are due. */
export abstract class MonotonicClock implements Clock {
  #wallOffsetMs: number | undefined;
  #quality: ClockQuality = "none";

  abstract now(): number;

  /** Calls `run` once, at or after `now()` is `dueMs`. */
  protected abstract at(dueMs: number, run: () => void): Cancel;

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
    return this.at(this.now() + Math.max(delay, 0), run);
  }

  every(period: Duration, run: () => void): Cancel {
    if (!(period > 0)) throw new RangeError(`a period must be longer than 0 ms, not ${period}`);
    const startMs = this.now();
    let tick = 0;
    let cancel: Cancel = () => {};
    const next = () => {
      tick = Math.max(tick, Math.floor((this.now() - startMs) / period)) + 1;
      cancel = this.at(startMs + tick * period, () => {
        next();
        run();
      });
    };
    next();
    return () => cancel();
  }
}

/** Resolves after `delay`; rejects with the signal's reason when that is aborted first. */
export function sleep(clock: Clock, delay: Duration, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const aborted = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.after(delay, () => {
      signal?.removeEventListener("abort", aborted);
      resolve();
    });
    signal?.addEventListener("abort", aborted, { once: true });
  });
}

/** The outcome of `work`, or a rejection with `late()` when it is not settled within `limit`. */
export function deadline<T>(clock: Clock, limit: Duration, work: Promise<T>, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(limit, () => reject(late()));
    work.then(
      (outcome) => {
        cancel();
        resolve(outcome);
      },
      (error) => {
        cancel();
        reject(error);
      },
    );
  });
}
