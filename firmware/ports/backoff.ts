import { type Duration, milliseconds } from "#devices/duration.ts";

export interface BackoffSettings {
  /** The longest first wait. */
  readonly base: Duration;
  /** No wait is longer than this. */
  readonly cap: Duration;
}

/**
 * Exponential back-off with full jitter: wait n is drawn evenly from 0 to min(cap, base · 2ⁿ), so that a street
 * that lost its broker does not come back all at once (M. Brooker, "Exponential Backoff And Jitter", AWS
 * Architecture Blog, 2015). The draw is seeded by the client's name: units differ, a rerun does not.
 */
export class Backoff {
  readonly #settings: BackoffSettings;
  #random: number;
  #attempt = 0;

  constructor(name: string, settings: BackoffSettings) {
    if (!(settings.base > 0) || !(settings.cap >= settings.base))
      throw new RangeError(`back-off needs 0 < base <= cap, not ${settings.base} ms and ${settings.cap} ms`);
    this.#settings = settings;
    this.#random = fnv1a(name);
  }

  next(): Duration {
    const ceiling = Math.min(this.#settings.cap, this.#settings.base * 2 ** this.#attempt);
    if (ceiling < this.#settings.cap) this.#attempt += 1;
    return milliseconds(this.#draw() * ceiling);
  }

  reset(): void {
    this.#attempt = 0;
  }

  /** The mulberry32 generator (T. Ettinger, public domain): 32 bits of state, evenly from [0, 1). */
  #draw(): number {
    this.#random = (this.#random + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#random ^ (this.#random >>> 15), this.#random | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

/** FNV-1a, 32 bits (draft-eastlake-fnv §2), over UTF-16 code units. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash;
}
