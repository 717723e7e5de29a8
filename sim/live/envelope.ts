import type { Band } from "../page/unit-detail.ts";

/**
 * What was seen over time, thinned: of each step of time the lowest and the highest value, so that no peak is lost,
 * in a ring of the newest steps.
 */
export class Envelope {
  readonly stepMs: number;
  readonly #min: Float32Array;
  readonly #max: Float32Array;
  /** Number of the newest step since 1970. */
  #newest = Number.NEGATIVE_INFINITY;
  #oldest = Number.POSITIVE_INFINITY;
  #last = Number.NaN;

  /** @param points steps that are kept, of 8 bytes each */
  constructor(stepMs: number, points: number) {
    this.stepMs = stepMs;
    this.#min = new Float32Array(points).fill(Number.NaN);
    this.#max = new Float32Array(points).fill(Number.NaN);
  }

  /** @param value NaN where there is none: a step without any value is a gap. */
  put(atMs: number, value: number): void {
    const step = Math.floor(atMs / this.stepMs);
    this.#advance(step);
    this.#last = value;
    if (Number.isNaN(value)) return;
    const index = step % this.#min.length;
    // A comparison with NaN is false: the first value of a step replaces it.
    if (!(this.#min[index]! <= value)) this.#min[index] = value;
    if (!(this.#max[index]! >= value)) this.#max[index] = value;
  }

  /** Number of the first step that is known at that time, or would be the first. */
  firstStep(nowMs: number): number {
    const now = Math.floor(nowMs / this.stepMs);
    return Math.min(now, Math.max(this.#oldest, now - this.#min.length + 1));
  }

  /** From that step to now, of values rounded by `round`. */
  band(fromStep: number, nowMs: number, round: (value: number) => number): Band {
    const count = Math.floor(nowMs / this.stepMs) - fromStep + 1;
    const values = (ring: Float32Array) =>
      Array.from({ length: count }, (_, index) => {
        const value = this.#isKept(fromStep + index) ? ring[(fromStep + index) % ring.length]! : Number.NaN;
        return Number.isNaN(value) ? null : round(value);
      });
    const last = Number.isNaN(this.#last) ? {} : { last: round(this.#last) };
    return { min: values(this.#min), max: values(this.#max), ...last };
  }

  #isKept(step: number): boolean {
    return step >= this.#oldest && step <= this.#newest && step > this.#newest - this.#min.length;
  }

  /** Steps that nothing was seen in are empty. */
  #advance(step: number): void {
    if (step <= this.#newest) return;
    this.#oldest = Math.min(this.#oldest, step);
    const { length } = this.#min;
    for (let gone = Math.max(this.#newest + 1, step - length + 1); gone <= step; gone++) {
      this.#min[gone % length] = Number.NaN;
      this.#max[gone % length] = Number.NaN;
    }
    this.#newest = step;
  }
}
