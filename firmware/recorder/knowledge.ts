import type { ClockQuality } from "#devices/sample.ts";

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
