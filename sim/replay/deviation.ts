/** One thing in which a replay was not as the record. */
export interface Deviation {
  /** Monotonic ms of the unit. */
  readonly atMs: number;
  /** `surroundings`: the unit asked for something that the record does not have there. `outcome`: it did something else. */
  readonly of: "surroundings" | "outcome";
  /** A bus, a line, a topic; or `actuator lamp`. */
  readonly place: string;
  readonly expected: string;
  readonly came: string;
}

/** Told in such numbers; all are counted. */
const toldMax = 1_000;

/** What was found, in the order in which it was. */
export class Deviations {
  readonly #told: Deviation[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get told(): readonly Deviation[] {
    return this.#told;
  }

  add(deviation: Deviation): void {
    this.#count++;
    if (this.#told.length < toldMax) this.#told.push(deviation);
  }
}
