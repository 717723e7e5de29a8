import { type Channel, type Driver, everywhere, type Part, part, placeOf, type Reading } from "../part.ts";
import type { Cancel } from "../ports/clock.ts";
import type { ContactComponent } from "../ports/components.ts";
import { truth } from "../quantities.ts";

const channel = { quantity: truth, range: [0, 1], step: everywhere(0) } as const satisfies Channel;
type ContactChannels<Name extends string> = Readonly<Record<Name, typeof channel>>;

export interface ContactOptions<Name extends string>
  extends Pick<Part, "id" | "title" | "maker" | "datasheet" | "electrical"> {
  readonly channel: Name;
  /** What the channel says while the line is high; a line that is not driven is pulled down. */
  readonly high: 0 | 1;
}

/**
 * A part of two states that pulls one GPIO line up in one of them and leaves it to a pull-down in the other, so that
 * a cut cable looks like the other.
 *
 * A wire tells no identity.
 */
export const contact = <const Name extends string>({ channel: name, high, ...words }: ContactOptions<Name>) =>
  part({
    ...words,
    connection: { kind: "gpio" },
    channels: { [name]: channel } as ContactChannels<Name>,
    pushes: true,
    async open(place, ports) {
      const line = await ports.components.contact(placeOf("gpio", place), { closedLevel: 1 });
      return new Contact(line, name, high);
    },
  });

class Contact<Name extends string> implements Driver<ContactChannels<Name>> {
  readonly #contact: ContactComponent;
  readonly #name: Name;
  readonly #high: 0 | 1;

  constructor(line: ContactComponent, name: Name, high: 0 | 1) {
    this.#contact = line;
    this.#name = name;
    this.#high = high;
  }

  /** A level is all there is, and any level may be right. */
  async probe(): Promise<void> {}

  async configure(): Promise<void> {}

  /** The last state that outlasted the contact's bounce, of a line that can be read. */
  async sample(): Promise<Reading<ContactChannels<Name>>> {
    await this.#contact.confirm();
    return this.#reading(this.#contact.closed);
  }

  watch(listener: (reading: Reading<ContactChannels<Name>>) => void): Cancel {
    return this.#contact.onChange((isHigh) => listener(this.#reading(isHigh)));
  }

  close(): Promise<void> {
    return this.#contact.close();
  }

  #reading(isHigh: boolean): Reading<ContactChannels<Name>> {
    return { [this.#name]: isHigh ? this.#high : 1 - this.#high } as Reading<ContactChannels<Name>>;
  }
}
