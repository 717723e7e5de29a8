import { truth } from "../../quantities.ts";
import type { Sample } from "../../sample.ts";
import { changed, isGood, restate } from "../estimate.ts";
import type { Context, Estimate, Estimator, Step } from "../estimator.ts";
import { policiesOf, policyAt } from "./policy.ts";

export interface AccessSources {
  /** Credential of the card on the reader, 0 without one. */
  readonly credential: string;
  readonly occupied: string;
  readonly reserve: string;
  readonly release: string;
  readonly admit: string;
}

interface State {
  /** When somebody was last let in, by a card of the list or by the operator, and has not come yet; monotonic ms. */
  readonly letInAtMs: number;
  /** Undefined while no sensor can tell. */
  readonly isOccupied: boolean | undefined;
  readonly reservedUntilMs: number;
  /** Whoever stands there showed that he may. */
  readonly isProven: boolean;
  readonly said: readonly Estimate[];
}

/** Who was let in must come within this. */
const admissionMs = 5 * 60_000;
/** Settings and policies may change at any moment. */
const lookMs = 10_000;

/**
 * Who may use one space. `reserved` while a reservation holds; `kept` while it is to be kept free for its holder: a card
 * of the list, or the signal `admit`, lets him in, once, for five minutes. `rightful` while somebody stands there who
 * may: anybody, but where the space is reserved, or the policy is for `permit` holders, only who is `proven`: has shown
 * a card of the list or was admitted. Nobody is while no sensor can tell who stands there, and what was proven before
 * counts for nothing after. Which card that was is forgotten at once. Setting: `permits`.
 */
export function access(space: number, sources: AccessSources): Estimator<State> {
  const { credential, occupied, reserve, release, admit } = sources;
  return {
    name: "access",
    inputs: [credential, occupied, reserve, release, admit],
    outputs: { reserved: truth, kept: truth, rightful: truth, proven: truth },
    initial: (saved) => ({
      letInAtMs: Number.NEGATIVE_INFINITY,
      isOccupied: undefined,
      reservedUntilMs: Number.NEGATIVE_INFINITY,
      isProven: savedProof(saved),
      said: [],
    }),
    step(before, sample, context): Step<State> {
      const { nowMs } = context;
      const reservedUntil = reservedUntilMs(space, context);
      const isReserved = reservedUntil > nowMs;
      // Who was let in before came for another reservation.
      const isNew = isReserved && reservedUntil !== before.reservedUntilMs;
      const isLetIn =
        (isGood(sample) && sample.source === credential && isListed(sample.value, context)) ||
        (sample?.source === admit && isMeant(space, context));
      const letInBeforeMs = isNew ? Number.NEGATIVE_INFINITY : before.letInAtMs;
      const isExpected = isLetIn || nowMs < letInBeforeMs + admissionMs;
      const isOccupied = sample?.source === occupied ? presenceOf(sample) : before.isOccupied;
      const hasCome = isOccupied === true && before.isOccupied !== true;
      const hasGone = isOccupied !== true && before.isOccupied === true;
      const hasProved = isOccupied === true && (isLetIn || (hasCome && isExpected));
      const isProven = hasProved || (before.isProven && !hasGone && isOccupied !== false);
      const letInAtMs = hasProved ? Number.NEGATIVE_INFINITY : isLetIn ? nowMs : letInBeforeMs;
      const isKept = isReserved && !isExpected && isOccupied !== true;
      const isForAll = !(isReserved || isForPermits(space, context));
      const said = [
        restate(before.said[0], "reserved", Number(isReserved), "good"),
        restate(before.said[1], "kept", Number(isKept), "good"),
        restate(before.said[2], "rightful", Number(isOccupied === true && (isProven || isForAll)), "good"),
        restate(before.said[3], "proven", Number(isOccupied === true && isProven), "good"),
      ];
      return {
        state: { letInAtMs, isOccupied, reservedUntilMs: reservedUntil, isProven, said },
        estimates: changed(before.said, said),
        wakeAtMs: Math.min(
          nowMs + lookMs,
          ...[reservedUntil, letInAtMs + admissionMs].filter((ms) => ms > nowMs),
        ),
      };
    },
    save: ({ isProven }) => ({ isProven }),
  };
}

/** Told by one sensor alone (`suspect`) it is still the best that is known: who has gone has gone. */
const presenceOf = ({ value, quality }: Sample) =>
  (quality === "good" || quality === "suspect") && Number.isFinite(value) ? value >= 0.5 : undefined;

/** Until when a space is reserved, monotonic ms; no time at all when it is not. */
export function reservedUntilMs(
  space: number,
  { commands, nowMs }: Pick<Context, "commands" | "nowMs">,
): number {
  const reservation = commands.findLast(
    ({ name, args, untilMs }) => name === "reserve" && args.space === space && untilMs > nowMs,
  );
  return reservation?.untilMs ?? Number.NEGATIVE_INFINITY;
}

const isMeant = (space: number, { commands }: Context) =>
  commands.some(({ name, args }) => name === "admit" && args.space === space);

/** A credential is 48 bits, listed as 12 hexadecimal digits. */
function isListed(credential: number, { settings: { permits } }: Context): boolean {
  if (!(credential > 0) || !Array.isArray(permits)) return false;
  return permits.includes(credential.toString(16).padStart(12, "0"));
}

function isForPermits(space: number, { settings, timeZone, wallMs }: Context): boolean {
  if (wallMs === undefined) return true;
  return policyAt(policiesOf(settings), space, timeZone, wallMs)?.userClasses.includes("permit") ?? true;
}

const savedProof = (saved: unknown) =>
  saved !== null && typeof saved === "object" && "isProven" in saved && saved.isProven === true;
