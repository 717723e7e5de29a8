import type { Twin } from "../chips/twin.ts";
import type { ErrnoName } from "../ports/errno.ts";
import type { SystemCall } from "../ports/kernel-faults.ts";
import type { SimulatedUnit } from "../street/simulated-unit.ts";
import type { Street } from "../street/street.ts";

/** What a fault may say beside when it happens. */
export const faultFields = ["for", "unit", "role", "channel", "by", "count", "errno", "call"] as const;
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
  readonly errno?: ErrnoName | undefined;
  /** All calls, when not given. */
  readonly call?: SystemCall | undefined;
}

/** A fault that is offered as a switch. */
export interface OfferedFault {
  readonly title: string;
  readonly fault: Fault;
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
  /** What the field may be for such a part. */
  readonly among?: { readonly [Field in "errno" | "call"]?: (twin: Twin) => readonly string[] };
  /** Why nothing in this street can have it, where nothing can. */
  readonly lacking?: (street: Street) => string | undefined;
  begin(street: Street, fault: Fault): void;
  /** Absent where it ends by itself. */
  end?(street: Street, fault: Fault): void;
}

/** In words, for the summary: `lamp-02 light unplug`. */
export const faultName = ({ unit, role, channel, verb, errno, call }: Omit<Fault, "atMs" | "forMs" | "by">) =>
  [unit, role, channel, verb, errno, call].filter((word) => word !== undefined).join(" ");

export const unitOf = (street: Street, { unit }: Fault): SimulatedUnit => street.unit(unit!);

export const twinOf = (street: Street, fault: Fault): Twin => unitOf(street, fault).twins.get(fault.role!)!;

export const connects =
  (...kinds: readonly Twin["part"]["connection"]["kind"][]) =>
  (twin: Twin) =>
    kinds.includes(twin.part.connection.kind);
