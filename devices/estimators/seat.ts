import { count, duration, mass, type Quantity, truth } from "../quantities.ts";
import { changed, isGood, restate } from "./estimate.ts";
import type { Estimate, Estimator, Step } from "./estimator.ts";

export interface SeatSources {
  /** kg, by a load cell under the seat, tared when it was commissioned. */
  readonly mass: string;
}

/** Visits in an hour. */
export const turnover: Quantity = {
  ...count,
  name: "turnover",
  symbol: "f",
  unit: "1/h",
  unitCode: "HUR",
  decimals: 0,
};

export interface SeatConstants {
  /** More than a bag and less than a child, kg. */
  readonly occupiedKg: number;
  /** A settled change of at least this is somebody, and of this more, one more. kg. */
  readonly stepKg: number;
  readonly personKg: number;
  /** Within this, for so long, the load has settled. kg, ms. */
  readonly settleKg: number;
  readonly settleMs: number;
  /** An empty seat's zero follows what is smaller than this, with this time constant. kg, ms. */
  readonly driftKg: number;
  readonly driftMs: number;
  /** What lies on the seat for so long is part of it: snow, a parcel that was left. ms. */
  readonly residentMs: number;
}

/** Mean body mass of European adults with clothes: some 75 kg (Walpole et al., BMC Public Health 12 (2012): 70.8 kg). */
export const seatConstants: SeatConstants = {
  occupiedKg: 15,
  stepKg: 20,
  personKg: 75,
  settleKg: 6,
  settleMs: 1_500,
  driftKg: 3,
  driftMs: 600_000,
  residentMs: 1_800_000,
};

const hourMs = 3_600_000;

/** A load that does not move, and since when. */
interface Plateau {
  readonly kg: number;
  readonly sinceMs: number;
}

export interface SeatState {
  readonly zeroKg: number;
  readonly heardAtMs: number | undefined;
  readonly plateau: Plateau | undefined;
  /** The load that those who sit here make. */
  readonly levelKg: number;
  /** When each of them sat down, the first one first. */
  readonly sittingSinceMs: readonly number[];
  readonly arrivalsMs: readonly number[];
  /** Of those who left within the last hour: when, and after how long. */
  readonly left: readonly { readonly atMs: number; readonly stayedMs: number }[];
  readonly visits: number;
  readonly said: readonly Estimate[];
}

/**
 * Who sits on a bench, by weight alone: `occupied`, how many are `seated`, `visits` since ever, `turnover` (visits in
 * the last hour) and mean `dwell` of those who left within the last hour. Somebody is a settled change of the load by
 * 20 kg or more. The zero of the empty seat follows slow drift and, after half an hour, what stays on it.
 */
export function seat(
  { mass: source }: SeatSources,
  constants: SeatConstants = seatConstants,
): Estimator<SeatState> {
  return {
    name: "seat",
    outputs: { occupied: truth, seated: count, visits: count, turnover, dwell: duration, zero: mass },
    inputs: [source],
    initial: (saved) => ({ ...empty, ...restored(saved) }),
    save: ({ zeroKg, visits }) => ({ zeroKg, visits }),

    step(before, sample, { nowMs }): Step<SeatState> {
      const heard = isGood(sample) ? weigh(before, sample.value, nowMs, constants) : before;
      const since = nowMs - hourMs;
      const state = {
        ...heard,
        arrivalsMs: heard.arrivalsMs.filter((atMs) => atMs > since),
        left: heard.left.filter(({ atMs }) => atMs > since),
      };
      const said = estimates(state);
      const oldestMs = Math.min(...state.arrivalsMs, ...state.left.map(({ atMs }) => atMs));
      return {
        state: { ...state, said },
        estimates: changed(before.said, said),
        ...(Number.isFinite(oldestMs) && { wakeAtMs: oldestMs + hourMs }),
      };
    },
  };
}

const empty: SeatState = {
  zeroKg: 0,
  heardAtMs: undefined,
  plateau: undefined,
  levelKg: 0,
  sittingSinceMs: [],
  arrivalsMs: [],
  left: [],
  visits: 0,
  said: [],
};

function weigh(state: SeatState, kg: number, nowMs: number, constants: SeatConstants): SeatState {
  const netKg = kg - state.zeroKg;
  const { plateau } = state;
  const isSame = plateau !== undefined && Math.abs(netKg - plateau.kg) <= constants.settleKg;
  const next = { ...state, heardAtMs: nowMs, plateau: isSame ? plateau : { kg: netKg, sinceMs: nowMs } };
  const settledMs = nowMs - next.plateau.sinceMs;
  if (settledMs < constants.settleMs) return next;
  const seated = settle(next, netKg, nowMs, constants);
  return seated.sittingSinceMs.length > 0 ? seated : tare(seated, state, netKg, nowMs, constants);
}

/** The load has settled: who came, who left? */
function settle(state: SeatState, netKg: number, nowMs: number, constants: SeatConstants): SeatState {
  const { occupiedKg, stepKg, personKg } = constants;
  const { sittingSinceMs, levelKg } = state;
  const isEmpty = netKg < occupiedKg;
  const changeKg = netKg - levelKg;
  const people = Math.abs(changeKg) < stepKg ? 0 : Math.max(1, Math.round(Math.abs(changeKg) / personKg));
  const next = { ...state, levelKg: isEmpty ? 0 : netKg };
  if (isEmpty) return leave(next, sittingSinceMs.length, nowMs);
  if (sittingSinceMs.length === 0) return arrive(next, Math.max(1, people), nowMs);
  if (changeKg > 0) return arrive(next, people, nowMs);
  return leave(next, Math.min(people, sittingSinceMs.length - 1), nowMs);
}

function arrive(state: SeatState, people: number, nowMs: number): SeatState {
  if (people === 0) return state;
  const now = Array<number>(people).fill(nowMs);
  return {
    ...state,
    sittingSinceMs: [...state.sittingSinceMs, ...now],
    arrivalsMs: [...state.arrivalsMs, ...now],
    visits: state.visits + people,
  };
}

/** Weight does not say who left: the one who has sat the longest is taken to have. */
function leave(state: SeatState, people: number, nowMs: number): SeatState {
  if (people === 0) return state;
  const gone = state.sittingSinceMs.slice(0, people);
  return {
    ...state,
    sittingSinceMs: state.sittingSinceMs.slice(people),
    left: [...state.left, ...gone.map((sinceMs) => ({ atMs: nowMs, stayedMs: nowMs - sinceMs }))],
  };
}

/** Nobody sits here: what the cell still shows is drift, or something that was left, or that was taken away. */
function tare(
  state: SeatState,
  before: SeatState,
  netKg: number,
  nowMs: number,
  constants: SeatConstants,
): SeatState {
  const { driftKg, driftMs, residentMs } = constants;
  const moveTo = (shareOfNet: number): SeatState => {
    const moved = netKg * shareOfNet;
    const { plateau } = state;
    // The plateau is net of the zero, and moves with it.
    return {
      ...state,
      zeroKg: state.zeroKg + moved,
      plateau: plateau && { ...plateau, kg: plateau.kg - moved },
    };
  };
  if (Math.abs(netKg) <= driftKg)
    return moveTo(1 - Math.exp(-(nowMs - (before.heardAtMs ?? nowMs)) / driftMs));
  const isResident = nowMs - state.plateau!.sinceMs >= residentMs;
  // Nobody weighs less than nothing: what was part of the seat is gone.
  return netKg < 0 || isResident ? moveTo(1) : state;
}

function estimates({ sittingSinceMs, arrivalsMs, left, visits, zeroKg, said }: SeatState): Estimate[] {
  const dwellS =
    left.length === 0 ? undefined : left.reduce((sum, one) => sum + one.stayedMs, 0) / left.length / 1_000;
  return [
    restate(said[0], "occupied", sittingSinceMs.length > 0 ? 1 : 0, "good"),
    restate(said[1], "seated", sittingSinceMs.length, "good"),
    restate(said[2], "visits", visits, "good"),
    restate(said[3], "turnover", arrivalsMs.length, "good"),
    dwellS === undefined
      ? restate(said[4], "dwell", Number.NaN, "bad")
      : restate(said[4], "dwell", dwellS, "good"),
    restate(said[5], "zero", zeroKg, "good"),
  ];
}

function restored(saved: unknown): Partial<SeatState> {
  if (saved === null || typeof saved !== "object") return {};
  const kept = Object.entries(saved).filter(
    ([name, value]) =>
      (name === "zeroKg" && Number.isFinite(value)) || (name === "visits" && Number.isSafeInteger(value)),
  );
  return Object.fromEntries(kept);
}
