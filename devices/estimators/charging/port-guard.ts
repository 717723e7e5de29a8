import { count } from "../../quantities.ts";
import type { Sample } from "../../sample.ts";
import { changed, isGood, restate } from "../estimate.ts";
import type { Context, Estimate, Estimator, Step } from "../estimator.ts";

/** Why a charging port is latched off, by the number that `trip` has. */
export const tripCauses = [
  "none",
  "over-current",
  "over-temperature",
  "meter-stale",
  "load-switch-fault",
] as const;
export type TripCause = (typeof tripCauses)[number];
/** The event: `port`, and as `cause` one of `tripCauses`, `none` when the port was reset. */
export const portTrip = "portTrip";
const causeOf = (name: TripCause) => tripCauses.indexOf(name);

/** Where what a port's safety looks at comes from. */
export interface PortSensors {
  /** V and A, from the meter of the port, in this order within a reading. */
  readonly voltage: string;
  readonly current: string;
  /** °C, of the port's contacts. */
  readonly temperature: string;
  /** 1 while the load switch says that it had to limit or switch off by itself. */
  readonly fault: string;
}

export interface PortLimits {
  /** The current that the port is made for, A. */
  readonly ratedCurrentA: number;
  /** Shares of the rated current: the first trips when it lasts, the second at once. */
  readonly overloadShare: number;
  readonly overloadMs: number;
  readonly instantShare: number;
  /** °C. */
  readonly temperatureMax: number;
  /** A port that is on needs a reading of its meter no older than this, ms. */
  readonly meterAgeMsMax: number;
  /** And one of its load switch, and one of its thermometer, ms. */
  readonly faultAgeMsMax: number;
  readonly temperatureAgeMsMax: number;
}

export const portLimits: Omit<PortLimits, "ratedCurrentA"> = {
  overloadShare: 1.2,
  overloadMs: 1_000,
  instantShare: 1.5,
  temperatureMax: 60,
  meterAgeMsMax: 2_000,
  faultAgeMsMax: 3_000,
  temperatureAgeMsMax: 10_000,
};

export interface PortGuardState {
  /** Index of the cause, latched. */
  readonly trip: number;
  /** Since when the port has been on; until it is wanted off, for a silent meter puts it off before it trips. */
  readonly onSinceMs: number | undefined;
  readonly meteredAtMs: number | undefined;
  /** When the meter last told a voltage. */
  readonly aliveAtMs: number | undefined;
  /** Of the newest reading. */
  readonly currentA: number;
  /** Since when the current has been above the overload share. */
  readonly overSinceMs: number | undefined;
  readonly isHot: boolean;
  readonly isFaulty: boolean;
  readonly said: readonly Estimate[];
}

export interface PortGuardSources extends PortSensors {
  /** Name of the port, as commands and alarms have it; the estimator is called `<port>Guard`. */
  readonly port: string;
  /** Where the port's switch was told to stand, and where it should: in doubt the permit holds it off meanwhile. */
  readonly target: string;
  readonly wanted: string;
  /** A new sample of it: `resetPort` was commanded. */
  readonly reset: string;
}

/**
 * Latches a charging port off: `trip` is the index of its cause among `tripCauses`, 0 while nothing tripped. It stays,
 * through restarts too, until `resetPort` names the port and no condition holds any more.
 *
 * Trips: 120 % of the rated current for 1 s, 150 % at once; more than 60 °C; no good reading of the meter for over 2 s
 * while the port is on or held off for just that; the load switch's own fault output. Only good samples count, and a bad one is none. Each trip
 * and each reset is told as an event, `portTrip`, and so kept before anything can lose it.
 */
export function portGuard(sources: PortGuardSources, limits: PortLimits): Estimator<PortGuardState> {
  const { port, voltage, current, temperature, fault, target, wanted, reset } = sources;

  function hear(state: PortGuardState, sample: Sample): PortGuardState {
    if (!isGood(sample))
      return isBeyondRange(state, sample) ? { ...state, currentA: Number.POSITIVE_INFINITY } : state;
    switch (sample.source) {
      case voltage:
        return { ...state, aliveAtMs: sample.atMs };
      case current:
        return hearCurrent(state, sample, limits);
      case temperature:
        return { ...state, isHot: sample.value > limits.temperatureMax };
      case fault:
        return { ...state, isFaulty: sample.value >= 0.5 };
      case target:
        return sample.value >= 0.5 ? { ...state, onSinceMs: state.onSinceMs ?? sample.atMs } : state;
      case wanted:
        return sample.value >= 0.5 ? state : { ...state, onSinceMs: undefined };
      default:
        return state;
    }
  }

  /** A meter that answers, and cannot tell the current, has more of it than it can measure. */
  const isBeyondRange = ({ aliveAtMs }: PortGuardState, { source, atMs }: Sample) =>
    source === current && aliveAtMs === atMs;

  return {
    name: `${port}Guard`,
    events: [portTrip],
    outputs: { trip: { ...count, name: "trip cause", max: tripCauses.length - 1 } },
    inputs: [voltage, current, temperature, fault, target, wanted, reset],
    initial: (saved) => ({ ...atRest, trip: savedTrip(saved) }),
    save: ({ trip }) => ({ trip }),

    step(before, sample, context): Step<PortGuardState> {
      const heard = sample ? hear(before, sample) : before;
      const cause = conditionOf(heard, limits, context.nowMs);
      const isReset = sample?.source === reset && isMeant(context, port);
      const latched = isReset ? causeOf("none") : heard.trip;
      const trip = latched === causeOf("none") ? causeOf(cause) : latched;
      const said = [restate(before.said[0], "trip", trip, "good")];
      const wakeAtMs = wakeMs(heard, limits, context.nowMs);
      return {
        state: { ...heard, trip, said },
        estimates: changed(before.said, said),
        ...(trip !== before.trip && {
          events: [{ event: portTrip, fields: { port, cause: tripCauses[trip]! } }],
        }),
        ...(wakeAtMs !== undefined && { wakeAtMs }),
      };
    },
  };
}

const atRest: PortGuardState = {
  trip: 0,
  onSinceMs: undefined,
  meteredAtMs: undefined,
  aliveAtMs: undefined,
  currentA: 0,
  overSinceMs: undefined,
  isHot: false,
  isFaulty: false,
  said: [],
};

function hearCurrent(state: PortGuardState, { value, atMs }: Sample, limits: PortLimits): PortGuardState {
  const isOver = value >= limits.overloadShare * limits.ratedCurrentA;
  const overSinceMs = isOver ? (state.overSinceMs ?? atMs) : undefined;
  return { ...state, meteredAtMs: atMs, currentA: value, overSinceMs };
}

/** The condition that holds now, the gravest first. */
function conditionOf(state: PortGuardState, limits: PortLimits, nowMs: number): TripCause {
  const { currentA, overSinceMs, isHot, isFaulty } = state;
  if (currentA >= limits.instantShare * limits.ratedCurrentA) return "over-current";
  if (overSinceMs !== undefined && nowMs - overSinceMs >= limits.overloadMs) return "over-current";
  if (isHot) return "over-temperature";
  if (isFaulty) return "load-switch-fault";
  return nowMs - awaitedSinceMs(state, nowMs) > limits.meterAgeMsMax ? "meter-stale" : "none";
}

/** Since when a reading of the meter has been due; now while the port is off. */
function awaitedSinceMs({ onSinceMs, meteredAtMs }: PortGuardState, nowMs: number): number {
  return onSinceMs === undefined ? nowMs : Math.max(onSinceMs, meteredAtMs ?? onSinceMs);
}

/** When a condition begins to hold though nothing new is heard. */
function wakeMs(state: PortGuardState, limits: PortLimits, nowMs: number): number | undefined {
  const overloadedMs = (state.overSinceMs ?? Number.POSITIVE_INFINITY) + limits.overloadMs;
  const staleMs =
    state.onSinceMs === undefined
      ? Number.POSITIVE_INFINITY
      : awaitedSinceMs(state, nowMs) + limits.meterAgeMsMax + 1;
  const first = Math.min(...[overloadedMs, staleMs].filter((atMs) => atMs > nowMs));
  return Number.isFinite(first) ? first : undefined;
}

/** True when the command that is being heard names the port. */
function isMeant({ commands }: Context, port: string): boolean {
  return commands.some(({ name, args }) => name === "resetPort" && args.port === port);
}

/** A latch that cannot be read is one that holds: somebody has to look at the port. */
function savedTrip(saved: unknown): number {
  if (saved === undefined) return causeOf("none");
  const trip = saved !== null && typeof saved === "object" && "trip" in saved ? saved.trip : undefined;
  const isKnown = typeof trip === "number" && tripCauses[trip] !== undefined;
  return isKnown ? trip : causeOf("load-switch-fault");
}
