import type { ClockQuality } from "#devices/sample.ts";
import type { FlightEvent } from "./event.ts";

/** Documents that outlive a process, as `Kept` names them: with these a unit goes on where it was. */
export const documentNames = ["boot", "settings", "command", "estimates", "alarms"] as const;
export type DocumentName = (typeof documentNames)[number];

export type Documents = Readonly<Partial<Record<DocumentName, unknown>>>;

/**
 * What a recorder knows of a unit's surroundings at some moment, beside what passes: with it a replay can begin in the
 * middle of a life.
 */
export interface Knowledge {
  /** Unix time less monotonic time, ms; undefined while the wall time is not known. */
  readonly wallOffsetMs: number | undefined;
  readonly wallQuality: ClockQuality;
  readonly connected: boolean;
  /** Levels of GPIO lines that the unit has read or was told, by name. */
  readonly levels: Readonly<Record<string, 0 | 1>>;
  /** As they were last kept, scrubbed. */
  readonly documents: Documents;
}

export const ignorant: Knowledge = {
  ...{ wallOffsetMs: undefined, wallQuality: "none", connected: false },
  ...{ levels: {}, documents: {} },
};

/** What is known once an event has passed. */
export function afterEvent(known: Knowledge, { kind, subject, payload, failure }: FlightEvent): Knowledge {
  if (failure !== undefined) return known;
  switch (kind) {
    case "document":
      return { ...known, documents: { ...known.documents, [subject]: JSON.parse(textOf(payload)) } };
    case "wall":
      return {
        ...known,
        wallOffsetMs: offsetIn(payload),
        wallQuality: subject === "network" ? "network" : "rtc",
      };
    case "link":
      return { ...known, connected: payload[0] === 1 };
    case "read":
    case "edge":
      return { ...known, levels: { ...known.levels, [subject]: payload[0] === 1 ? 1 : 0 } };
    default:
      return known;
  }
}

const textOf = (payload: Uint8Array) => new TextDecoder().decode(payload);

/** The payload of an event `wall`. */
export const offsetIn = ({ buffer, byteOffset }: Uint8Array): number =>
  new DataView(buffer, byteOffset).getFloat64(0, true);

export function offsetPayload(offsetMs: number): Uint8Array {
  const payload = new Uint8Array(8);
  new DataView(payload.buffer).setFloat64(0, offsetMs, true);
  return payload;
}
