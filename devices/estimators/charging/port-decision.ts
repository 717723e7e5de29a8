import type { Context } from "../estimator.ts";
import { tripCauses } from "./port-guard.ts";
import type { RulesNow } from "./port-rules.ts";
import { freeLeft, type Session } from "./port-session.ts";
import type { RestCode, StandingCode } from "./port-standing.ts";

/** What a port was told last; undefined while it is not known. */
export interface Heard {
  /** Index among `tripCauses`. */
  readonly trip: number | undefined;
  readonly isShed: boolean | undefined;
  readonly isCold: boolean | undefined;
  /** A permitted card was just seen at the reader. */
  readonly isAdmitted: boolean;
  /** Monotonic: a session may begin by command until then. */
  readonly admittedUntilMs: number;
  /** After a quota was used the port rests until then, and why. */
  readonly restUntilMs: number;
  readonly restCode: RestCode;
}

/** All that decides how a port stands. */
export interface Case extends Heard {
  readonly session: Session | undefined;
  readonly dayFreeCounts: number;
  readonly rulesNow: RulesNow;
  readonly countsPerWh: number;
}

/** What the operator commanded of a port, while it is in force. */
export function operatorOf(
  { commands, nowMs }: Context,
  port: string,
): { readonly isOn: boolean; readonly untilMs: number } | undefined {
  const command = commands.findLast(
    ({ name, args, untilMs }) => name === "setPort" && args.port === port && untilMs > nowMs,
  );
  return command && { isOn: command.args.on === true, untilMs: command.untilMs };
}

/**
 * In this order: tripped; off by the operator; shed; frost; on by the operator; outside its hours; quota, tariff and
 * cards. What must be known and is not keeps the port off, without ending a session.
 */
export function standing(at: Case, port: string, context: Context): StandingCode {
  const cause = at.trip === undefined ? undefined : tripCauses[at.trip];
  if (cause === undefined) return "unsure";
  if (cause !== "none") return cause;
  const operator = operatorOf(context, port);
  if (operator?.isOn === false) return "operator";
  if (at.isShed === undefined || at.isCold === undefined) return "unsure";
  if (at.isShed) return "shed";
  if (at.isCold) return "frost";
  if (operator?.isOn) return "operator-on";
  if (at.rulesNow.isOpen === undefined) return "unsure";
  return at.rulesNow.isOpen ? commercial(at, context.nowMs) : "hours-ended";
}

function commercial(at: Case, nowMs: number): StandingCode {
  const { session, dayFreeCounts, rulesNow, countsPerWh } = at;
  const { rules, price } = rulesNow;
  const isLetIn = session?.isAuthorised ?? (at.isAdmitted || nowMs < at.admittedUntilMs);
  if (rules.cardNeeded === "always" && !isLetIn) return "card-needed";
  const isFree = freeLeft(session, dayFreeCounts, rules, countsPerWh) > 0;
  const mayPay = price !== undefined && (rules.cardNeeded === "never" || isLetIn);
  if (mayPay) return "open";
  if (nowMs < at.restUntilMs) return at.restCode;
  if (isFree) return "open";
  if (price !== undefined) return "card-needed";
  return session && session.paid.length > 0 ? "tariff-window-ended" : "quota-used";
}
