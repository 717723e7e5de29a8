import { truth } from "../../quantities.ts";
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
  /** When a card of the list was last shown, monotonic ms. */
  readonly cardAtMs: number;
  readonly isOccupied: boolean;
  /** The present reservation's holder has come. */
  readonly isAdmitted: boolean;
  /** Whoever stands there showed that he may. */
  readonly isProven: boolean;
  readonly said: readonly Estimate[];
}

/** A card that was shown counts for the vehicle that arrives within this. */
const cardMs = 5 * 60_000;
/** Settings and policies may change at any moment. */
const lookMs = 10_000;

/**
 * Who may use one space. `reserved` while a reservation holds; `kept` while it is to be kept free for its holder, who
 * has not come yet: a card of the list, or the signal `admit`, lets him in. `rightful` while somebody stands there who
 * may: anybody, but where the space is reserved, or the policy is for `permit` holders, only who has shown a card
 * of the list or was admitted. Which card that was is forgotten at once. Setting: `permits`.
 */
export function access(space: number, sources: AccessSources): Estimator<State> {
  const { credential, occupied, reserve, release, admit } = sources;
  return {
    name: "access",
    inputs: [credential, occupied, reserve, release, admit],
    outputs: { reserved: truth, kept: truth, rightful: truth },
    initial: (saved) => ({
      cardAtMs: Number.NEGATIVE_INFINITY,
      isOccupied: false,
      isAdmitted: false,
      isProven: savedProof(saved),
      said: [],
    }),
    step(before, sample, context): Step<State> {
      const { nowMs } = context;
      const isCard = isGood(sample) && sample.source === credential && isListed(sample.value, context);
      const cardAtMs = isCard ? nowMs : before.cardAtMs;
      const isPresence = isGood(sample) && sample.source === occupied;
      const isOccupied = isPresence ? sample.value >= 0.5 : before.isOccupied;
      const untilMs = reservedUntilMs(space, context);
      const isReserved = untilMs > nowMs;
      const isSignalled = sample?.source === admit && isMeant(space, context);
      const isLetIn = isCard || isSignalled;
      const isAdmitted = isReserved && (before.isAdmitted || isLetIn);
      const hasCome = isOccupied && !before.isOccupied;
      const hasCard = isOccupied && (isLetIn || (hasCome && (isAdmitted || nowMs - cardAtMs <= cardMs)));
      const isProven = (isOccupied || !isPresence) && (before.isProven || hasCard);
      const isRightful = isOccupied && (isProven || !(isReserved || isForPermits(space, context)));
      const said = [
        restate(before.said[0], "reserved", Number(isReserved), "good"),
        restate(before.said[1], "kept", Number(isReserved && !isAdmitted && !isOccupied), "good"),
        restate(before.said[2], "rightful", Number(isRightful), "good"),
      ];
      return {
        state: { cardAtMs, isOccupied, isAdmitted, isProven, said },
        estimates: changed(before.said, said),
        wakeAtMs: Math.min(nowMs + lookMs, isReserved ? untilMs : Number.POSITIVE_INFINITY),
      };
    },
    save: ({ isProven }) => ({ isProven }),
  };
}

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
