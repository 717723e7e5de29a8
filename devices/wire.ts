/**
 * What travels between a unit and the city: MQTT 3.1.1, QoS 1, JSON. Nothing relies on order, no command is
 * retained, and what MQTT 5 would put into properties is in the payload.
 *
 *   plinth/<site>/<unit>/description         retained   Description, derived from the declaration
 *   plinth/<site>/<unit>/status              retained   Status; the broker publishes "offline" as the will
 *   plinth/<site>/<unit>/health              retained   Health of every part
 *   plinth/<site>/<unit>/record/<class>                 Record, from the outbox
 *   plinth/<site>/<unit>/receipt                        to the unit: Receipt of whoever stores the records
 *   plinth/<site>/<unit>/settings/desired    retained   to the unit: DesiredSettings
 *   plinth/<site>/<unit>/settings/reported   retained   ReportedSettings
 *   plinth/<site>/<unit>/command                        to the unit: CommandMessage
 *   plinth/<site>/<unit>/command/result                 CommandResult
 *   plinth/<site>/<unit>/flight                         FlightPiece, of a flight record that was asked for
 *   plinth/<site>/<unit>/shared/<name>                  SharedMessage, for the neighbours: units of one site
 */
import type { ChainLink } from "./chain.ts";
import type { FieldValue } from "./estimators/estimator.ts";
import type { RecordClass, Severity } from "./furniture/vocabulary.ts";
import type { Quality } from "./sample.ts";

const root = "plinth";
/** Sites and units are named by what is safe in a topic, a file and a URL. */
export const idPattern = "^[a-z0-9][a-z0-9-]{0,31}$";

export interface UnitTopics {
  readonly description: string;
  readonly status: string;
  readonly health: string;
  readonly receipt: string;
  readonly desired: string;
  readonly reported: string;
  readonly command: string;
  readonly result: string;
  readonly flight: string;
  record(recordClass: RecordClass): string;
  shared(name: string): string;
}

/** Topics of one unit; `+` as site or unit makes filters over many. */
export function unitTopics(site: string, unit: string): UnitTopics {
  const base = `${root}/${site}/${unit}`;
  return {
    description: `${base}/description`,
    status: `${base}/status`,
    health: `${base}/health`,
    receipt: `${base}/receipt`,
    desired: `${base}/settings/desired`,
    reported: `${base}/settings/reported`,
    command: `${base}/command`,
    result: `${base}/command/result`,
    flight: `${base}/flight`,
    record: (recordClass) => `${base}/record/${recordClass}`,
    shared: (name) => `${base}/shared/${name}`,
  };
}

/** Site and unit of a topic of ours; undefined for any other. */
export function addressOf(topic: string): { readonly site: string; readonly unit: string } | undefined {
  const [first, site, unit] = topic.split("/");
  return first === root && site && unit ? { site, unit } : undefined;
}

export interface Status {
  readonly state: "online" | "offline";
  /** Version of the firmware. */
  readonly version?: string;
  readonly boot?: number;
  /** Unix milliseconds; null while the unit does not know the time. */
  readonly since?: number | null;
}

export interface Description {
  readonly unit: string;
  readonly site: string;
  readonly kind: string;
  readonly title: string;
  readonly version: string;
  readonly parts: Readonly<Record<string, { readonly part: string; readonly title: string }>>;
  readonly telemetry: Readonly<
    Record<string, { readonly title: string; readonly unit: string; readonly recordClass: RecordClass }>
  >;
  /** JSON Schema of each setting, and of the arguments of each command. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly commands: Readonly<Record<string, unknown>>;
  readonly alarms: Readonly<
    Record<string, { readonly title: string; readonly severity: Severity; readonly advice: string }>
  >;
  readonly events: Readonly<
    Record<
      string,
      {
        readonly title: string;
        readonly recordClass: RecordClass;
        readonly chained: boolean;
        readonly fields: Readonly<Record<string, unknown>>;
      }
    >
  >;
  readonly privacy: unknown;
}

export type PartState = "starting" | "ok" | "failing" | "quarantined";

export interface PartHealth {
  readonly part: string;
  readonly state: PartState;
  /** What is wrong and what to check, while something is. */
  readonly fault?: string;
  /** Failed attempts since the last success. */
  readonly failures: number;
}

export interface Health {
  readonly parts: Readonly<Record<string, PartHealth>>;
  readonly outbox: { readonly waiting: number; readonly dropped: number };
  /** `failing`: what must outlast a restart cannot be kept. Told here too, for an alarm may not find its way. */
  readonly storage: "ok" | "failing";
}

/** What a record says, by its class. */
export type RecordBody =
  | {
      readonly type: "measurement";
      readonly name: string;
      readonly value: number | null;
      readonly unit: string;
      readonly quality: Quality;
    }
  | {
      readonly type: "alarm";
      readonly name: string;
      readonly state: "raised" | "cleared";
      readonly severity: Severity;
      readonly value: number | null;
    }
  | { readonly type: "part"; readonly role: string; readonly state: PartState; readonly fault?: string }
  | {
      readonly type: "event";
      readonly name: string;
      readonly fields: Readonly<Record<string, FieldValue>>;
      /** Where the declaration chains the event. */
      readonly chain?: ChainLink;
    }
  | {
      readonly type: "actuator";
      readonly name: string;
      readonly value: number;
      readonly unit: string;
      readonly code: string;
      readonly text: string;
    };

/** When it happened, as well as the unit knew: wall time may be null, uptime and boot never are. */
export interface RecordTime {
  readonly wall: number | null;
  readonly clock: "none" | "rtc" | "network";
  readonly uptime: number;
  readonly boot: number;
}

/** One record on the wire: device, epoch and sequence identify it for ever. */
export interface WireRecord {
  readonly device: string;
  readonly epoch: string;
  readonly sequence: number;
  readonly time: RecordTime;
  readonly body: RecordBody;
}

/** A whole set of settings: what is not named takes its factory value. */
export interface DesiredSettings {
  readonly revision: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface Refusal {
  /** Path of the field: `profile/2/level`; empty for the message as a whole. */
  readonly field: string;
  readonly problem: string;
  readonly expected: string;
}

export interface ReportedSettings {
  /** The revision that was last asked for. */
  readonly revision: string;
  readonly state: "applied" | "refused";
  readonly refusals: readonly Refusal[];
  /**
   * What is in force, without confidential settings, and since which revision; `factory` before any was applied.
   */
  readonly inForce: { readonly revision: string; readonly settings: Readonly<Record<string, unknown>> };
}

export interface CommandMessage {
  /** Rises with each command to this unit, and is never a day ahead of Unix milliseconds: the sender's clock will do. */
  readonly id: number;
  /** Unix milliseconds after which the command must not be carried out. */
  readonly expires: number;
  readonly command: string;
  readonly args: Readonly<Record<string, unknown>>;
}

export interface CommandResult {
  readonly id: number;
  readonly state: "accepted" | "refused";
  readonly refusals: readonly Refusal[];
  /** Of a command that asked for a flight record. */
  readonly flight?: FlightFile;
}

/** Names of flight records: the life, counted, and the record in it; `-request` where somebody asked for it. */
export const flightFilePattern = "^record-[0-9]{6}-[0-9]{4}(-request)?\\.flight$";

/** A flight record: a file that is kept on the unit, or sent, or both. */
export interface FlightFile {
  readonly file: string;
  readonly bytes: number;
  /** Unix milliseconds between which nothing is missing in it; null where the unit did not know the time. */
  readonly from: number | null;
  readonly until: number | null;
  /** Events that are lost between the beginning of that life, which is in it as well, and `from`. */
  readonly lostEvents: number;
  /** Files that are on the unit now, oldest first. */
  readonly kept: readonly string[];
}

/** Some bytes of a flight record. A piece may come twice, and none comes retained. */
export interface FlightPiece {
  readonly file: string;
  /** Of the whole file. */
  readonly bytes: number;
  /** Of the piece in the file, bytes. */
  readonly offset: number;
  /** Base64 (RFC 4648, section 4). */
  readonly data: string;
}

export interface SharedMessage {
  readonly value: number;
  /** Milliseconds for which the value may be believed. */
  readonly timeToLive: number;
}

/**
 * Canonical JSON: keys sorted at every level, so that equal settings have equal text, and equal revisions.
 * @param value anything that JSON can say
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
