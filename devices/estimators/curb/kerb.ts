import { count, frequencyOfEvents, truth } from "../../quantities.ts";
import type { Sample } from "../../sample.ts";
import { changed, isGood, nothing, restate } from "../estimate.ts";
import type { Context, Estimate, Estimator, Happening, Step } from "../estimator.ts";
import { type CurbEventType, curbEvent, isParking, sessionIdOf } from "./curb-data.ts";
import { judgeStay, shifted, stayFrom } from "./stay.ts";
import { savedUse, type Use } from "./use.ts";

/** An event that waits until the time is known. */
interface Waiting {
  readonly type: CurbEventType;
  readonly space: number;
  readonly atMs: number;
  readonly session: number;
  /** Vehicles in the zone just after it. */
  readonly occupants: number;
}

export interface KerbState {
  readonly uses: readonly Use[];
  readonly waiting: readonly Waiting[];
  /** Ends of sessions within the last hour, monotonic ms. */
  readonly endsMs: readonly number[];
  /** Local hour of the last scheduled report. */
  readonly reportedHour: number | undefined;
  /** Wall time ahead of the monotonic one, as it was last, ms. */
  readonly wallOffsetMs: number | undefined;
  readonly said: readonly Estimate[];
}

export interface KerbSources {
  readonly occupied: (space: number) => string;
  readonly latency: (space: number) => string;
  readonly decommission: string;
  readonly commission: string;
}

/** Sensors that come back within this were not lost. */
const lostMs = 60_000;
const hourMs = 3_600_000;
/** How often stays are judged. */
const judgeMs = 10_000;
/** Events that may wait for the time: a day's worth of a busy kerb. */
const waitingMax = 256;

/**
 * The use of a kerb: sessions, overstays, turnover, and CDS events (`curbEvent`). A session begins with `park_start`
 * and ends with `park_end`; sensors that cannot tell for a minute are `comms_lost`; each full hour has a
 * `scheduled_report`. Events of a unit that does not know the time wait until it does.
 *
 * `occupied` and `free` count spaces, `sessions` all sessions since the unit was installed, `turnover` those that ended
 * within the last hour (1/h, CDS Metrics). `overstay1` to `overstayN` are `bad` while that cannot be judged.
 * Settings: `policy`, `grace`. Signals: `decommission` and `commission`, each with `space`.
 */
export function kerb(spaces: number, sources: KerbSources): Estimator<KerbState> {
  const numbers = Array.from({ length: spaces }, (_, index) => index + 1);
  const occupied = new Map(numbers.map((number) => [sources.occupied(number), number]));
  const latency = new Map(numbers.map((number) => [sources.latency(number), number]));
  return {
    name: "kerb",
    inputs: [...latency.keys(), ...occupied.keys(), sources.decommission, sources.commission],
    outputs: {
      occupied: count,
      free: count,
      sessions: count,
      turnover: { ...frequencyOfEvents, unit: "1/h", unitCode: "HUR" },
      ...Object.fromEntries(numbers.map((number) => [`overstay${number}`, truth])),
    },
    events: ["curbEvent"],
    initial: (saved) => ({
      uses: numbers.map((_, index) => savedUse(saved, index)),
      waiting: [],
      endsMs: [],
      ...{ reportedHour: undefined, wallOffsetMs: undefined },
      said: [],
    }),
    step(last, sample, context): Step<KerbState> {
      const before = onTheClock(last, context);
      const late = sample && latency.get(sample.source);
      if (late !== undefined) {
        const latencyMs = isGood(sample) ? sample.value * 1_000 : 0;
        return { state: withUse(before, late, { latencyMs }), estimates: nothing, ...wake(context) };
      }
      const space = sample && occupied.get(sample.source);
      let state = before;
      if (sample && space !== undefined) state = hearOccupied(before, space, sample, context);
      else if (sample) state = commissioned(before, sample.source === sources.commission, context);
      state = judged(losses(scheduled(state, context), context), context);
      const said = say(state);
      const { events, uses, waiting } = told(state, context);
      const next = { ...state, uses, waiting, said };
      return { state: next, estimates: changed(before.said, said), events, ...wake(context) };
    },
    save: ({ uses }) => ({
      uses: uses.map(({ isOccupied, stay, isOnline, isCommissioned, events, sessions, sessionId }) => ({
        isOccupied: isOccupied ?? null,
        stay: stay ?? null,
        ...{ isOnline, isCommissioned, events, sessions },
        sessionId: sessionId ?? null,
      })),
    }),
  };
}

/** A clock that is set anew makes no stay longer or shorter: what is less than a second is the clock's own drift. */
function onTheClock(state: KerbState, { nowMs, wallMs }: Context): KerbState {
  if (wallMs === undefined) return state;
  const wallOffsetMs = wallMs - nowMs;
  const stepMs = wallOffsetMs - (state.wallOffsetMs ?? wallOffsetMs);
  if (Math.abs(stepMs) < 1_000) return { ...state, wallOffsetMs };
  const uses = state.uses.map((use) => (use.stay ? { ...use, stay: shifted(use.stay, stepMs) } : use));
  return { ...state, uses, wallOffsetMs };
}

const wake = ({ nowMs }: Context) => ({ wakeAtMs: nowMs + judgeMs });

function withUse(state: KerbState, space: number, change: Partial<Use>): KerbState {
  return {
    ...state,
    uses: state.uses.map((use, index) => (index === space - 1 ? { ...use, ...change } : use)),
  };
}

/** Something happened at a space, at a monotonic time. */
function withEvent(state: KerbState, type: CurbEventType, space: number, atMs: number): KerbState {
  const { sessions: session } = state.uses[space - 1]!;
  const waiting = [...state.waiting, { type, space, atMs, session, occupants: seenIn(state).occupied }];
  return { ...state, waiting: waiting.slice(-waitingMax) };
}

function hearOccupied(state: KerbState, space: number, sample: Sample, context: Context): KerbState {
  const use = state.uses[space - 1]!;
  if (sample.quality === "bad") return withUse(state, space, { lostSinceMs: use.lostSinceMs ?? sample.atMs });
  const isOccupied = sample.value >= 0.5;
  let next = withUse(state, space, { lostSinceMs: undefined, isOnline: true, isOccupied, latencyMs: 0 });
  if (!use.isOnline && use.isCommissioned) next = withEvent(next, "comms_restored", space, sample.atMs);
  if (isOccupied === (use.isOccupied ?? false)) return next;
  const atMs = sample.atMs - use.latencyMs;
  if (!use.isCommissioned) return withUse(next, space, { stay: undefined });
  return isOccupied ? arrived(next, space, atMs, context) : left(next, space, atMs);
}

function arrived(state: KerbState, space: number, atMs: number, { nowMs, wallMs }: Context): KerbState {
  const { sessions } = state.uses[space - 1]!;
  const stay = wallMs === undefined ? undefined : stayFrom(wallMs - (nowMs - atMs));
  const use = { sessions: sessions + 1, hasOverstayed: false, stay };
  return withEvent(withUse(state, space, use), "park_start", space, atMs);
}

function left(state: KerbState, space: number, atMs: number): KerbState {
  const use = { stay: undefined, hasOverstayed: false };
  const next = withUse({ ...state, endsMs: [...state.endsMs, atMs] }, space, use);
  return withEvent(next, "park_end", space, atMs);
}

/** The signal that is being heard takes the sensors of a space out of service, or back into it. */
function commissioned(state: KerbState, isCommissioned: boolean, context: Context): KerbState {
  const { commands, nowMs } = context;
  const name = isCommissioned ? "commission" : "decommission";
  const space = commands.find((command) => command.name === name)?.args.space;
  const use = typeof space === "number" ? state.uses[space - 1] : undefined;
  if (typeof space !== "number" || !use || use.isCommissioned === isCommissioned) return state;
  // Whoever stands there now has come unseen, and whoever stood there may go so.
  const next = withUse(state, space, { isCommissioned, sessionId: undefined });
  if (!isCommissioned) return withEvent(next, "decommissioned", space, nowMs);
  return use.isOccupied ? arrived(next, space, nowMs, context) : next;
}

/** Sensors that have been unable to tell for too long are lost. */
function losses(state: KerbState, { nowMs }: Context): KerbState {
  return state.uses.reduce((next, { isOnline, isCommissioned, lostSinceMs }, index) => {
    const isLost = isOnline && lostSinceMs !== undefined && nowMs - lostSinceMs >= lostMs;
    if (!isLost) return next;
    const lost = withUse(next, index + 1, { isOnline: false });
    return isCommissioned ? withEvent(lost, "comms_lost", index + 1, nowMs) : lost;
  }, state);
}

/** At each full hour every space in service reports, whatever happens. */
function scheduled(state: KerbState, { wallMs, nowMs }: Context): KerbState {
  if (wallMs === undefined) return state;
  const hour = Math.floor(wallMs / hourMs);
  if (hour === state.reportedHour) return state;
  const next = { ...state, reportedHour: hour };
  if (state.reportedHour === undefined) return next;
  return next.uses.reduce<KerbState>(
    (all, { isCommissioned }, index) =>
      isCommissioned ? withEvent(all, "scheduled_report", index + 1, nowMs) : all,
    next,
  );
}

/** Judges every stay; one that began before the time was known begins to count when it is. */
function judged(state: KerbState, context: Context): KerbState {
  const { wallMs, clock } = context;
  const isTimeKnown = wallMs !== undefined && clock !== "none";
  let hasChanged = false;
  const uses = state.uses.map((use, index) => {
    if (!use.isOccupied || !use.isCommissioned) {
      if (use.hasOverstayed === false && use.stay === undefined) return use;
      hasChanged = true;
      return { ...use, stay: undefined, hasOverstayed: false };
    }
    const { stay, hasOverstayed } = isTimeKnown
      ? judgeStay(use.stay ?? stayFrom(wallMs), index + 1, context, wallMs)
      : { stay: use.stay, hasOverstayed: undefined };
    if (stay === use.stay && hasOverstayed === use.hasOverstayed) return use;
    hasChanged = true;
    return { ...use, stay, hasOverstayed };
  });
  const endsMs = state.endsMs.filter((endMs) => context.nowMs - endMs <= hourMs);
  const isTrimmed = endsMs.length < state.endsMs.length;
  return hasChanged || isTrimmed ? { ...state, uses, endsMs } : state;
}

/** Spaces in service whose sensors can tell, and how many of them are occupied. */
function seenIn({ uses }: Pick<KerbState, "uses">) {
  const inService = uses.filter(({ isCommissioned }) => isCommissioned);
  const known = inService.filter(
    ({ isOccupied, lostSinceMs }) => isOccupied !== undefined && lostSinceMs === undefined,
  );
  const occupied = known.filter(({ isOccupied }) => isOccupied).length;
  return { occupied, free: known.length - occupied, areAllKnown: known.length === inService.length };
}

function say({ uses, endsMs, said }: KerbState): readonly Estimate[] {
  const { occupied, free, areAllKnown } = seenIn({ uses });
  const quality = areAllKnown ? "good" : "suspect";
  const sessions = uses.reduce((sum, use) => sum + use.sessions, 0);
  return [
    restate(said[0], "occupied", occupied, quality),
    restate(said[1], "free", free, quality),
    restate(said[2], "sessions", sessions, "good"),
    restate(said[3], "turnover", endsMs.length, "good"),
    ...uses.map(({ hasOverstayed }, index) =>
      hasOverstayed === undefined
        ? restate(said[4 + index], `overstay${index + 1}`, Number.NaN, "bad")
        : restate(said[4 + index], `overstay${index + 1}`, Number(hasOverstayed), "good"),
    ),
  ];
}

/** Makes events of what waits, as soon as the time is known. */
function told(
  { uses: before, waiting }: KerbState,
  context: Context,
): {
  readonly events: readonly Happening[];
  readonly uses: readonly Use[];
  readonly waiting: readonly Waiting[];
} {
  const { wallMs, nowMs, clock } = context;
  if (waiting.length === 0 || wallMs === undefined || clock === "none")
    return { events: [], uses: before, waiting };
  const uses = [...before];
  const events = waiting.map(({ type, space, atMs, session, occupants }) => {
    const use = uses[space - 1]!;
    const number = use.events + 1;
    const atWallMs = wallMs - (nowMs - atMs);
    const sessionId =
      type === "park_start" ? sessionIdOf(context.device, space, session, atWallMs) : use.sessionId;
    uses[space - 1] = { ...use, events: number, sessionId: type === "park_end" ? undefined : sessionId };
    return curbEvent(
      {
        ...{ type, space, number, atWallMs },
        isCommissioned: use.isCommissioned,
        isOnline: use.isOnline,
        ...(isParking(type) ? { sessionId } : {}),
        ...(isParking(type) || type === "scheduled_report" ? { occupants } : {}),
      },
      uses.length,
      context,
      wallMs,
    );
  });
  return { events, uses, waiting: [] };
}
