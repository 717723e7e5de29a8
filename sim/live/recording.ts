/** Something that was done to the street from outside. */
export type Deed =
  | {
      readonly type: "fault";
      /** Of the fault menu. */
      readonly id: string;
      readonly active: boolean;
      /** Its preset where the menu has one and this is undefined. */
      readonly amount: number | undefined;
    }
  | {
      /** Settings or a command, as it came over the bridge. */
      readonly type: "message";
      readonly topic: string;
      readonly payload: string;
      readonly retain: boolean;
    };

/** And when, in the street's time, Unix milliseconds. */
export interface Input {
  readonly atMs: number;
  readonly deed: Deed;
}

/** Of more nobody has done by hand; a flow that sends commands without end must not fill the memory. */
const inputsMax = 10_000;

/** What was done to a street from outside, in order: with scenario and seed all that its course follows from. */
export class Recording {
  readonly #inputs: Input[] = [];
  #endMs: number | undefined;

  get inputs(): readonly Input[] {
    return this.#inputs;
  }

  /** When it became full: what came later is not in it. */
  get endMs(): number | undefined {
    return this.#endMs;
  }

  add(input: Input): void {
    if (this.#inputs.length < inputsMax) this.#inputs.push(input);
    else this.#endMs ??= input.atMs;
  }
}
