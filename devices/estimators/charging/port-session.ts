import type { FieldValue } from "../estimator.ts";
import type { PortRules } from "./port-rules.ts";
import type { EndReason } from "./port-standing.ts";

/** Events: a session of a charging port began, and, when it has ended, all of it. */
export const chargingStart = "chargingStart";
export const chargingSession = "chargingSession";

/**
 * Energy is counted in whole steps of the meter's resolution, so that sums are exact: what sessions and the idle port
 * took makes up what the counter moved by, to the last count.
 */
export interface Session {
  /** Of the port, from 1 on. */
  readonly number: number;
  /** Monotonic, of this life of the unit; undefined once it was restarted. */
  readonly startAtMs: number | undefined;
  readonly startWallMs: number | undefined;
  /** When a load was last seen. */
  readonly loadWallMs: number | undefined;
  readonly startCounts: number;
  /** Of the quota; and what the operator gave, who had switched the port on. */
  readonly freeCounts: number;
  readonly giftCounts: number;
  /** Of what it pays: that of the tariff when it began. */
  readonly currency: string;
  /** Counts by price per kWh. */
  readonly paid: readonly (readonly [price: number, counts: number])[];
  /** A permitted card was seen before it. */
  readonly isAuthorised: boolean;
}

export const countsOf = ({ freeCounts, giftCounts, paid }: Session) =>
  paid.reduce((sum, [, counts]) => sum + counts, freeCounts + giftCounts);

/** What is left of the free quota, in counts. */
export function freeLeft(
  session: Session | undefined,
  dayFreeCounts: number,
  { sessionFreeWh, dayFreeWh }: PortRules,
  countsPerWh: number,
): number {
  const inSession = Math.floor(sessionFreeWh * countsPerWh) - (session?.freeCounts ?? 0);
  const inDay = Math.floor(dayFreeWh * countsPerWh) - dayFreeCounts;
  return Math.max(0, Math.min(inSession, inDay));
}

/** Books energy on a session: free as far as the quota goes, then at the price; without a price it is free too. */
export function book(session: Session, counts: number, left: number, price: number | undefined): Session {
  const free = price === undefined ? counts : Math.min(counts, left);
  const charged = counts - free;
  return {
    ...session,
    freeCounts: session.freeCounts + free,
    paid: charged === 0 || price === undefined ? session.paid : added(session.paid, price, charged),
  };
}

function added(paid: Session["paid"], price: number, counts: number): Session["paid"] {
  const index = paid.findIndex(([known]) => known === price);
  if (index === -1) return [...paid, [price, counts]];
  return paid.map((entry, at) => (at === index ? [price, entry[1] + counts] : entry));
}

/** Of what a double carries so much is exact, and the rest not to be rounded by. */
const exactDigits = 12;

/** In the currency, rounded to a hundredth of a cent, half up. */
export function costOf({ paid }: Session, countsPerWh: number): number {
  const cost = paid.reduce((sum, [price, counts]) => sum + (price * counts) / (1_000 * countsPerWh), 0);
  return Math.round(Number((cost * 10_000).toPrecision(exactDigits))) / 10_000;
}

/** ISO 8601 in UTC, or null while the unit did not know the time. */
const timeOf = (wallMs: number | undefined) =>
  wallMs === undefined
    ? null
    : new Date(Math.round(wallMs / 1_000) * 1_000).toISOString().replace(".000", "");

/** What is told of a session that begins: told, it is also kept. */
export const startOf = (port: string, session: Session, countsPerWh: number) => ({
  port,
  number: session.number,
  start: timeOf(session.startWallMs),
  meterStart: session.startCounts / countsPerWh,
  authorised: session.isAuthorised,
});

/** The record of a session that ended. Register readings and energies in Wh. */
export function recordOf(
  port: string,
  session: Session,
  end: { readonly wallMs: number | undefined; readonly counts: number; readonly reason: EndReason },
  countsPerWh: number,
): Readonly<Record<string, FieldValue>> {
  return {
    port,
    number: session.number,
    start: timeOf(session.startWallMs),
    end: timeOf(end.wallMs),
    reason: end.reason,
    meterStart: session.startCounts / countsPerWh,
    meterEnd: end.counts / countsPerWh,
    energy: (end.counts - session.startCounts) / countsPerWh,
    free: (session.freeCounts + session.giftCounts) / countsPerWh,
    cost: costOf(session, countsPerWh),
    currency: session.currency,
    authorised: session.isAuthorised,
  };
}

/** What was saved of an open session; undefined when it cannot be read whole. */
export function savedSession(saved: unknown): Session | undefined {
  if (saved === null || typeof saved !== "object") return undefined;
  const {
    number,
    startWallMs,
    loadWallMs,
    startCounts,
    freeCounts,
    giftCounts,
    currency,
    paid,
    isAuthorised,
  } = saved as Record<string, unknown>;
  const isWhole =
    isCount(number) &&
    isCount(startCounts) &&
    isCount(freeCounts) &&
    typeof currency === "string" &&
    Array.isArray(paid) &&
    paid.every(isPaid);
  if (!isWhole) return undefined;
  return {
    number,
    startAtMs: undefined,
    startWallMs: isCount(startWallMs) ? startWallMs : undefined,
    loadWallMs: isCount(loadWallMs) ? loadWallMs : undefined,
    startCounts,
    freeCounts,
    giftCounts: isCount(giftCounts) ? giftCounts : 0,
    currency,
    paid,
    isAuthorised: isAuthorised === true,
  };
}

export const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value) && value >= 0;

const isPaid = (entry: unknown): entry is readonly [number, number] =>
  Array.isArray(entry) && entry.length === 2 && entry.every(isCount);
