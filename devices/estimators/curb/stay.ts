import type { Context } from "../estimator.ts";
import { maySomebodyStand } from "./activity.ts";
import { policiesOf, policyAt } from "./policy.ts";

/** One vehicle's use of one space, as far as rules ask about it. */
export interface Stay {
  /** Unix milliseconds since when it has stood there. */
  readonly sinceWallMs: number;
  /** Priority of the policy it stands under, 0 for none, and since when it has stood under that one. */
  readonly priority: number;
  readonly underWallMs: number;
}

export const stayFrom = (sinceWallMs: number): Stay => ({
  sinceWallMs,
  priority: Number.NaN,
  underWallMs: sinceWallMs,
});

/** The same stay by a clock that was set anew, so much later. */
export const shifted = (stay: Stay, stepMs: number): Stay => ({
  ...stay,
  sinceWallMs: stay.sinceWallMs + stepMs,
  underWallMs: stay.underWallMs + stepMs,
});

/**
 * How a stay stands at this moment. `max_stay` is the time for which the curb may be used under a regulation (CDS
 * 1.0.1, "Rule"): it begins anew when another policy begins. Where the policy forbids to stand, it is none.
 * @returns the stay as it goes on, and whether it has overstayed; undefined where no policy applies
 */
export function judgeStay(
  stay: Stay,
  space: number,
  { settings, timeZone }: Context,
  wallMs: number,
): { readonly stay: Stay; readonly hasOverstayed: boolean | undefined } {
  const policy = policyAt(policiesOf(settings), space, timeZone, wallMs);
  const priority = policy?.priority ?? 0;
  const isNew = Number.isNaN(stay.priority);
  const underWallMs = priority === stay.priority || isNew ? stay.underWallMs : wallMs;
  const next = priority === stay.priority ? stay : { ...stay, priority, underWallMs };
  if (policy === undefined) return { stay: next, hasOverstayed: undefined };
  const limitMinutes = maySomebodyStand(policy.activity) ? policy.maxStayMinutes : 0;
  const limitMs = (limitMinutes ?? Number.POSITIVE_INFINITY) * 60_000 + graceMs(settings);
  return { stay: next, hasOverstayed: wallMs - underWallMs > limitMs };
}

/** Setting `grace`, s. */
function graceMs({ grace }: Readonly<Record<string, unknown>>): number {
  return typeof grace === "number" ? grace * 1_000 : 0;
}
