/** How a unit stands to the settings that a flow wants for it: pure, from what was seen on the broker. */
import {
  canonicalJson,
  type DesiredSettings,
  type Refusal,
  type ReportedSettings,
  type Status,
} from "../../devices/wire.ts";

/** What the broker has told since it was last connected. */
export interface Seen {
  readonly connected: boolean;
  /** What is retained has had the time to arrive. */
  readonly settled: boolean;
  readonly desired?: DesiredSettings;
  readonly reported?: ReportedSettings;
  readonly status?: Status;
  /** From the unit's description. */
  readonly kind?: string;
}

export type State =
  | "disconnected"
  | "connecting"
  | "mismatch"
  | "replaced"
  | "refused"
  | "applied"
  | "waiting"
  | "sent";

export interface Standing {
  readonly state: State;
  /** Revision that the flow wants. */
  readonly revision: string;
  readonly online: boolean;
  /** Whether the unit was ever heard of. */
  readonly known: boolean;
  readonly refusals: readonly Refusal[];
  /** Kind of the unit when it is another one than the node's; revision that somebody else asked for. */
  readonly found?: string;
}

export const unseen: Seen = { connected: false, settled: false };

export function standing(kind: string, wanted: DesiredSettings, seen: Seen): Standing {
  const { reported } = seen;
  const mine = reported?.revision === wanted.revision ? reported : undefined;
  const base = {
    revision: wanted.revision,
    online: seen.status?.state === "online",
    known: seen.status !== undefined || reported !== undefined || seen.kind !== undefined,
    refusals: mine?.refusals ?? [],
  };
  if (!seen.connected) return { ...base, state: "disconnected" };
  if (!seen.settled) return { ...base, state: "connecting" };
  if (seen.kind !== undefined && seen.kind !== kind) return { ...base, state: "mismatch", found: seen.kind };
  if (seen.desired && seen.desired.revision !== wanted.revision)
    return { ...base, state: "replaced", found: seen.desired.revision };
  if (mine) return { ...base, state: mine.state };
  return { ...base, state: base.online ? "sent" : "waiting" };
}

/** Whether the broker has to be told: once what it retains is known, is other, and the unit is of our kind. */
export function mustPublish(kind: string, wanted: DesiredSettings, seen: Seen): boolean {
  if (!seen.connected || !seen.settled) return false;
  if (seen.kind !== undefined && seen.kind !== kind) return false;
  return !seen.desired || canonicalJson(seen.desired) !== canonicalJson(wanted);
}
