/** Runs of whole numbers, first and last, apart from each other and in order. */
type Run = [first: number, last: number];

/** So many runs are remembered; a unit that sends in any order keeps fewer open. */
const runsMax = 256;

/** The sequence numbers of one epoch that were heard. When there are too many gaps, the oldest numbers are forgotten. */
export class Sequences {
  readonly #runs: Run[] = [];

  /** The highest heard; 0 before any. */
  get highest(): number {
    return this.#runs.at(-1)?.[1] ?? 0;
  }

  /** @returns whether the number is new. */
  add(number: number): boolean {
    const after = this.#runs.findIndex(([, last]) => last >= number - 1);
    const index = after < 0 ? this.#runs.length : after;
    const run = this.#runs[index];
    if (!run || number < run[0] - 1) this.#runs.splice(index, 0, [number, number]);
    else if (number >= run[0] && number <= run[1]) return false;
    else if (number === run[0] - 1) run[0] = number;
    else this.#extend(index, number);
    if (this.#runs.length > runsMax) this.#runs.shift();
    return true;
  }

  /** Appends to a run, which may then touch the next: runs are apart, so the number is in neither. */
  #extend(index: number, number: number): void {
    const run = this.#runs[index]!;
    const next = this.#runs[index + 1];
    run[1] = number;
    if (next && next[0] === number + 1) {
      run[1] = next[1];
      this.#runs.splice(index + 1, 1);
    }
  }
}
