import type { Twin } from "../chips/twin.ts";
import type { Street } from "../street/street.ts";
import { type Fault, twinOf, type Verb } from "./verb.ts";

/** What only some twins can do. */
interface Tricks {
  corruptCrc(count: number): void;
  silence(): void;
  garbage(): void;
  loseBattery(): void;
}

/** Of a fault of a part that lasts until it is mended. */
const untilMended = {
  needs: ["unit", "role"],
  may: ["for"],
  end: (street: Street, fault: Fault) => twinOf(street, fault).mend(),
} as const;

/** A fault of those parts whose twins can have it. */
const trick = (name: keyof Tricks) => ({
  suits: (twin: Twin) => name in twin,
  begin: (street: Street, fault: Fault) => (twinOf(street, fault) as Twin & Tricks)[name](fault.count!),
});

/** What a part itself can have. */
export const partVerbs = {
  unplug: { title: "Unplug", ...untilMended, begin: (street, fault) => twinOf(street, fault).unplug() },
  stick: {
    title: "Freeze at the present value",
    ...untilMended,
    may: ["for", "channel"],
    begin: (street, fault) => twinOf(street, fault).stick(fault.channel),
  },
  drift: {
    title: "Read too high by",
    ...untilMended,
    needs: ["unit", "role", "channel", "by"],
    begin: (street, fault) => twinOf(street, fault).drift(fault.channel!, fault.by!),
  },
  "brown-out": {
    title: "Brown out: settings are lost",
    needs: ["unit", "role"],
    may: [],
    begin: (street, fault) => twinOf(street, fault).brownOut(),
  },
  /** The next `count` answers arrive with a bit wrong. */
  "corrupt-crc": {
    title: "Spoil the checksum of the next answers",
    needs: ["unit", "role", "count"],
    may: [],
    ...trick("corruptCrc"),
  },
  /** It hears and does not answer. */
  silence: { title: "Hear and not answer", ...untilMended, ...trick("silence") },
  /** Noise in place of answers. */
  garbage: { title: "Answer with noise", ...untilMended, ...trick("garbage") },
  /** The coin cell is empty: the next brown-out stops the oscillator and takes the time away. */
  "lose-battery": { title: "Empty the coin cell", ...untilMended, ...trick("loseBattery") },
} as const satisfies Readonly<Record<string, Verb>>;
