import type { Furniture } from "#devices/furniture/vocabulary.ts";
import type { UnitConfig } from "#firmware/config.ts";
import type { Journal } from "#firmware/journal.ts";
import type { RecordStats } from "#firmware/unit/records.ts";
import type { Snapshot } from "#firmware/unit/unit.ts";
import type { Board } from "../board.ts";
import type { VirtualStore } from "../ports/store.ts";

/**
 * What is known of a unit at this moment: all of it where it runs in this very process, and what it has said where it
 * runs in another. What is not known is absent.
 */
export interface Testimony
  extends Pick<Snapshot, "samples" | "targets" | "parts" | "alarms" | "connected">,
    Partial<Pick<Snapshot, "boot" | "settings">> {
  readonly records?: Pick<RecordStats, "made"> & Partial<RecordStats>;
}

/** One life of a unit's process. After its end nothing is heard of it. */
export interface Life {
  /** Undefined while it has said nothing yet. */
  readonly testimony: Testimony | undefined;
  /** Resolves when the unit has tried each of its parts, or has told of each, or is dead. */
  readonly begun: Promise<void>;
  /** It dies without a goodbye. */
  kill(): void;
  /** An orderly end, of which its journal still tells. */
  stop(): Promise<void>;
}

export interface LifeListener {
  readonly journal: Journal;
  /** It died by itself. @param how in words, such as `exit code 1` */
  readonly onDeath: (how: string) => void;
}

/** What a unit's process runs on, with its medium. It outlives each life. */
export interface Host {
  /** Makes ready what a life needs, so that `begin` takes no time; absent where that is nothing. */
  prepare?(): Promise<void>;
  /** @param epoch for an outbox that begins anew: 16 hexadecimal digits, where the host can give it */
  begin(epoch: string, listener: LifeListener): Life;
  /** The supply is gone: of what the medium had not synced is left what the seed draws. */
  powerCut(seed: number): void;
  /** A copy of what the medium holds; the medium is left as it is. */
  medium(): Promise<VirtualStore>;
  /** Why calls to the board's device nodes cannot be made to fail; absent where they can. */
  readonly lacking?: string | undefined;
  /** Nothing begins here any more. Absent where nothing is to be given back. */
  close?(): Promise<void>;
}

/** Of which unit a host is to be made. */
export interface Hosted {
  readonly declaration: Furniture;
  readonly config: UnitConfig;
  readonly board: Board;
}
