import { placeOf } from "#devices/part.ts";
import type { Level } from "#devices/ports/gpio.ts";
import type { Twin } from "../chips/twin.ts";
import type { KindModel, SiteVerb } from "../kinds/model.ts";
import { calm, edgeStorm } from "../ports/edge-storm.ts";
import type { I2cTarget } from "../ports/i2c.ts";
import type { SimulatedUnit } from "../street/simulated-unit.ts";
import type { Street } from "../street/street.ts";

/** What a fault may say beside when it happens. */
export const faultFields = ["for", "unit", "role", "channel", "by", "count"] as const;
export type FaultField = (typeof faultFields)[number];

export interface Fault {
  readonly atMs: number;
  /** Infinite: until the end. */
  readonly forMs: number;
  /** One of `faultVerbs`, or of the verbs of the unit's kind. */
  readonly verb: string;
  readonly unit: string | undefined;
  readonly role: string | undefined;
  readonly channel: string | undefined;
  /** In the channel's unit, or as the verb says. */
  readonly by: number | undefined;
  readonly count?: number | undefined;
}

/** A fault that is offered as a switch. */
export interface OfferedFault {
  readonly title: string;
  readonly fault: Fault;
}

/** What only some twins can do. */
interface Tricks {
  corruptCrc(count: number): void;
  silence(): void;
  garbage(): void;
  loseBattery(): void;
}

export interface Verb {
  /** What it does, for a menu: `Unplug`. */
  readonly title: string;
  readonly needs: readonly FaultField[];
  /** What it may say besides. A verb that may say `for` lasts; any other is over at once. */
  readonly may: readonly FaultField[];
  /** What `by` may be; absent: a number in the channel's unit. */
  readonly by?: {
    readonly title: string;
    readonly unit: string;
    readonly min: number;
    readonly max: number;
    readonly preset?: number;
  };
  /** Which parts can have it; absent: every one. */
  readonly suits?: (twin: Twin) => boolean;
  begin(street: Street, fault: Fault): void;
  /** Absent where it ends by itself. */
  end?(street: Street, fault: Fault): void;
}

const unitOf = (street: Street, { unit }: Fault): SimulatedUnit => street.unit(unit!);
const twinOf = (street: Street, fault: Fault): Twin => unitOf(street, fault).twins.get(fault.role!)!;

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

const connects = (kind: Twin["part"]["connection"]["kind"]) => (twin: Twin) =>
  twin.part.connection.kind === kind;

const addressOf = (street: Street, fault: Fault) =>
  placeOf("i2c", unitOf(street, fault).config.parts[fault.role!]!.place).address;

/** Microchip 24AA02 as delivered: every cell is 0xFF (DS21709). */
const emptyEeprom: I2cTarget = {
  write: () => true,
  read: (length) => new Uint8Array(length).fill(0xff),
};

/** What not every broker can do. */
function onBroker<Name extends "stall" | "resume" | "dropPuback">({ network }: Street, name: Name) {
  const act = network[name];
  if (!act) throw new Error(`a real broker cannot ${name}: run the scenario in virtual time`);
  return act.bind(network) as NonNullable<Street["network"][Name]>;
}

/** Everything that can be done to any street in a scenario. */
export const faultVerbs = {
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
  /** The part holds its I2C bus low: nothing on that bus can be reached. */
  "hold-bus": {
    title: "Hold its I²C bus low",
    needs: ["unit", "role"],
    may: ["for"],
    suits: connects("i2c"),
    begin: (street, fault) => unitOf(street, fault).busOf(fault.role!).hold(),
    end: (street, fault) => unitOf(street, fault).busOf(fault.role!).release(),
  },
  /** Another part was put in its place: an empty EEPROM, which acknowledges all and reads 0xFF. */
  "wrong-part": {
    title: "Put another part in its place",
    needs: ["unit", "role"],
    may: ["for"],
    suits: connects("i2c"),
    begin: (street, fault) =>
      unitOf(street, fault).busOf(fault.role!).swap(addressOf(street, fault), emptyEeprom),
    end(street, fault) {
      unitOf(street, fault).busOf(fault.role!).swap(addressOf(street, fault), undefined);
      // It had no supply meanwhile.
      twinOf(street, fault).brownOut();
    },
  },
  /** The part holds SCL low, `by` ms in each transfer. */
  "stretch-clock": {
    title: "Stretch the clock of its I²C bus",
    needs: ["unit", "role", "by"],
    may: ["for"],
    by: { title: "in each transfer", unit: "ms", min: 0.1, max: 2_000, preset: 20 },
    suits: connects("i2c"),
    begin: (street, fault) =>
      unitOf(street, fault).busOf(fault.role!).stretch(addressOf(street, fault), fault.by!),
    end: (street, fault) => unitOf(street, fault).busOf(fault.role!).stretch(addressOf(street, fault), 0),
  },
  /** The part's wire toggles by itself, `by` times a second. */
  "edge-storm": {
    title: "Storm of edges on its wire",
    needs: ["unit", "role", "by"],
    may: ["for"],
    by: { title: "edges", unit: "1/s", min: 1, max: 20_000, preset: 1_000 },
    suits: connects("gpio"),
    begin: (street, fault) => edgeStorm(unitOf(street, fault).lineOf(fault.role!), street.loop, fault.by!),
    end: (street, fault) => calm(unitOf(street, fault).lineOf(fault.role!)),
  },
  /** The part's wire is shorted to ground (`by` 0) or to the supply (`by` 1). */
  short: {
    title: "Short its wire",
    needs: ["unit", "role", "by"],
    may: ["for"],
    by: { title: "0 to ground, 1 to the supply", unit: "1", min: 0, max: 1, preset: 0 },
    suits: connects("gpio"),
    begin: (street, fault) =>
      unitOf(street, fault)
        .lineOf(fault.role!)
        .stick(Math.round(fault.by!) as Level),
    end: (street, fault) => unitOf(street, fault).lineOf(fault.role!).stick(undefined),
  },
  /** The process dies; its supervisor starts it again, after `for` at the earliest. */
  kill: {
    title: "Kill the process",
    needs: ["unit"],
    may: ["for"],
    begin: (street, fault) =>
      unitOf(street, fault).kill(Number.isFinite(fault.forMs) ? fault.forMs : undefined),
  },
  "broker-away": {
    title: "Broker away",
    needs: [],
    may: ["for"],
    begin: ({ network }) => void network.away(),
    end: ({ network }) => void network.back(),
  },
  /** The broker hangs: it takes everything and answers nothing. */
  "broker-stall": {
    title: "Broker hangs",
    needs: [],
    may: ["for"],
    begin: (street) => onBroker(street, "stall")(),
    end: (street) => onBroker(street, "resume")(),
  },
  /** The next `count` acknowledgements of the broker are lost on the way. */
  "drop-puback": {
    title: "Lose the next acknowledgements of the broker",
    needs: ["count"],
    may: [],
    begin: (street, { count }) => onBroker(street, "dropPuback")(count!),
  },
  /** The supply of the street fails. The world has known since it was made: see `outagesOf`. */
  "mains-outage": {
    title: "Mains outage",
    needs: [],
    may: ["for"],
    begin: (street) => street.mains(),
    end: (street) => street.mains(),
  },
} as const satisfies Readonly<Record<string, Verb>>;

export type FaultVerb = keyof typeof faultVerbs;

/** A verb of every street, or of a kind; undefined for a word that is neither. */
export function verbOf(name: string, model?: KindModel): Verb | undefined {
  if (Object.hasOwn(faultVerbs, name)) return faultVerbs[name as FaultVerb];
  const own = model?.verbs?.[name];
  return own && siteVerb(name, own);
}

function siteVerb(name: string, { title, lasts, by }: SiteVerb): Verb {
  const given = by === undefined ? [] : (["by"] as const);
  const mayBeLeftOut = by?.preset !== undefined;
  return {
    title,
    needs: ["unit", ...(mayBeLeftOut ? [] : given)],
    may: [...(lasts ? (["for"] as const) : []), ...(mayBeLeftOut ? given : [])],
    ...(by ? { by } : {}),
    begin: (street, fault) => unitOf(street, fault).site.begin!(name, fault.by ?? by?.preset ?? 0),
    ...(lasts ? { end: (street: Street, fault: Fault) => unitOf(street, fault).site.end!(name) } : {}),
  };
}

/** In words, for the summary: `lamp-02 light unplug`. */
export const faultName = ({ unit, role, channel, verb }: Fault) =>
  [unit, role, channel, verb].filter((word) => word !== undefined).join(" ");

/** When the supply of a street is gone. */
export const outagesOf = (faults: readonly Fault[]) =>
  faults
    .filter(({ verb }) => verb === "mains-outage")
    .map(({ atMs, forMs }) => ({ offMs: atMs, onMs: atMs + forMs }))
    .sort((a, b) => a.offMs - b.offMs);

/** Sets the faults of a scenario on the street's clock. */
export function schedule(faults: readonly Fault[], street: Street): void {
  for (const fault of faults) {
    street.loop.at(fault.atMs, () => {
      street.note(faultName(fault));
      begin(fault, street);
    });
    if (Number.isFinite(fault.forMs)) street.loop.at(fault.atMs + fault.forMs, () => end(fault, street));
  }
}

const verbFor = (fault: Fault, street: Street): Verb => {
  const verb = verbOf(fault.verb, fault.unit === undefined ? undefined : street.unit(fault.unit).model);
  if (!verb) throw new RangeError(`nothing here can ${fault.verb}`);
  return verb;
};

/** Does to the street what the fault says. */
export function begin(fault: Fault, street: Street): void {
  verbFor(fault, street).begin(street, fault);
}

/** Mends what `begin` broke. */
export function end(fault: Fault, street: Street): void {
  verbFor(fault, street).end?.(street, fault);
}
