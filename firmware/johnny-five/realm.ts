import Board from "johnny-five/lib/board.js";
import { type Duration, milliseconds } from "#devices/duration.ts";
import type { Cancel, Clock } from "#devices/ports/clock.ts";

type Callback = (...args: unknown[]) => void;
type TimerFunctions = Pick<
  typeof globalThis,
  "setTimeout" | "clearTimeout" | "setInterval" | "clearInterval" | "setImmediate" | "clearImmediate"
>;

/** What johnny-five finds in the process at the moment of a call. */
interface Surroundings extends TimerFunctions {
  readonly now: typeof Date.now;
  readonly nextTick: typeof process.nextTick;
  readonly boards: Board[];
}

function take(): Surroundings {
  return {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    setInterval: globalThis.setInterval,
    clearInterval: globalThis.clearInterval,
    setImmediate: globalThis.setImmediate,
    clearImmediate: globalThis.clearImmediate,
    now: Date.now,
    nextTick: process.nextTick,
    boards: Board.cache.splice(0),
  };
}

/** One by one: Object.assign to the global object costs a microsecond, and this happens at every entry. */
function put(surroundings: Surroundings): void {
  globalThis.setTimeout = surroundings.setTimeout;
  globalThis.clearTimeout = surroundings.clearTimeout;
  globalThis.setInterval = surroundings.setInterval;
  globalThis.clearInterval = surroundings.clearInterval;
  globalThis.setImmediate = surroundings.setImmediate;
  globalThis.clearImmediate = surroundings.clearImmediate;
  Date.now = surroundings.now;
  process.nextTick = surroundings.nextTick;
  Board.cache.push(...surroundings.boards);
}

const { nextTick } = process;

/** What setTimeout returns to johnny-five: something to give to clearTimeout. */
class Timer {
  readonly cancel: Cancel;

  constructor(cancel: Cancel) {
    this.cancel = cancel;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

/**
 * `steady` intervals tick always. `resting` ones only at the next tick after something has entered the board, for
 * components whose interval looks at nothing but their pin: a Motion would otherwise wake an idle unit twice a second.
 */
type Intervals = "steady" | "resting";

/**
 * The globals of one johnny-five board: its timers wait on the Clock port, its list of boards is its own.
 *
 * johnny-five reads setTimeout, Date.now and its list of boards at the moment of each call. So every entry into
 * it (a constructor, a pin's level, a timer) goes through `run`, which puts this board's globals in place for
 * that one synchronous call and the former ones back after it. Date.now is monotonic milliseconds here, since
 * johnny-five measures spans with it. process.hrtime stays: its only use is to spin for some microseconds.
 */
export class Realm {
  readonly clock: Clock;
  readonly #intervals: Intervals;
  readonly #timers = new Set<Timer>();
  /** Arms each interval that rests. */
  readonly #alarms = new Set<() => void>();
  #inside: Surroundings;
  #outside: Surroundings | undefined;
  #isOpen = true;

  constructor(clock: Clock, intervals: Intervals = "steady") {
    this.clock = clock;
    this.#intervals = intervals;
    this.#inside = {
      ...this.#timerFunctions(),
      now: () => clock.now(),
      nextTick: (callback: Callback, ...args: unknown[]) =>
        nextTick(() => this.#enter(() => callback(...args))),
      boards: [],
    };
  }

  /** Timers of this board that will still fire. */
  get pending(): number {
    return this.#timers.size;
  }

  run<T>(work: () => T): T {
    for (const arm of this.#alarms) arm();
    return this.#within(work);
  }

  #within<T>(work: () => T): T {
    const callers = this.#outside;
    this.#outside = take();
    put(this.#inside);
    try {
      return work();
    } finally {
      this.#inside = take();
      put(this.#outside);
      this.#outside = callers;
    }
  }

  /** For what johnny-five calls and is not a part of it: `work` sees the globals of whoever called `run`. */
  leave<T>(work: () => T): T {
    if (!this.#outside) return work();
    const inside = take();
    put(this.#outside);
    try {
      return work();
    } finally {
      this.#outside = take();
      put(inside);
    }
  }

  /** Stops every timer, for johnny-five has no way to stop a Motion, and lets go of the boards. */
  close(): void {
    this.#isOpen = false;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    this.#inside = { ...this.#inside, boards: [] };
    // A cache of functions that holds every board it ever served; what is still in use is made again.
    Board.Pins.normalize.clear();
  }

  #enter(work: () => void): void {
    if (this.#isOpen) this.run(work);
  }

  #timerFunctions(): TimerFunctions {
    const once = (callback: Callback, delayMs = 0, ...args: unknown[]) => {
      const cancel = this.clock.after(delay(delayMs), () => {
        this.#timers.delete(timer);
        this.#enter(() => callback(...args));
      });
      const timer = this.#keep(cancel);
      return timer;
    };
    const repeated = (callback: Callback, periodMs = 0, ...args: unknown[]) => {
      const tick = () => {
        if (this.#isOpen) this.#within(() => callback(...args));
      };
      const isSteady = this.#intervals === "steady";
      return this.#keep(
        isSteady ? this.clock.every(delay(periodMs), tick) : this.#resting(delay(periodMs), tick),
      );
    };
    const clear = (timer: unknown) => {
      if (!(timer instanceof Timer)) return;
      timer.cancel();
      this.#timers.delete(timer);
    };
    return {
      setTimeout: once,
      clearTimeout: clear,
      setInterval: repeated,
      clearInterval: clear,
      setImmediate: (callback: Callback, ...args: unknown[]) => once(callback, 0, ...args),
      clearImmediate: clear,
    } as unknown as TimerFunctions;
  }

  /** Of the ticks of `every`, those that follow an entry. */
  #resting(period: Duration, run: () => void): Cancel {
    const start = this.clock.now();
    let ticked = 0;
    let cancel: Cancel | undefined;
    const arm = () => {
      if (cancel) return;
      const passed = this.clock.now() - start;
      const tick = Math.max(Math.ceil(passed / period - 1e-9), ticked + 1);
      cancel = this.clock.after(milliseconds(tick * period - passed), () => {
        cancel = undefined;
        ticked = tick;
        run();
      });
    };
    this.#alarms.add(arm);
    arm();
    return () => {
      this.#alarms.delete(arm);
      cancel?.();
    };
  }

  #keep(cancel: Cancel): Timer {
    const timer = new Timer(cancel);
    this.#timers.add(timer);
    return timer;
  }
}

/** Node's rule: a delay below 1 ms, or none, is 1 ms (Node.js documentation, Timers, setTimeout). */
const delay = (ms: number): Duration => milliseconds(Math.max(ms || 0, 1));
