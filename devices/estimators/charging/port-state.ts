import type { Context, Estimate } from "../estimator.ts";
import type { Heard } from "./port-decision.ts";
import { type RulesNow, unknownRules } from "./port-rules.ts";
import { isCount, type Session, savedSession } from "./port-session.ts";

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
}

export interface PortState extends Ledger, Heard {
  readonly rulesNow: RulesNow;
  /** Since when a load has been seen that is no session yet, and what it took. */
  readonly loadSinceMs: number | undefined;
  readonly pendingCounts: number;
  /** When the load of the session was last seen; at first, when this life began. */
  readonly loadAtMs: number;
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
  restCode: "quota-used",
  rulesNow: unknownRules,
  loadSinceMs: undefined,
  pendingCounts: 0,
  loadAtMs: 0,
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
  };
}

/** What was saved, field by field: a record that is damaged in one place still gives the rest. */
export function ledgerOf(saved: unknown): Partial<PortState> {
  if (saved === null || typeof saved !== "object") return {};
  const kept = Object.entries(saved).filter(([name, value]) => name in emptyLedger && isCount(value));
  const session = "session" in saved ? savedSession(saved.session) : undefined;
  return { ...Object.fromEntries(kept), session, isResuming: session !== undefined };
}

/** What was pending was no session's. */
export const unloaded = (state: PortState): PortState => ({
  ...state,
  loadSinceMs: undefined,
  idleCounts: state.idleCounts + state.pendingCounts,
  pendingCounts: 0,
});
