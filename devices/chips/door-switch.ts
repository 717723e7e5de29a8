/**
 * Door contact of a cabinet: a reed switch, closed by a magnet in the closed door, between 3.3 V and a line with a
 * pull-down. An open door, a removed magnet and a cut cable all look the same, open: whoever tampers is seen.
 *
 * A wire tells no identity; a contact shorted at the terminals looks like a closed door.
 */
import { type Channels, type Driver, everywhere, part, placeOf, type Reading } from "../part.ts";
import type { Cancel } from "../ports/clock.ts";
import type { ContactComponent } from "../ports/components.ts";
import { truth } from "../quantities.ts";

const channels = {
  open: { quantity: truth, range: [0, 1], step: everywhere(0) },
} as const satisfies Channels;

export const doorSwitch = part({
  id: "door-switch",
  title: "cabinet door contact",
  maker: "various",
  datasheet: "reed contact, normally open, closed by its magnet",
  connection: { kind: "gpio" },
  channels,
  async open(place, ports) {
    return new DoorSwitch(await ports.components.contact(placeOf("gpio", place), { closedLevel: 1 }));
  },
});

class DoorSwitch implements Driver<typeof channels> {
  readonly #contact: ContactComponent;

  constructor(contact: ContactComponent) {
    this.#contact = contact;
  }

  /** A level is all there is, and any level may be right. */
  async probe(): Promise<void> {}

  async configure(): Promise<void> {}

  /** The last state that outlasted the contact's bounce. */
  async sample(): Promise<Reading<typeof channels>> {
    return reading(this.#contact.closed);
  }

  watch(listener: (reading: Reading<typeof channels>) => void): Cancel {
    return this.#contact.onChange((closed) => listener(reading(closed)));
  }

  close(): Promise<void> {
    return this.#contact.close();
  }
}

const reading = (closed: boolean) => ({ open: closed ? 0 : 1 });
