/** What the street page shows of the one unit whose panel is open, beside the state of the street. */
import type { RecordClass } from "#devices/furniture/vocabulary.ts";

/** Nothing in it is null, NaN or infinite: what is not known is absent. */
export interface UnitDetail {
  readonly unit: string;
  /** By role: what fills it, and where it is connected. */
  readonly parts: Readonly<Record<string, PlacedPart>>;
  readonly buses: readonly BusState[];
  /** In the order of the declaration; empty while the process is dead. Confidential ones are left out. */
  readonly settings: readonly SettingState[];
  /** The newest first. */
  readonly records: readonly RecordState[];
}

export interface PlacedPart {
  /** `Vishay veml7700, ambient light sensor` */
  readonly title: string;
  /** `i2c-1 0x10` */
  readonly place: string;
}

export interface BusState {
  /** As the unit's configuration has it: `i2c-1`, `/dev/ttyAMA0`. */
  readonly name: string;
  readonly kind: "i2c" | "serial";
  /** Roles whose parts are on it. */
  readonly roles: readonly string[];
  /** Transfers of I2C, bytes both ways of a serial line: since the street began, and in a second of the last ones. */
  readonly total: number;
  readonly perSecond?: number;
  /** Of the last seconds, the share in which bits were on the wire, 0 to 1; of a full duplex line up to 2. */
  readonly busyShare?: number;
  /** What went wrong since the street began, in words; without what never did. */
  readonly errors: readonly { readonly what: string; readonly count: number }[];
}

export interface SettingState {
  readonly name: string;
  readonly title: string;
  /** `60 s` */
  readonly value: string;
  /** In what it differs from the factory's value, in words; empty where it does not. */
  readonly changes: readonly string[];
}

export interface RecordState {
  /** Its number in the unit's outbox. */
  readonly sequence: number;
  /** When it was durable on the unit, Unix milliseconds of the street. */
  readonly atMs: number;
  readonly recordClass: RecordClass;
  /** `Air temperature` */
  readonly what: string;
  /** `5.24 °C` */
  readonly value: string;
}

/** The last hour, or the last night: 12 hours. */
export const historySpans = ["hour", "night"] as const;
export type HistorySpan = (typeof historySpans)[number];

/** One source over the last hour or night: as it was measured, and as it was where the street knows. */
export interface HistoryState {
  readonly unit: string;
  readonly source: string;
  readonly span: HistorySpan;
  readonly title: string;
  /** Of its values. */
  readonly measure: { readonly unit: string; readonly decimals: number; readonly words?: readonly string[] };
  /** Begin of the first point in the street's time, Unix milliseconds, and how long each point lasts. */
  readonly startMs: number;
  readonly stepMs: number;
  readonly measured: Band;
  /** As many points; absent where the street does not know it. */
  readonly truth?: Band;
}

/** By point the lowest and the highest value that was seen; null where none was, or no good one. */
export interface Band {
  readonly min: readonly (number | null)[];
  readonly max: readonly (number | null)[];
  /** The newest value seen; absent where there is none, or no good one. */
  readonly last?: number;
}
