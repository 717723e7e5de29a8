import type { Twin } from "../chips/twin.ts";
import type { SimulatedUnit } from "../street/simulated-unit.ts";
import type { Street } from "../street/street.ts";

/** What a fault may say beside when it happens. */
export const faultFields = ["for", "unit", "role", "channel", "by", "count"] as const;
export type FaultField = (typeof faultFields)[number];

export interface Fault {
  readonly atMs: number;
  /** Infinite: until the end. */
  readonly forMs: number;
  readonly verb: FaultVerb;
  readonly unit: string | undefined;
  readonly role: string | undefined;
  readonly channel: string | undefined;
  /** In the channel's unit. */
  readonly by: number | undefined;
  readonly count?: number | undefined;
}

/** The verbs that only some twins have. */
type AnyTwin = Twin & {
  corruptCrc?(count: number): void;
  silence?(): void;
  garbage?(): void;
  loseBattery?(): void;
};

interface Verb {
  readonly needs: readonly FaultField[];
  /** What it may say besides. A verb that may say `for` lasts; any other is over at once. */
  readonly may: readonly FaultField[];
  /** Which parts can have it: by part id, or all on I2C; absent: every one. */
  readonly parts?: readonly string[] | "i2c";
  begin(street: Street, fault: Fault): void;
  /** Absent where it ends by itself. */
  end?(street: Street, fault: Fault): void;
}

const unitOf = (street: Street, { unit }: Fault): SimulatedUnit => street.unit(unit!);
const twinOf = (street: Street, fault: Fault): AnyTwin => unitOf(street, fault).twins.get(fault.role!)!;
const mend: Verb["end"] = (street, fault) => twinOf(street, fault).mend();

/** A fault of a part that lasts until it is mended. */
const lasting = (begin: (twin: AnyTwin, fault: Fault) => void): Verb => ({
  needs: ["unit", "role"],
  may: ["for"],
  begin: (street, fault) => begin(twinOf(street, fault), fault),
  end: mend!,
});

/** Everything that can be done to a street in a scenario. */
export const faultVerbs = {
  unplug: lasting((twin) => twin.unplug()),
  stick: { ...lasting((twin, { channel }) => twin.stick(channel)), may: ["for", "channel"] },
  drift: {
    ...lasting((twin, { channel, by }) => twin.drift(channel!, by!)),
    needs: ["unit", "role", "channel", "by"],
  },
  "brown-out": {
    needs: ["unit", "role"],
    may: [],
    begin: (street, fault) => twinOf(street, fault).brownOut(),
  },
  /** The next `count` answers arrive with a bit wrong. */
  "corrupt-crc": {
    needs: ["unit", "role", "count"],
    may: [],
    parts: ["pzem004t"],
    begin: (street, fault) => twinOf(street, fault).corruptCrc!(fault.count!),
  },
  /** It hears and does not answer. */
  silence: { ...lasting((twin) => twin.silence!()), parts: ["pzem004t"] },
  /** Noise in place of answers. */
  garbage: { ...lasting((twin) => twin.garbage!()), parts: ["pzem004t", "ld2410"] },
  /** The coin cell is empty: the next brown-out stops the oscillator and takes the time away. */
  "lose-battery": { ...lasting((twin) => twin.loseBattery!()), parts: ["ds3231"] },
  /** The part holds its I2C bus low: nothing on that bus can be reached. */
  "hold-bus": {
    needs: ["unit", "role"],
    may: ["for"],
    parts: "i2c",
    begin: (street, fault) => unitOf(street, fault).busOf(fault.role!).hold(),
    end: (street, fault) => unitOf(street, fault).busOf(fault.role!).release(),
  },
  /** The process dies; its supervisor starts it again, after `for` at the earliest. */
  kill: {
    needs: ["unit"],
    may: ["for"],
    begin: (street, fault) =>
      unitOf(street, fault).kill(Number.isFinite(fault.forMs) ? fault.forMs : undefined),
  },
  "broker-away": {
    needs: [],
    may: ["for"],
    begin: ({ network }) => void network.away(),
    end: ({ network }) => void network.back(),
  },
} as const satisfies Readonly<Record<string, Verb>>;

export type FaultVerb = keyof typeof faultVerbs;

export const verbOf = (name: FaultVerb): Verb => faultVerbs[name];

/** In words, for the summary: `lamp-02 light unplug`. */
export const faultName = ({ unit, role, channel, verb }: Fault) =>
  [unit, role, channel, verb].filter((word) => word !== undefined).join(" ");

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

/** Does to the street what the fault says. */
export function begin(fault: Fault, street: Street): void {
  verbOf(fault.verb).begin(street, fault);
}

/** Mends what `begin` broke. */
export function end(fault: Fault, street: Street): void {
  verbOf(fault.verb).end?.(street, fault);
}
