import type { EventLoop } from "../loop.ts";

/** Power is taken at least this often, and gaps longer than an hour in steps of their 3 600th part. */
const stepMsMax = 1_000;
const stepsMax = 3_600;

/**
 * The counter of an energy meter: integrates power over the street's time, and starts again from zero at `topWh`.
 * It needs no timer: what has passed is caught up with when somebody looks, or before the power changes.
 */
export class EnergyCounter {
  readonly #loop: EventLoop;
  readonly #topWh: number;
  readonly #watts: (atMs: number) => number;
  #wh = 0;
  #atMs: number;

  /** @param watts power at an instant in Unix milliseconds; what flows backwards is not counted */
  constructor(loop: EventLoop, topWh: number, watts: (atMs: number) => number) {
    this.#loop = loop;
    this.#topWh = topWh;
    this.#watts = watts;
    this.#atMs = loop.now;
  }

  get wh(): number {
    this.advance();
    return this.#wh;
  }

  put(wh: number): void {
    this.#wh = wh % this.#topWh;
    this.#atMs = this.#loop.now;
  }

  /** Counts up to now. To be called before anything changes the power other than time. */
  advance(): void {
    const fromMs = this.#atMs;
    const spanMs = this.#loop.now - fromMs;
    if (spanMs <= 0) return;
    const steps = Math.min(Math.ceil(spanMs / stepMsMax), stepsMax);
    const stepMs = spanMs / steps;
    let wattMs = 0;
    for (let step = 0; step < steps; step++)
      wattMs += Math.max(this.#watts(fromMs + (step + 0.5) * stepMs), 0) * stepMs;
    this.#wh = (this.#wh + wattMs / 3_600_000) % this.#topWh;
    this.#atMs = this.#loop.now;
  }
}
