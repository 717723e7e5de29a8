import type { Context, Estimate } from "../estimator.ts";
import type { Heard } from "./port-decision.ts";
import { type RulesNow, unknownRules } from "./port-rules.ts";
import { isCount, type Session, savedSession } from "./port-session.ts";
import { type RestCode, restCodes } from "./port-standing.ts";

/** What outlives a restart. */
export interface Ledger {
  /** The counter as last read; undefined before it ever was. */
  readonly counts: number | undefined;
  /** What it moved by in sessions that ended, and outside of sessions. */
  readonly sessionCounts: number;
  readonly idleCounts: number;
  /** Sessions that ended, and those that a card or the operator let in. */
  readonly sessions: number;
  readonly authorised: number;
  /** Local date, and its free energy. */
  readonly day: number | undefined;
  readonly dayFreeCounts: number;
  readonly session: Session | undefined;
  /** After a quota was used: for how long the port rests in all, until when, and why; 0 when it does not. ms. */
  readonly restForMs: number;
  readonly restUntilWallMs: number | undefined;
  readonly restCode: RestCode;
}

export interface PortState extends Ledger, Heard {
  readonly rulesNow: RulesNow;
  /** Since when a load has been seen that is no session yet, and what it took. */
  readonly loadSinceMs: number | undefined;
  readonly pendingCounts: number;
  /** When the load of the session was last seen, or could be again; at first, when this life began. */
  readonly loadAtMs: number;
  /** What the port's switch was told, by its permit if not by this; and whether there is a supply for it. */
  readonly isClosed: boolean;
  readonly isSupplied: boolean;
  /** Since when one of the two has been off. */
  readonly heldSinceMs: number | undefined;
  /** The rest is from before a restart, and when it ends is not known by the clock yet. */
  readonly isRestUndated: boolean;
  /** The session is from before a restart, and was not seen to go on. */
  readonly isResuming: boolean;
  readonly bornMs: number | undefined;
  /** Before then, and while these settings hold, nothing happens by itself. */
  readonly calmUntilMs: number | undefined;
  readonly settings: Context["settings"] | undefined;
  readonly said: readonly Estimate[];
}

const emptyLedger: Ledger = {
  counts: undefined,
  sessionCounts: 0,
  idleCounts: 0,
  sessions: 0,
  authorised: 0,
  day: undefined,
  dayFreeCounts: 0,
  session: undefined,
  restForMs: 0,
  restUntilWallMs: undefined,
  restCode: "quota-used",
};

/** Before anything is known. */
export const atRest: PortState = {
  ...emptyLedger,
  trip: undefined,
  isShed: undefined,
  isCold: undefined,
  isAdmitted: false,
  admittedUntilMs: Number.NEGATIVE_INFINITY,
  restUntilMs: Number.NEGATIVE_INFINITY,
  rulesNow: unknownRules,
  loadSinceMs: undefined,
  pendingCounts: 0,
  loadAtMs: 0,
  isClosed: true,
  isSupplied: true,
  heldSinceMs: undefined,
  isRestUndated: false,
  isResuming: false,
  bornMs: undefined,
  calmUntilMs: undefined,
  settings: undefined,
  said: [],
};

/** What is pending counts as idle: the load that took it is gone with the restart. */
export function save(state: PortState): Ledger {
  const {
    counts,
    sessionCounts,
    idleCounts,
    pendingCounts,
    sessions,
    authorised,
    day,
    dayFreeCounts,
    session,
    restForMs,
    restUntilWallMs,
    restCode,
  } = state;
  return {
    counts,
    sessionCounts,
    idleCounts: idleCounts + pendingCounts,
    sessions,
    authorised,
    day,
    dayFreeCounts,
    session,
    restForMs,
    restUntilWallMs,
    restCode,
  };
}

/** What was saved, field by field: a record that is damaged in one place still gives the rest. */
export function ledgerOf(saved: unknown): Partial<PortState> {
  if (saved === null || typeof saved !== "object") return {};
  const kept = Object.entries(saved).filter(([name, value]) => name in emptyLedger && isCount(value));
  const session = "session" in saved ? savedSession(saved.session) : undefined;
  const restCode = "restCode" in saved ? restCodes.find((code) => code === saved.restCode) : undefined;
  const isRestUndated = "restForMs" in saved && isCount(saved.restForMs) && saved.restForMs > 0;
  return {
    ...Object.fromEntries(kept),
    ...(restCode && { restCode }),
    ...{ session, isResuming: session !== undefined, isRestUndated },
  };
}

/** A restart ends no rest; where the time is not known it begins anew. One that is over is forgotten. */
export function keepRest(state: PortState, bornMs: number, { nowMs, wallMs }: Context): PortState {
  const { restForMs, restUntilWallMs, isRestUndated, restUntilMs } = state;
  if (!isRestUndated)
    return restForMs > 0 && nowMs >= restUntilMs
      ? { ...state, restForMs: 0, restUntilWallMs: undefined }
      : state;
  if (wallMs === undefined || restUntilWallMs === undefined)
    return { ...state, restUntilMs: bornMs + restForMs, isRestUndated: nowMs < bornMs + restForMs };
  const leftMs = Math.min(Math.max(restUntilWallMs - wallMs, 0), restForMs);
  return { ...state, restUntilMs: nowMs + leftMs, isRestUndated: false };
}

/** What was pending was no session's. */
export const unloaded = (state: PortState): PortState => ({
  ...state,
  loadSinceMs: undefined,
  idleCounts: state.idleCounts + state.pendingCounts,
  pendingCounts: 0,
});
