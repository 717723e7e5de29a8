import type { Part } from "#devices/part.ts";
import { GpioTwin } from "./gpio-twin.ts";
import type { Twin, TwinDefinition, TwinEnvironment } from "./twin.ts";

export interface ContactWords {
  /** The channel's value at which the part pulls the line high; at the other it lets the line float. */
  readonly high: 0 | 1;
  /** How long a contact bounces at most, in milliseconds; 0 for what is no mechanical contact. */
  readonly bounceMsMax: number;
  readonly honesty: Twin["honesty"];
}

const bouncesMax = 3;

/** Whatever pulls a line with a pull-down up in one of its two states. To begin with, its channel is 0. */
class ContactTwin extends GpioTwin {
  readonly part: Part;
  readonly honesty: Twin["honesty"];
  protected readonly cutState: number;
  readonly #words: ContactWords;
  #isOn = false;

  constructor(part: Part, environment: TwinEnvironment, words: ContactWords) {
    super(part, environment);
    this.part = part;
    this.honesty = words.honesty;
    this.cutState = 1 - words.high;
    this.#words = words;
    this.#settle();
  }

  /** Its state is the world's: nothing is lost with a supply. */
  brownOut(): void {}

  protected get state(): number {
    return this.#isOn ? 1 : 0;
  }

  protected look(): void {
    if (this.isTrue === this.#isOn) return;
    this.#isOn = this.isTrue;
    this.#settle();
    const { bounceMsMax } = this.#words;
    if (bounceMsMax === 0) return;
    const { loop, random } = this.environment;
    const edges = 2 * Math.floor(random() * (bouncesMax + 1));
    for (let edge = 0; edge < edges; edge++) {
      const atMs = loop.now + ((edge + random()) / edges) * bounceMsMax;
      loop.at(atMs, () => (edge % 2 === 0 ? this.#bounce() : this.#settle()));
    }
  }

  #bounce(): void {
    this.drive(this.state === this.#words.high ? undefined : 1);
  }

  #settle(): void {
    this.drive(this.state === this.#words.high ? 1 : undefined);
  }
}

/** The twin of a part that devices/chips/contact.ts makes. */
export const contactTwin = (part: Part, words: ContactWords) =>
  ({
    part,
    create: (environment: TwinEnvironment) => new ContactTwin(part, environment, words),
  }) satisfies TwinDefinition;
