import type { Cancel } from "#devices/ports/clock.ts";

/** A timer, and where in the heap it is; gone once it fired or was cancelled. */
interface Timer {
  readonly run: () => void;
  /** What it does is over when it returns. */
  readonly isQuiet: boolean;
  index: number;
}

const gone = -1;

/** Instants between two looks at the outside world: some 50 ms of real time, so that a progress bar moves. */
const instantsPerTurn = 4096;

/** setTimeout's delay is a 32-bit integer. */
const longestPauseMs = 2 ** 31 - 1;

/**
 * The simulator's event loop: virtual milliseconds, a 4-ary heap, first come first served among equals.
 * Fake timers manage some hundred events a second at 10,000 timers; a city needs millions.
 *
 * Time advances only in `runUntil` (as fast as it can) and `pace` (at a multiple of real time). Between two
 * instants all promises settle, so that what an event set in motion is finished before time moves on.
 */
export class EventLoop {
  #times = new Float64Array(1024);
  #orders = new Float64Array(1024);
  #timers: (Timer | undefined)[] = [];
  #size = 0;
  #asked = 0;
  #nowMs: number;
  #stopped = false;
  #requests: (() => void)[] = [];
  /** Ends the pause that `pace` makes now. */
  #wake: () => void = () => {};

  /** @param startMs the instant at which the loop begins: Unix milliseconds, so that world and loop agree. */
  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  get now(): number {
    return this.#nowMs;
  }

  /** Timers that have neither fired nor been cancelled. */
  get pending(): number {
    return this.#size;
  }

  /** Whether something is left to run at this very instant. */
  get isDue(): boolean {
    return this.#size > 0 && this.#times[0]! <= this.#nowMs;
  }

  /** Calls `run` at `timeMs`, or at the next opportunity if that has passed. RangeError when it is not a number. */
  at(timeMs: number, run: () => void): Cancel {
    return this.#ask(timeMs, run, false);
  }

  /**
   * As `at`, for what is over when `run` returns: a register is set, and nobody waits for that on a promise. An
   * instant with nothing else in it has no promises to wait for.
   */
  quietlyAt(timeMs: number, run: () => void): Cancel {
    return this.#ask(timeMs, run, true);
  }

  #ask(timeMs: number, run: () => void, isQuiet: boolean): Cancel {
    if (Number.isNaN(timeMs)) throw new RangeError("a timer needs a time");
    const timer: Timer = { run, isQuiet, index: gone };
    this.#push(Math.max(timeMs, this.#nowMs), timer);
    return () => {
      if (timer.index !== gone) this.#remove(timer.index);
    };
  }

  /** Runs everything up to and including `endMs`. `onProgress` is called now and then with the virtual time. */
  async runUntil(endMs: number, onProgress?: (nowMs: number) => void): Promise<void> {
    this.#stopped = false;
    await settled();
    let instants = 0;
    while (!this.#stopped && this.#size > 0 && this.#times[0]! <= endMs) {
      if (!this.#runInstant()) await settled();
      if (++instants % instantsPerTurn > 0) continue;
      onProgress?.(this.#nowMs);
      await realTurn();
    }
    if (!this.#stopped) this.#nowMs = Math.max(this.#nowMs, endMs);
    onProgress?.(this.#nowMs);
  }

  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  /**
   * Calls `run` for somebody outside the simulation at the real instant: what is due by then has happened, and
   * nothing that comes later. Where the machine cannot keep up, at the instant that was reached. Waits for `pace`.
   */
  fromOutside(run: () => void): void {
    this.#requests.push(run);
    this.#wake();
  }

  /**
   * Follows real time at `speed()` virtual milliseconds per real one, asked again at each step, until `stop`.
   * When the machine cannot keep up, virtual time falls behind; nothing is skipped. At speed 0 time stands.
   * @param limitMs virtual time goes no further than to here, and stops there to the millisecond; asked after `speed`
   */
  async pace(
    speed: () => number,
    realNowMs: () => number,
    limitMs: () => number = () => Number.POSITIVE_INFINITY,
  ): Promise<void> {
    this.#stopped = false;
    let lastMs = realNowMs();
    while (!this.#stopped) {
      const real = realNowMs();
      // At most a quarter second of real time is made up for: after a suspended laptop the street does not race.
      const speedNow = speed();
      const wanted = this.#nowMs + Math.min(real - lastMs, 250) * speedNow;
      const goal = Math.min(wanted, limitMs());
      lastMs = real;
      // What was done to the street since the last turn is finished before its time moves on.
      await settled();
      const sliceEnd = real + 25;
      while (!this.#stopped && this.#size > 0 && this.#times[0]! <= goal && realNowMs() < sliceEnd) {
        if (!this.#runInstant()) await settled();
      }
      const behind = this.#size > 0 && this.#times[0]! <= goal;
      if (!behind && !this.#stopped) this.#nowMs = Math.max(this.#nowMs, goal);
      const answered = await this.#answerRequests();
      if (!answered || behind) await this.#realPause(behind ? 0 : this.#realMsToNext(speedNow));
    }
  }

  /**
   * Its time is that of a clock by which others live too, until `stop`: it sleeps until its next timer is due or
   * somebody asks from outside. For a guest whose own time jumps while all in it sleep.
   */
  async follow(clockMs: () => number): Promise<void> {
    this.#stopped = false;
    while (!this.#stopped) {
      const goal = clockMs();
      await settled();
      while (!this.#stopped && this.#size > 0 && this.#times[0]! <= goal)
        if (!this.#runInstant()) await settled();
      if (this.#stopped) return;
      this.#nowMs = Math.max(this.#nowMs, goal);
      if (await this.#answerRequests()) continue;
      await this.#realPause(
        this.#size > 0 ? Math.min(this.#times[0]! - clockMs(), longestPauseMs) : longestPauseMs,
      );
    }
  }

  /** True when there were any: they may have asked for what is due at once. */
  async #answerRequests(): Promise<boolean> {
    const requests = this.#requests;
    if (requests.length === 0) return false;
    this.#requests = [];
    for (const request of requests) request();
    await settled();
    return true;
  }

  /** At most ten: `speed` and the limit are asked again. */
  #realMsToNext(speed: number): number {
    const toNextMs = this.#size > 0 ? this.#times[0]! - this.#nowMs : Number.POSITIVE_INFINITY;
    return speed > 0 ? Math.min(10, toNextMs / speed) : 10;
  }

  /** The only place where the simulator waits for real time. Whoever asks for something from outside ends it. */
  #realPause(realMs: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#requests.length > 0) return resolve();
      const timeout = setTimeout(resolve, realMs);
      this.#wake = () => {
        clearTimeout(timeout);
        resolve();
      };
    });
  }

  /** Runs what is due at the next instant; true when all of it was quiet. */
  #runInstant(): boolean {
    const instant = this.#times[0]!;
    this.#nowMs = instant;
    let isQuiet = true;
    while (this.#size > 0 && this.#times[0] === instant) {
      const timer = this.#timers[0]!;
      this.#remove(0);
      timer.run();
      isQuiet &&= timer.isQuiet;
    }
    return isQuiet;
  }

  #push(time: number, timer: Timer): void {
    if (this.#size === this.#times.length) this.#grow();
    this.#rise(this.#size++, time, this.#asked++, timer);
  }

  /** The last timer takes the free place, then finds its own: a cancelled one must not outlive its work. */
  #remove(index: number): void {
    this.#timers[index]!.index = gone;
    const last = --this.#size;
    const time = this.#times[last]!;
    const order = this.#orders[last]!;
    const timer = this.#timers[last]!;
    this.#timers[last] = undefined;
    if (index === last) return;
    this.#sink(index, time, order, timer);
    if (timer.index === index) this.#rise(index, time, order, timer);
  }

  #rise(from: number, time: number, order: number, timer: Timer): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 2;
      if (this.#before(parent, time, order)) break;
      this.#move(parent, index);
      index = parent;
    }
    this.#place(index, time, order, timer);
  }

  #sink(from: number, time: number, order: number, timer: Timer): void {
    let index = from;
    for (;;) {
      const first = index * 4 + 1;
      if (first >= this.#size) break;
      let least = first;
      for (let child = first + 1; child < Math.min(first + 4, this.#size); child++)
        if (this.#before(child, this.#times[least]!, this.#orders[least]!)) least = child;
      if (!this.#before(least, time, order)) break;
      this.#move(least, index);
      index = least;
    }
    this.#place(index, time, order, timer);
  }

  #before(index: number, time: number, order: number): boolean {
    const other = this.#times[index]!;
    return other < time || (other === time && this.#orders[index]! < order);
  }

  #move(from: number, to: number): void {
    this.#place(to, this.#times[from]!, this.#orders[from]!, this.#timers[from]!);
  }

  #place(index: number, time: number, order: number, timer: Timer): void {
    this.#times[index] = time;
    this.#orders[index] = order;
    this.#timers[index] = timer;
    timer.index = index;
  }

  #grow(): void {
    const grow = (old: Float64Array<ArrayBuffer>) => {
      const wider = new Float64Array(old.length * 2);
      wider.set(old);
      return wider;
    };
    this.#times = grow(this.#times);
    this.#orders = grow(this.#orders);
  }
}

/**
 * Resolves when every promise that can settle without the outside world has settled. A tick comes when all promises
 * have (Node.js documentation, process.nextTick); the second is for what somebody else's tick has set in motion.
 * This costs half of what a turn of Node's own loop does.
 */
const settled = () => new Promise<void>((resolve) => process.nextTick(tickOnceMore, resolve));

const tickOnceMore = (resolve: () => void) => void nothing.then(() => process.nextTick(resolve));

const nothing = Promise.resolve();

/** Lets Node look at its sockets, signals and timers. */
const realTurn = () => new Promise<void>((resolve) => setImmediate(resolve));
