import type { ErrnoName } from "../ports/errno.ts";
import type { SystemCall } from "../ports/kernel-faults.ts";

/** How much of a fault: `by` in a physical unit, or how often. */
export interface Amount {
  readonly title: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  /** To begin with. */
  readonly preset: number;
  /** Whole numbers alone. */
  readonly isWhole: boolean;
}

/** One thing that can be done to a street, to a unit or to a part of one. */
export interface MenuFault {
  /** As `faultName` has it: `lamp-02 light unplug`. */
  readonly id: string;
  readonly title: string;
  readonly what: {
    readonly verb: string;
    readonly unit: string | undefined;
    readonly role: string | undefined;
    readonly channel: string | undefined;
    readonly errno?: ErrnoName | undefined;
    readonly call?: SystemCall | undefined;
  };
  /** It goes on until it is mended; otherwise it is over at once. */
  readonly lasts: boolean;
  readonly amount?: Amount;
  /** Why it cannot be in this street, where it cannot. */
  readonly lacking?: string;
  /** Of what lasts: one at a time may be there, for to mend one would end the other. */
  readonly place: string;
}
