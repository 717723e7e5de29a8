import type { Cancel } from "#devices/ports/clock.ts";

/** A timer; without `run` it was cancelled and waits only to be thrown away. */
interface Timer {
  run: (() => void) | undefined;
}

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

  /** @param startMs the instant at which the loop begins: Unix milliseconds, so that world and loop agree. */
  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  get now(): number {
    return this.#nowMs;
  }

  /** Timers that have not fired; cancelled ones count until their time comes. */
  get pending(): number {
    return this.#size;
  }

  /** Calls `run` at `timeMs`, or at the next opportunity if that has passed. */
  at(timeMs: number, run: () => void): Cancel {
    const timer: Timer = { run };
    this.#push(Math.max(timeMs, this.#nowMs), timer);
    return () => {
      timer.run = undefined;
    };
  }

  /** Runs everything up to and including `endMs`. `onProgress` is called now and then with the virtual time. */
  async runUntil(endMs: number, onProgress?: (nowMs: number) => void): Promise<void> {
    this.#stopped = false;
    await settled();
    let instants = 0;
    while (!this.#stopped && this.#size > 0 && this.#times[0]! <= endMs) {
      if (this.#runInstant()) await settled();
      if (++instants % 4096 === 0) onProgress?.(this.#nowMs);
    }
    if (!this.#stopped) this.#nowMs = Math.max(this.#nowMs, endMs);
    onProgress?.(this.#nowMs);
  }

  stop(): void {
    this.#stopped = true;
  }

  /**
   * Follows real time at `speed()` virtual milliseconds per real one, asked again at each step, until `stop`.
   * When the machine cannot keep up, virtual time falls behind; nothing is skipped. At speed 0 time stands.
   */
  async pace(speed: () => number, realNowMs: () => number): Promise<void> {
    this.#stopped = false;
    let lastMs = realNowMs();
    while (!this.#stopped) {
      const real = realNowMs();
      // At most a quarter second of real time is made up for: after a suspended laptop the street does not race.
      const goal = this.#nowMs + Math.min(real - lastMs, 250) * speed();
      lastMs = real;
      const sliceEnd = real + 25;
      while (!this.#stopped && this.#size > 0 && this.#times[0]! <= goal && realNowMs() < sliceEnd) {
        if (this.#runInstant()) await settled();
      }
      const behind = this.#size > 0 && this.#times[0]! <= goal;
      if (!behind) this.#nowMs = Math.max(this.#nowMs, goal);
      await realPause(behind ? 0 : 10);
    }
  }

  /** Runs what is due at the next instant; false when all of it had been cancelled. */
  #runInstant(): boolean {
    const instant = this.#times[0]!;
    this.#nowMs = instant;
    let ran = false;
    while (this.#size > 0 && this.#times[0] === instant) {
      const { run } = this.#pop();
      if (!run) continue;
      ran = true;
      run();
    }
    return ran;
  }

  #push(time: number, timer: Timer): void {
    if (this.#size === this.#times.length) this.#grow();
    let index = this.#size++;
    const order = this.#asked++;
    while (index > 0) {
      const parent = (index - 1) >> 2;
      if (this.#times[parent]! <= time) break;
      this.#move(parent, index);
      index = parent;
    }
    this.#place(index, time, order, timer);
  }

  #pop(): Timer {
    const top = this.#timers[0]!;
    const last = --this.#size;
    const time = this.#times[last]!;
    const order = this.#orders[last]!;
    const timer = this.#timers[last]!;
    this.#timers[last] = undefined;
    if (last > 0) this.#sink(time, order, timer);
    return top;
  }

  #sink(time: number, order: number, timer: Timer): void {
    let index = 0;
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

/** Resolves when every promise that can settle without the outside world has settled. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** The only place where the simulator waits for real time. */
const realPause = (realMs: number) => new Promise<void>((resolve) => setTimeout(resolve, realMs));
