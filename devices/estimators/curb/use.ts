import type { Stay } from "./stay.ts";

/** One space, as far as its use is concerned. */
export interface Use {
  /** Undefined until the sensors have told. */
  readonly isOccupied: boolean | undefined;
  /** How long before it was told the last change was seen, ms. */
  readonly latencyMs: number;
  readonly stay: Stay | undefined;
  /** Since when no sensor of the space can tell, monotonic ms. */
  readonly lostSinceMs: number | undefined;
  readonly isOnline: boolean;
  readonly isCommissioned: boolean;
  /** Counted for good: events told, and sessions begun. */
  readonly events: number;
  readonly sessions: number;
  /** Of the session that goes on, once its begin was told. */
  readonly sessionId: string | undefined;
  readonly hasOverstayed: boolean | undefined;
}

/** What an earlier life kept of the space with this index, in the saved state of the whole kerb. */
export function savedUse(saved: unknown, index: number): Use {
  const none: Use = {
    ...{ isOccupied: undefined, latencyMs: 0, stay: undefined, lostSinceMs: undefined },
    ...{
      isOnline: true,
      isCommissioned: true,
      events: 0,
      sessions: 0,
      sessionId: undefined,
      hasOverstayed: false,
    },
  };
  const uses = saved !== null && typeof saved === "object" && "uses" in saved ? saved.uses : undefined;
  const use: unknown = Array.isArray(uses) ? uses[index] : undefined;
  if (use === null || typeof use !== "object") return none;
  const { isOccupied, stay, isOnline, isCommissioned, events, sessions, sessionId } = use as Partial<Use>;
  return {
    ...none,
    isOccupied: typeof isOccupied === "boolean" ? isOccupied : undefined,
    stay: isStay(stay) ? stay : undefined,
    isOnline: isOnline !== false,
    isCommissioned: isCommissioned !== false,
    events: countOf(events),
    sessions: countOf(sessions),
    sessionId: typeof sessionId === "string" ? sessionId : undefined,
  };
}

const countOf = (value: unknown) => (Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : 0);

/** One that was not judged yet is not kept: JSON has no NaN. */
function isStay(value: unknown): value is Stay {
  if (value === null || typeof value !== "object") return false;
  const { sinceWallMs, priority, underWallMs } = value as Partial<Stay>;
  return [sinceWallMs, priority, underWallMs].every((number) => Number.isFinite(number));
}
