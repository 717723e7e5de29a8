/** How well a unit told the state of its spaces. */
export interface SpacesScore {
  /** Space-seconds, and those at which the unit said what was true. */
  readonly seconds: number;
  readonly rightSeconds: number;
  readonly stays: number;
  /** Stays that were never told, and tellings without a stay. */
  readonly missed: number;
  readonly phantom: number;
  /** Seconds between a change and its telling, of all changes that were told. */
  readonly delays: readonly number[];
}

/** A telling and its truth belong together when they are this near. */
const pairMs = 60_000;

interface Span {
  readonly fromMs: number;
  toMs: number;
}

/** Holds what a unit says of one space against the truth: exactly, from change to change. */
export class SpaceJudge {
  readonly #startMs: number;
  readonly #truth: Span[] = [];
  readonly #told: Span[] = [];
  #isTrue = false;
  #isTold: boolean | undefined;
  #sinceMs: number;
  #rightMs = 0;

  constructor(startMs: number) {
    this.#startMs = startMs;
    this.#sinceMs = startMs;
  }

  /** The space is occupied from now on, or is not. */
  is(isOccupied: boolean, atMs: number): void {
    this.#account(atMs);
    if (isOccupied && !this.#isTrue) this.#truth.push({ fromMs: atMs, toMs: Number.POSITIVE_INFINITY });
    if (!isOccupied && this.#isTrue) this.#truth.at(-1)!.toMs = atMs;
    this.#isTrue = isOccupied;
  }

  /** The unit says so; undefined: that it cannot tell. */
  says(isOccupied: boolean | undefined, atMs: number): void {
    this.#account(atMs);
    const was = this.#told.at(-1)?.toMs === Number.POSITIVE_INFINITY;
    if (isOccupied === true && !was) this.#told.push({ fromMs: atMs, toMs: Number.POSITIVE_INFINITY });
    if (isOccupied === false && was) this.#told.at(-1)!.toMs = atMs;
    this.#isTold = isOccupied;
  }

  #account(atMs: number): void {
    const spanMs = atMs - this.#sinceMs;
    this.#sinceMs = atMs;
    if (this.#isTold === this.#isTrue) this.#rightMs += spanMs;
  }

  score(nowMs: number): SpacesScore {
    this.#account(nowMs);
    const free = new Set(this.#told);
    const delays: number[] = [];
    let missed = 0;
    for (const stay of this.#truth) {
      const pair = [...free].find(
        ({ fromMs, toMs }) => fromMs <= stay.toMs + pairMs && toMs >= stay.fromMs - pairMs,
      );
      if (!pair) {
        // One that has only just begun may still be told.
        missed += nowMs - stay.fromMs > pairMs ? 1 : 0;
        continue;
      }
      free.delete(pair);
      delays.push(Math.abs(pair.fromMs - stay.fromMs) / 1_000);
      if (Number.isFinite(stay.toMs) && Number.isFinite(pair.toMs))
        delays.push(Math.abs(pair.toMs - stay.toMs) / 1_000);
    }
    return {
      seconds: (nowMs - this.#startMs) / 1_000,
      rightSeconds: this.#rightMs / 1_000,
      stays: this.#truth.length,
      missed,
      phantom: free.size,
      delays,
    };
  }
}
