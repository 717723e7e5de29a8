import { activeEnergy, truth } from "../../quantities.ts";
import type { Sample } from "../../sample.ts";
import { currencyOf } from "../charging/port-rules.ts";
import {
  book,
  chargingSession,
  countsOf,
  recordOf,
  type Session,
  savedSession,
} from "../charging/port-session.ts";
import type { EndReason } from "../charging/port-standing.ts";
import { changed, isGood, restate } from "../estimate.ts";
import type { Context, Estimate, Estimator, Step } from "../estimator.ts";
import { activityOf } from "./activity.ts";
import { meterLostMs } from "./charging-point.ts";

export interface ChargingSessionSources {
  /** Imported active energy of the charging point's meter, Wh. */
  readonly register: string;
  /** Where the contactor was told to stand. */
  readonly contactor: string;
  readonly vehicleState: string;
  readonly activity: string;
  /** 1 while who stands in the space has shown that he may. */
  readonly proven: string;
}

interface Ending {
  readonly reason: EndReason;
  readonly atMs: number;
}

interface State {
  readonly session: Session | undefined;
  /** The contactor has opened; the next reading of the register is the last one of the session. */
  readonly ending: Ending | undefined;
  /** Sessions begun, for good. */
  readonly count: number;
  readonly registerWh: number;
  readonly readAtMs: number;
  readonly vehicleState: number;
  readonly isPolicyParking: boolean;
  readonly isProven: boolean;
  readonly said: readonly Estimate[];
}

/** A register that is not read any more ends its session with what it said last. */
const lastReadingMs = 5_000;

/**
 * Charging sessions of one space, each from the contactor's closing to its opening, told as `chargingSession` (as the
 * bench tells its own) with the readings of a meter whose register is never reset. One that a restart interrupted ends
 * with the first reading after it. `charging` is 1 during a session, `energy` what the present or last one took, Wh.
 * Settings: `energyPrice` (per kWh), `currency`.
 */
export function chargingSessions(port: string, sources: ChargingSessionSources): Estimator<State> {
  return {
    name: "charging",
    inputs: [sources.register, sources.contactor, sources.vehicleState, sources.activity, sources.proven],
    outputs: { charging: truth, energy: activeEnergy },
    events: [chargingSession],
    initial: (saved) => {
      const session = savedSession(fieldOf(saved, "session"));
      const count = fieldOf(saved, "count");
      return {
        session,
        // The contactor is open while a unit is dead.
        ending: session && { reason: "power-cut", atMs: Number.POSITIVE_INFINITY },
        count: typeof count === "number" ? count : 0,
        ...{ registerWh: Number.NaN, readAtMs: Number.NEGATIVE_INFINITY, vehicleState: Number.NaN },
        ...{ isPolicyParking: false, isProven: false, said: [] },
      };
    },
    step(before, sample, context): Step<State> {
      const heard = sample ? hear(before, sample, sources, context) : before;
      const { session, ending, registerWh, readAtMs } = heard;
      const isLast = ending !== undefined && (readAtMs > ending.atMs || isOverdue(ending, context));
      const hasRead = Number.isFinite(registerWh);
      const closed = session && ending && (isLast || ending.reason === "power-cut") && hasRead;
      const state = closed ? { ...heard, session: undefined, ending: undefined } : heard;
      const taken = session && hasRead ? energyWh(session, registerWh) : (before.said[1]?.value ?? 0);
      const said = [
        restate(before.said[0], "charging", Number(session !== undefined && ending === undefined), "good"),
        restate(before.said[1], "energy", taken, "good"),
      ];
      const wakeAtMs = state.ending && state.ending.atMs + lastReadingMs;
      return {
        state: { ...state, said },
        estimates: changed(before.said, said),
        ...(closed && { events: [told(port, session, ending, registerWh, context)] }),
        ...(wakeAtMs !== undefined && Number.isFinite(wakeAtMs) && { wakeAtMs }),
      };
    },
    save: ({ session, count }) => ({ session: session ?? null, count }),
  };
}

const isOverdue = ({ atMs }: Ending, { nowMs }: Context) => nowMs >= atMs + lastReadingMs;

/** Two readings of a register that counts up; one that was exchanged in between took nothing that is known. */
const energyWh = ({ startCounts }: Session, registerWh: number) => Math.max(0, registerWh - startCounts);

function hear(state: State, sample: Sample, sources: ChargingSessionSources, context: Context): State {
  const { source, value, atMs } = sample;
  switch (source) {
    case sources.register:
      return isGood(sample) ? { ...state, registerWh: value, readAtMs: atMs } : state;
    case sources.vehicleState:
      return isGood(sample) ? { ...state, vehicleState: value } : state;
    case sources.activity:
      return { ...state, isPolicyParking: isGood(sample) && activityOf(value) === "parking" };
    case sources.proven:
      return { ...state, isProven: isGood(sample) && value >= 0.5 };
    default:
      return isGood(sample) && value >= 0.5 ? begun(state, context) : ended(state, context);
  }
}

function begun(state: State, { nowMs, wallMs, settings }: Context): State {
  // One that is still ending goes on: the contactor opened for a moment only.
  if (state.session) return state.ending?.reason === "power-cut" ? state : { ...state, ending: undefined };
  if (!Number.isFinite(state.registerWh)) return state;
  const count = state.count + 1;
  const session: Session = {
    ...{ number: count, startAtMs: nowMs, startWallMs: wallMs, loadWallMs: wallMs },
    ...{
      startCounts: state.registerWh,
      freeCounts: 0,
      giftCounts: 0,
      paid: [],
      isAuthorised: state.isProven,
    },
    currency: currencyOf(settings),
  };
  return { ...state, session, ending: undefined, count };
}

function ended(state: State, { nowMs }: Context): State {
  if (!state.session || state.ending) return state;
  const isLost = nowMs - state.readAtMs > meterLostMs;
  const reason = isLost ? "meter-stale" : state.isPolicyParking ? "unplugged" : "hours-ended";
  return { ...state, ending: { reason, atMs: nowMs } };
}

function told(port: string, session: Session, { reason }: Ending, registerWh: number, context: Context) {
  const { energyPrice } = context.settings;
  const price = typeof energyPrice === "number" && energyPrice > 0 ? energyPrice : undefined;
  const endWh = Math.max(registerWh, session.startCounts);
  // Price and currency are those of the end.
  const priced = { ...session, currency: currencyOf(context.settings) };
  const booked = book(priced, endWh - session.startCounts - countsOf(session), 0, price);
  const end = { wallMs: context.wallMs, counts: endWh, reason };
  return {
    event: chargingSession,
    fields: recordOf(port, booked, end, 1),
  };
}

function fieldOf(saved: unknown, name: string): unknown {
  if (saved === null || typeof saved !== "object") return undefined;
  return (saved as Readonly<Record<string, unknown>>)[name];
}
