import type { Clock } from "#devices/ports/clock.ts";

/** Paces work: `ratePerSecond` in the long run, `burst` at once after a pause. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #ratePerMs: number;
  readonly #burst: number;
  #tokens: number;
  #filledMs: number;

  constructor(clock: Clock, ratePerSecond: number, burst: number) {
    this.#clock = clock;
    this.#ratePerMs = ratePerSecond / 1000;
    this.#burst = burst;
    this.#tokens = burst;
    this.#filledMs = clock.now();
  }

  /** Takes a token if there is one. */
  take(): boolean {
    const nowMs = this.#clock.now();
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#filledMs) * this.#ratePerMs);
    this.#filledMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Milliseconds until `count` tokens are there, if nobody takes any. */
  waitMs(count: number): number {
    return Math.max(0, (Math.min(count, this.#burst) - this.#tokens) / this.#ratePerMs);
  }
}
