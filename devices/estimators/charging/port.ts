import { activeEnergy, count, truth } from "../../quantities.ts";
import type { Sample } from "../../sample.ts";
import { changed, isGood, nothing, restate } from "../estimate.ts";
import type { Context, Estimate, Estimator, Happening, Step } from "../estimator.ts";
import { admissionMs } from "./access.ts";
import { operatorOf, standing } from "./port-decision.ts";
import { rulesAt } from "./port-rules.ts";
import {
  book,
  chargingSession,
  chargingStart,
  countsOf,
  freeLeft,
  recordOf,
  type Session,
  startOf,
} from "./port-session.ts";
import {
  type EndReason,
  endReasons,
  isOn,
  restCodes,
  type StandingCode,
  standingOf,
  standings,
} from "./port-standing.ts";
import { atRest, keepRest, ledgerOf, type PortState, save, unloaded } from "./port-state.ts";

export interface PortSources {
  /** W, of what is plugged in. */
  readonly power: string;
  /** Wh, of a counter that never goes back. */
  readonly energy: string;
  /** The guard's latch. */
  readonly trip: string;
  /** 1 while the battery must be spared. */
  readonly shed: string;
  /** 1 while it is too cold to charge. */
  readonly frost: string;
  /** 1 while a permitted card has just been seen. */
  readonly admitted: string;
  /** Where the port's switch was told to stand: in doubt the permit holds it off. */
  readonly target: string;
  /** 1 while the supply of all ports is closed. */
  readonly supply: string;
  /** `setPort`, `resumePort` and `startSession` were commanded. */
  readonly commands: readonly string[];
}

export interface PortConstants {
  /** Less than this is no load, W. */
  readonly loadW: number;
  /** Counts of the meter's resolution in a watt-hour. */
  readonly countsPerWh: number;
}

/** A load must last so long to be one, and be gone so long to have gone, ms. */
export const plugInMs = 1_000;
const unplugMs = 20_000;
/** After a restart its load may take so long to come back: meters and switches must be found first. ms. */
const resumeMs = 60_000;
/** A session is taken up again when its load was last seen, and that kept, no longer ago than this. ms. */
const restartMsMax = 1_200_000;

/** A supply that was cut is known to be held off so much later at most: a load switch that fell silent. ms. */
const heldLagMs = 5_000;

/** A clock that was set by more than this was wrong when a session of this life began, ms. */
const clockStepMs = 60_000;

const outputs = {
  wanted: truth,
  standing: { ...count, name: "standing", max: standings.length - 1 },
  session: truth,
  sessionEnergy: activeEnergy,
  idleEnergy: activeEnergy,
  sessions: count,
  authorised: count,
};

/**
 * One charging port: whether it should be on and why (`wanted`, `standing` among `standings`), and its sessions.
 *
 * A session begins with a load of 1 s and ends when the load has been gone for 20 s, or at once when the port is
 * told off; when the load went because the permit held the port off, or the dead man's switch all of them, it went in
 * doubt, and not with its owner. One that a restart interrupted goes on if its load comes back within a minute, and
 * the power was not gone for more than 20 minutes; else it ended with the power. `sessionEnergy` and `idleEnergy`
 * together are what the counter has moved by. Settings: see `portRules`. Events: `chargingStart`, `chargingSession`.
 */
export function port(name: string, sources: PortSources, constants: PortConstants): Estimator<PortState> {
  const { power, energy, trip, shed, frost, admitted, target, supply, commands } = sources;
  const { loadW, countsPerWh } = constants;

  function hear(state: PortState, sample: Sample, context: Context): PortState {
    const value = isGood(sample) ? sample.value : undefined;
    const isTrue = value === undefined ? undefined : value >= 0.5;
    switch (sample.source) {
      case trip:
        return { ...state, trip: value };
      case shed:
        return { ...state, isShed: isTrue };
      case frost:
        return { ...state, isCold: isTrue };
      case admitted:
        return { ...state, isAdmitted: isTrue === true };
      case target:
        return isTrue === undefined ? state : hearSwitch({ ...state, isClosed: isTrue }, context);
      case supply:
        return isTrue === undefined ? state : hearSwitch({ ...state, isSupplied: isTrue }, context);
      case power:
        return value === undefined ? state : hearLoad(state, value >= loadW, context);
      case energy:
        return value === undefined
          ? state
          : hearCounter(state, Math.floor(value * countsPerWh + 1e-6), context);
      default:
        return isLetIn(context, name) ? { ...state, admittedUntilMs: context.nowMs + admissionMs } : state;
    }
  }

  /** Most readings are of a port at which nothing hangs: they change nothing. */
  function isIdle(
    state: PortState,
    sample: Sample | undefined,
    { nowMs, wallMs, settings }: Context,
  ): boolean {
    const { session, loadSinceMs, calmUntilMs = Number.POSITIVE_INFINITY, rulesNow } = state;
    const isNothing = isGood(sample) && sample.source === power && sample.value < loadW;
    const isAtRest = session === undefined && loadSinceMs === undefined && nowMs < calmUntilMs;
    const isSameTime = wallMs === undefined ? rulesNow.day === undefined : wallMs < rulesNow.untilWallMs;
    return isNothing && isAtRest && isSameTime && settings === state.settings;
  }

  function hearCounter(state: PortState, counts: number, context: Context): PortState {
    const moved = Math.max(0, counts - (state.counts ?? counts));
    const next = { ...state, counts };
    if (state.session) return charge(next, state.session, moved, context);
    return state.loadSinceMs === undefined
      ? { ...next, idleCounts: state.idleCounts + moved }
      : { ...next, pendingCounts: state.pendingCounts + moved };
  }

  function charge(state: PortState, before: Session, moved: number, context: Context): PortState {
    const { rules, price } = state.rulesNow;
    const left = freeLeft(before, state.dayFreeCounts, rules, countsPerWh);
    const isGift = operatorOf(context, name)?.isOn === true;
    const isPaying = rules.cardNeeded === "never" || before.isAuthorised;
    // One record has one currency: what a session takes after another was set is a gift.
    const isBilled = isPaying && rules.currency === before.currency;
    if (isGift) return { ...state, session: { ...before, giftCounts: before.giftCounts + moved } };
    const session = book(before, moved, left, isBilled ? price : undefined);
    const freed = session.freeCounts - before.freeCounts;
    return { ...state, session, dayFreeCounts: state.dayFreeCounts + freed };
  }

  function begin(state: PortState, context: Context): PortState {
    const { loadSinceMs, counts, pendingCounts } = state;
    const { nowMs, wallMs } = context;
    if (state.session || loadSinceMs === undefined) return state;
    if (!isOn(standing({ ...state, countsPerWh }, name, context))) return unloaded(state);
    if (nowMs - loadSinceMs < plugInMs || counts === undefined) return state;
    const isAuthorised = state.isAdmitted || nowMs < state.admittedUntilMs;
    const session: Session = {
      number: state.sessions + 1,
      startAtMs: loadSinceMs,
      startWallMs: wallMs === undefined ? undefined : wallMs - (nowMs - loadSinceMs),
      loadWallMs: wallMs,
      startCounts: counts - pendingCounts,
      freeCounts: 0,
      giftCounts: 0,
      currency: state.rulesNow.rules.currency,
      paid: [],
      isAuthorised,
    };
    const next = {
      ...state,
      authorised: state.authorised + (isAuthorised ? 1 : 0),
      isAdmitted: false,
      admittedUntilMs: isAuthorised ? nowMs : state.admittedUntilMs,
      loadSinceMs: undefined,
      loadAtMs: nowMs,
      pendingCounts: 0,
    };
    return charge(next, session, pendingCounts, context);
  }

  /** Why the open session is over; undefined while it is not. */
  function overBy(
    state: PortState,
    session: Session,
    code: StandingCode,
    context: Context,
  ): EndReason | undefined {
    const { nowMs, wallMs } = context;
    const { isResuming, loadAtMs, bornMs = nowMs } = state;
    const isTripped = state.trip !== undefined && state.trip > 0;
    const ended = endReasons.find((reason) => reason === code);
    if (ended !== undefined) return isResuming && !isTripped ? "power-cut" : ended;
    const offMs =
      isResuming && wallMs !== undefined && session.loadWallMs !== undefined
        ? wallMs - (nowMs - bornMs) - session.loadWallMs
        : 0;
    if (nowMs - loadAtMs < (isResuming ? resumeMs : unplugMs) && offMs <= restartMsMax) return undefined;
    if (isResuming) return "power-cut";
    const { heldSinceMs } = state;
    return heldSinceMs !== undefined && heldSinceMs - loadAtMs <= heldLagMs ? "in-doubt" : "unplugged";
  }

  function end(
    state: PortState,
    session: Session,
    reason: EndReason,
    context: Context,
  ): [PortState, Happening] {
    const { rules } = state.rulesNow;
    const isPast = reason === "power-cut" || reason === "unplugged" || reason === "in-doubt";
    const endWallMs = isPast ? session.loadWallMs : context.wallMs;
    // A clock that was set back must not end it before it began.
    const wallMs = endWallMs && Math.max(endWallMs, session.startWallMs ?? endWallMs);
    const counts = session.startCounts + countsOf(session);
    const fields = recordOf(name, session, { wallMs, counts, reason }, countsPerWh);
    const restCode = restCodes.find((one) => one === reason);
    const { nowMs } = context;
    const restUntilWallMs = context.wallMs && context.wallMs + rules.restMs;
    const next = {
      ...state,
      session: undefined,
      isResuming: false,
      sessions: state.sessions + 1,
      sessionCounts: state.sessionCounts + countsOf(session),
      ...(restCode && {
        ...{ restCode, restForMs: rules.restMs, restUntilMs: nowMs + rules.restMs, restUntilWallMs },
        isRestUndated: false,
      }),
    };
    return [next, { event: chargingSession, fields }];
  }

  function estimates(state: PortState, code: StandingCode): Estimate[] {
    const { session, sessionCounts, idleCounts, pendingCounts, sessions, authorised, said } = state;
    const inSessions = sessionCounts + (session ? countsOf(session) : 0);
    const values = [
      isOn(code) ? 1 : 0,
      standingOf(code),
      session ? 1 : 0,
      inSessions / countsPerWh,
      (idleCounts + pendingCounts) / countsPerWh,
      sessions,
      authorised,
    ];
    return Object.keys(outputs).map((output, index) => restate(said[index], output, values[index]!, "good"));
  }

  return {
    name: `${name}Port`,
    outputs,
    events: [chargingStart, chargingSession],
    inputs: [trip, shed, frost, admitted, target, supply, ...commands, energy, power],
    initial: (saved) => ({ ...atRest, ...ledgerOf(saved) }),
    save,

    step(before, sample, context): Step<PortState> {
      if (isIdle(before, sample, context)) return idle(before);
      const timely = keepTime(before, name, context);
      const heard = sample ? hear(timely, sample, context) : timely;
      let state = begin(heard, context);
      let code = standing({ ...state, countsPerWh }, name, context);
      const events: Happening[] = [];
      if (state.session && !heard.session)
        events.push({ event: chargingStart, fields: startOf(name, state.session, countsPerWh) });
      const reason = state.session && overBy(state, state.session, code, context);
      if (state.session && reason !== undefined) {
        const [ended, record] = end(state, state.session, reason, context);
        events.push(record);
        state = ended;
        code = standing({ ...state, countsPerWh }, name, context);
      }
      const said = estimates(state, code);
      const wakeAtMs = nextMs(state, name, context);
      return {
        state: { ...state, said, calmUntilMs: wakeAtMs, settings: context.settings },
        estimates: changed(before.said, said),
        ...(events.length > 0 && { events }),
        ...(wakeAtMs !== undefined && { wakeAtMs }),
      };
    },
  };
}

/** A load that comes and goes. */
function hearLoad(state: PortState, isLoad: boolean, { nowMs, wallMs }: Context): PortState {
  const { session } = state;
  if (session) {
    if (!isLoad) return state;
    return {
      ...state,
      loadAtMs: nowMs,
      isResuming: false,
      session: { ...session, loadWallMs: wallMs ?? session.loadWallMs },
    };
  }
  return isLoad ? { ...state, loadSinceMs: state.loadSinceMs ?? nowMs } : unloaded(state);
}

/** A load that was held off may take as long to come back as one that pauses; after a restart it has longer anyway. */
function hearSwitch(state: PortState, { nowMs }: Context): PortState {
  if (!state.isClosed || !state.isSupplied) return { ...state, heldSinceMs: state.heldSinceMs ?? nowMs };
  const isBack = state.heldSinceMs !== undefined && state.session !== undefined && !state.isResuming;
  return { ...state, heldSinceMs: undefined, loadAtMs: isBack ? nowMs : state.loadAtMs };
}

/** Nothing new, and the wake-up that was asked for still stands. */
const idle = (state: PortState): Step<PortState> => ({
  state,
  estimates: nothing,
  ...(state.calmUntilMs !== undefined && { wakeAtMs: state.calmUntilMs }),
});

/** True when `startSession` is being heard, and names the port. */
const isLetIn = ({ commands }: Context, port: string) =>
  commands.some(({ name, args }) => name === "startSession" && args.port === port);

/** The rules of the moment, a new day's quota, and the time of a session that began before it was known, or wrongly. */
function keepTime(state: PortState, port: string, context: Context): PortState {
  const { nowMs, wallMs } = context;
  const bornMs = state.bornMs ?? nowMs;
  const loadAtMs = state.bornMs === undefined ? nowMs : state.loadAtMs;
  const rulesNow = rulesAt(state.rulesNow, port, context);
  const isNewDay = rulesNow.day !== undefined && rulesNow.day !== state.day;
  const { session } = state;
  const startWallMs =
    session?.startAtMs === undefined || wallMs === undefined
      ? undefined
      : wallMs - (nowMs - session.startAtMs);
  const isMistimed =
    startWallMs !== undefined &&
    !(Math.abs(startWallMs - (session?.startWallMs ?? Number.NaN)) <= clockStepMs);
  return {
    ...keepRest(state, bornMs, context),
    bornMs,
    loadAtMs,
    rulesNow,
    ...(isNewDay && { day: rulesNow.day, dayFreeCounts: 0 }),
    ...(session && isMistimed && { session: { ...session, startWallMs } }),
  };
}

/** When something ends or begins though nothing new is heard. */
function nextMs(state: PortState, port: string, context: Context): number | undefined {
  const { nowMs, wallMs } = context;
  const { rulesNow, session, loadSinceMs } = state;
  const times = [
    loadSinceMs === undefined ? undefined : loadSinceMs + plugInMs,
    session && state.loadAtMs + (state.isResuming ? resumeMs : unplugMs),
    operatorOf(context, port)?.untilMs,
    state.restUntilMs,
    state.admittedUntilMs,
    wallMs === undefined ? undefined : nowMs + (rulesNow.untilWallMs - wallMs),
  ];
  const first = Math.min(...times.filter((atMs) => atMs !== undefined && atMs > nowMs).map(Number));
  return Number.isFinite(first) ? first : undefined;
}
