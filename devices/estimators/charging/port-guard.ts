import { count, truth } from "../../quantities.ts";
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
  "stuck-on",
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
  /** A port that was told to be off for so long draws less than this share of the rated current, ms. */
  readonly offMs: number;
  readonly strayShare: number;
}

export const portLimits: Omit<PortLimits, "ratedCurrentA"> = {
  overloadShare: 1.2,
  overloadMs: 1_000,
  instantShare: 1.5,
  temperatureMax: 60,
  meterAgeMsMax: 2_000,
  faultAgeMsMax: 3_000,
  temperatureAgeMsMax: 10_000,
  // Filters and chargers run empty; meters tell up to a second late, and some 10 mA from none.
  offMs: 3_000,
  strayShare: 0.025,
};

export interface PortGuardState {
  /** Index of the cause, latched. */
  readonly trip: number;
  /** Since when the port has been on; until it is wanted off, for a silent meter puts it off before it trips. */
  readonly onSinceMs: number | undefined;
  /** Since when it has been told to be off, and how many readings in a row found a current all the same. */
  readonly offSinceMs: number | undefined;
  readonly strays: number;
  /** How often it tripped, in all its lives. */
  readonly trips: number;
  readonly meteredAtMs: number | undefined;
  /** When the meter last told a voltage. */
  readonly aliveAtMs: number | undefined;
  /** Of the newest reading. */
  readonly currentA: number;
  /** Since when the current has been above the overload share. */
  readonly overSinceMs: number | undefined;
  readonly isHot: boolean;
  readonly isFaulty: boolean;
  /** Until when the newest reading of each is young enough; past while it was not good. */
  readonly meterEndsMs: number;
  readonly temperatureEndsMs: number;
  readonly faultEndsMs: number;
  readonly wakeAtMs: number | undefined;
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
 * through restarts too, until `resetPort` names the port and no condition holds any more. Each trip and each reset is
 * told as an event, `portTrip`, and so kept before anything can lose it. `sure` is 1 while meter, thermometer and load
 * switch have just been read.
 *
 * Trips: 120 % of the rated current for 1 s, 150 % at once; more than 60 °C; the load switch's own fault output; no
 * good reading of the meter for over 2 s while the port is on, or held off for just that; 2.5 % of the rated current in
 * two readings in a row, more than 3 s after it was told to be off. Only good samples count. After the latter its
 * switch is not to be relied on: `defied` is 1 as long as that is latched. `trips` counts.
 */
export function portGuard(sources: PortGuardSources, limits: PortLimits): Estimator<PortGuardState> {
  const { port, voltage, current, temperature, fault, target, wanted, reset } = sources;

  function hear(state: PortGuardState, sample: Sample): PortGuardState {
    const { source, value, atMs } = sample;
    const isKnown = isGood(sample);
    const endsMs = (ageMsMax: number) => (isKnown ? atMs + ageMsMax : past);
    switch (source) {
      case voltage:
        return isKnown ? { ...state, aliveAtMs: atMs } : state;
      case current:
        return hearCurrent({ ...state, meterEndsMs: endsMs(limits.meterAgeMsMax) }, sample, limits);
      case temperature: {
        const isHot = isKnown ? value > limits.temperatureMax : state.isHot;
        return { ...state, isHot, temperatureEndsMs: endsMs(limits.temperatureAgeMsMax) };
      }
      case fault: {
        const isFaulty = isKnown ? value >= 0.5 : state.isFaulty;
        return { ...state, isFaulty, faultEndsMs: endsMs(limits.faultAgeMsMax) };
      }
      case target:
        return value >= 0.5
          ? { ...state, onSinceMs: state.onSinceMs ?? atMs, offSinceMs: undefined, strays: 0 }
          : { ...state, offSinceMs: state.offSinceMs ?? atMs };
      case wanted:
        return value >= 0.5 ? state : { ...state, onSinceMs: undefined };
      default:
        return state;
    }
  }

  return {
    name: `${port}Guard`,
    events: [portTrip],
    outputs: {
      trip: { ...count, name: "trip cause", max: tripCauses.length - 1 },
      sure: truth,
      defied: truth,
      trips: count,
    },
    inputs: [voltage, current, temperature, fault, target, wanted, reset],
    initial: (saved) => ({ ...atRest, trip: savedTrip(saved), trips: savedTrips(saved) }),
    save: ({ trip, trips }) => ({ trip, trips }),

    step(before, sample, context): Step<PortGuardState> {
      const { nowMs } = context;
      const heard = sample ? hear(before, sample) : before;
      const cause = conditionOf(heard, limits, nowMs);
      const isReset = sample?.source === reset && isMeant(context, port);
      const latched = isReset && !isStillSilent(heard) ? causeOf("none") : heard.trip;
      const trip = latched === causeOf("none") ? causeOf(cause) : latched;
      const isSure = nowMs <= Math.min(heard.meterEndsMs, heard.temperatureEndsMs, heard.faultEndsMs);
      const isNew = trip !== before.trip && trip !== causeOf("none");
      const trips = heard.trips + (isNew ? 1 : 0);
      const said = [
        restate(before.said[0], "trip", trip, "good"),
        restate(before.said[1], "sure", isSure ? 1 : 0, "good"),
        restate(before.said[2], "defied", trip === causeOf("stuck-on") ? 1 : 0, "good"),
        restate(before.said[3], "trips", trips, "good"),
      ];
      const wakeAtMs = wakeMs(heard, limits, nowMs);
      return {
        state: { ...heard, trip, trips, wakeAtMs, said },
        estimates: changed(before.said, said),
        ...(trip !== before.trip && {
          events: [{ event: portTrip, fields: { port, cause: tripCauses[trip]! } }],
        }),
        ...(wakeAtMs !== undefined && { wakeAtMs }),
      };
    },
  };
}

const past = Number.NEGATIVE_INFINITY;

const atRest: PortGuardState = {
  trip: 0,
  onSinceMs: undefined,
  offSinceMs: undefined,
  strays: 0,
  trips: 0,
  meteredAtMs: undefined,
  aliveAtMs: undefined,
  currentA: 0,
  overSinceMs: undefined,
  isHot: false,
  isFaulty: false,
  meterEndsMs: past,
  temperatureEndsMs: past,
  faultEndsMs: past,
  wakeAtMs: undefined,
  said: [],
};

/** A meter that answers, and cannot tell the current, has more of it than it can measure. */
function hearCurrent(state: PortGuardState, sample: Sample, limits: PortLimits): PortGuardState {
  const { value, atMs } = sample;
  if (!isGood(sample))
    return state.aliveAtMs === atMs ? { ...state, currentA: Number.POSITIVE_INFINITY } : state;
  // What flows back heats as much.
  const currentA = Math.abs(value);
  const isOver = currentA >= limits.overloadShare * limits.ratedCurrentA;
  const overSinceMs = isOver ? (state.overSinceMs ?? atMs) : undefined;
  const isOff = state.offSinceMs !== undefined && atMs - state.offSinceMs > limits.offMs;
  const isStray = isOff && currentA >= limits.strayShare * limits.ratedCurrentA;
  return { ...state, meteredAtMs: atMs, currentA, overSinceMs, strays: isStray ? state.strays + 1 : 0 };
}

/** One reading may be of the moment at which it was switched off. */
const straysMin = 2;

/** The condition that holds now, the gravest first. */
function conditionOf(state: PortGuardState, limits: PortLimits, nowMs: number): TripCause {
  const { currentA, overSinceMs, isHot, isFaulty, strays } = state;
  if (currentA >= limits.instantShare * limits.ratedCurrentA) return "over-current";
  if (overSinceMs !== undefined && nowMs - overSinceMs >= limits.overloadMs) return "over-current";
  if (isHot) return "over-temperature";
  if (isFaulty) return "load-switch-fault";
  if (strays >= straysMin) return "stuck-on";
  return nowMs - awaitedSinceMs(state, nowMs) > limits.meterAgeMsMax ? "meter-stale" : "none";
}

/** Since when a reading of the meter has been due; now while the port is off. */
function awaitedSinceMs({ onSinceMs, meteredAtMs }: PortGuardState, nowMs: number): number {
  return onSinceMs === undefined ? nowMs : Math.max(onSinceMs, meteredAtMs ?? onSinceMs);
}

/**
 * When a condition begins to hold, or a reading grows too old, though nothing new is heard. Sooner does no harm: a
 * time that was asked for already is kept, so that not every reading moves it.
 */
function wakeMs(state: PortGuardState, limits: PortLimits, nowMs: number): number | undefined {
  const { overSinceMs, onSinceMs, meterEndsMs, temperatureEndsMs, faultEndsMs, wakeAtMs } = state;
  let first = Number.POSITIVE_INFINITY;
  const consider = (atMs: number) => {
    if (atMs > nowMs && atMs < first) first = atMs;
  };
  consider(meterEndsMs + 1);
  consider(temperatureEndsMs + 1);
  consider(faultEndsMs + 1);
  if (overSinceMs !== undefined) consider(overSinceMs + limits.overloadMs);
  if (onSinceMs !== undefined) consider(awaitedSinceMs(state, nowMs) + limits.meterAgeMsMax + 1);
  if (first === Number.POSITIVE_INFINITY) return undefined;
  return wakeAtMs !== undefined && wakeAtMs > nowMs && wakeAtMs < first ? wakeAtMs : first;
}

/** Off, a port needs no meter; but one that fell silent is amiss until it has been heard again. */
const isStillSilent = ({ trip, meterEndsMs }: PortGuardState) =>
  trip === causeOf("meter-stale") && meterEndsMs === past;

/** True when the command that is being heard names the port. */
function isMeant({ commands }: Context, port: string): boolean {
  return commands.some(({ name, args }) => name === "resetPort" && args.port === port);
}

const savedTrips = (saved: unknown) =>
  saved !== null && typeof saved === "object" && "trips" in saved && Number.isSafeInteger(saved.trips)
    ? Math.max(0, Number(saved.trips))
    : 0;

/** A latch that cannot be read is one that holds: somebody has to look at the port. */
function savedTrip(saved: unknown): number {
  if (saved === undefined) return causeOf("none");
  const trip = saved !== null && typeof saved === "object" && "trip" in saved ? saved.trip : undefined;
  const isKnown = typeof trip === "number" && tripCauses[trip] !== undefined;
  return isKnown ? trip : causeOf("load-switch-fault");
}
