import type { Controller, Decision, Reason, Target, View } from "../control.ts";
import { Permit, type PermitRule } from "../permit.ts";
import type { Sample } from "../sample.ts";
import { type ProfileSpan, profileSpan } from "./dimming-profile.ts";
import { type DimmingSettings, dimmingSettings } from "./dimming-settings.ts";
import type { ActiveCommand } from "./estimator.ts";
import { localTimeOfDay } from "./local-time.ts";
import { levelAt, nextStepMs, type Ramp, rampFrom, rampOn } from "./ramp.ts";

/** Sources by role; a lamp without a presence sensor or without neighbours leaves them out. */
export interface DimmingSources {
  readonly dark: string;
  readonly occupied?: string;
  readonly neighbours?: string;
}

/** A profile span and all that it depends on. */
interface Schedule extends ProfileSpan {
  readonly settings: DimmingSettings;
  readonly latitude: number;
  readonly longitude: number;
  readonly timeZone: string;
  readonly reason: Reason;
}

export interface DimmingState {
  readonly ramp: Ramp | undefined;
  readonly isNear: boolean;
  /** Since somebody was last near, the end of the hold. */
  readonly heldUntilMs: number;
  readonly schedule: Schedule | undefined;
  readonly target: Target | undefined;
}

/** What the lamp should come to, and when that must be thought over though nothing new is seen. */
interface Wish {
  readonly level: number;
  readonly reason: Reason;
  readonly untilMs: number;
}

const always = Number.POSITIVE_INFINITY;
const reasons = {
  daylight: { code: "daylight", text: "it is not dark" },
  presence: { code: "presence", text: "somebody is near" },
  held: { code: "presence", text: "somebody was near a moment ago" },
  neighbours: { code: "neighbours", text: "somebody is near a neighbouring lamp" },
  minimum: { code: "minimum", text: "as low as it may be while it is dark" },
  darkness: { code: "unsure", text: "not known whether it is dark" },
  presenceUnknown: { code: "unsure", text: "not known whether somebody is near" },
  time: { code: "unsure", text: "local time is not known" },
  profile: { code: "unsure", text: "no point of the profile applies" },
  nonsense: { code: "unsure", text: "no usable level was asked for" },
  overTemperature: { code: "over-temperature", text: "control gear is too hot" },
} as const satisfies Record<string, Reason>;

/**
 * Adaptive dimming of one lamp, in percent.
 *
 * In this order: not dark, the lamp is off; a level that was commanded holds until it expires; somebody near, and
 * for the hold time after; somebody near a neighbour; the profile. Presence only ever raises. While it is dark the
 * level is never below the minimum, and whenever something needed is not known, not below the default level.
 * Settings: `profile`, `presenceLevel`, `holdTime`, `minimumLevel`, `roadClass`, `rampUp`, `rampDown`,
 * `neighbourLevel`, `defaultLevel`. Commands: `setLevel` with `level`.
 */
export function dimming(sources: DimmingSources): Controller<DimmingState> {
  const inputs = [sources.dark, sources.occupied, sources.neighbours].filter(
    (source) => source !== undefined,
  );
  return {
    name: "dimming",
    inputs,
    initial: () => ({
      ramp: undefined,
      isNear: false,
      heldUntilMs: Number.NEGATIVE_INFINITY,
      schedule: undefined,
      target: undefined,
    }),

    decide(before, view): Decision<DimmingState> {
      const settings = dimmingSettings(view.settings);
      const state = remember(before, sources, settings, view);
      const wish = wished(state, sources, settings, view);
      const ramp = rampTo(wish.level, state.ramp, settings, view.nowMs);
      const target = retarget(state.target, levelAt(ramp, view.nowMs), wish.reason);
      const wakeAtMs = Math.min(wish.untilMs, nextStepMs(ramp, view.nowMs));
      const { isNear, heldUntilMs, schedule } = state;
      const next = { ramp, isNear, heldUntilMs, schedule, target };
      return wakeAtMs === always ? { state: next, target } : { state: next, target, wakeAtMs };
    },
  };
}

/** Takes in what outlasts this decision: the last sign of presence and the span of the profile. */
function remember(
  state: DimmingState,
  sources: DimmingSources,
  settings: DimmingSettings,
  view: View,
): DimmingState {
  const isNear = isTrue(sources.occupied, view);
  const isLeaving = state.isNear && !isNear;
  const heldUntilMs = isLeaving ? view.nowMs + settings.holdMs : state.heldUntilMs;
  const schedule = isTimeKnown(view) ? scheduleAt(state.schedule, settings, view) : state.schedule;
  return { ramp: state.ramp, isNear, heldUntilMs, schedule, target: state.target };
}

function scheduleAt(
  before: Schedule | undefined,
  settings: DimmingSettings,
  view: View & { readonly wallMs: number },
): Schedule {
  const { wallMs, latitude, longitude, timeZone } = view;
  const isCurrent =
    before !== undefined &&
    before.settings === settings &&
    before.timeZone === timeZone &&
    before.latitude === latitude &&
    before.longitude === longitude &&
    wallMs >= before.fromWallMs &&
    wallMs < before.untilWallMs;
  if (isCurrent) return before;
  const { point, fromWallMs, untilWallMs } = profileSpan(settings.profile, wallMs, view);
  const reason = point ? { code: "profile", text: `profile from ${point.from}` } : reasons.profile;
  return { point, fromWallMs, untilWallMs, settings, latitude, longitude, timeZone, reason };
}

function wished(state: DimmingState, sources: DimmingSources, settings: DimmingSettings, view: View): Wish {
  const darkness = darknessOf(view.latest(sources.dark));
  if (darkness === "light") return { level: 0, reason: reasons.daylight, untilMs: always };
  const override = overrideOf(view);
  const wish = override ? overridden(override, view) : adaptive(state, sources, settings, view);
  const inDoubt = darkness === "dark" ? wish : raised(wish, settings.defaultLevel, reasons.darkness);
  return raised(inDoubt, settings.minimumLevel, reasons.minimum);
}

function adaptive(state: DimmingState, sources: DimmingSources, settings: DimmingSettings, view: View): Wish {
  let wish = baseline(state.schedule, settings, view);
  if (isUnknown(sources.occupied, view)) wish = raised(wish, settings.defaultLevel, reasons.presenceUnknown);
  if (isTrue(sources.neighbours, view)) wish = raised(wish, settings.neighbourLevel, reasons.neighbours);
  const { isNear, heldUntilMs } = state;
  if (!isNear && view.nowMs >= heldUntilMs) return wish;
  const untilMs = isNear ? wish.untilMs : Math.min(wish.untilMs, heldUntilMs);
  if (settings.presenceLevel < wish.level) return { ...wish, untilMs };
  const reason = isNear ? reasons.presence : heldReason(state.target?.reason, heldUntilMs, view);
  return { level: settings.presenceLevel, reason, untilMs };
}

/** The level with nobody near. */
function baseline(schedule: Schedule | undefined, settings: DimmingSettings, view: View): Wish {
  if (!isTimeKnown(view) || schedule === undefined)
    return { level: settings.defaultLevel, reason: reasons.time, untilMs: always };
  return {
    level: schedule.point?.level ?? settings.defaultLevel,
    reason: schedule.reason,
    untilMs: view.nowMs + (schedule.untilWallMs - view.wallMs),
  };
}

const raised = (wish: Wish, level: number, reason: Reason): Wish =>
  level > wish.level ? { ...wish, level, reason } : wish;

const isTimeKnown = (view: View): view is View & { readonly wallMs: number } =>
  view.wallMs !== undefined && view.clock !== "none";

function isTrue(source: string | undefined, view: View): boolean {
  const sample = source === undefined ? undefined : view.latest(source);
  return sample !== undefined && sample.quality === "good" && sample.value >= 0.5;
}

const isUnknown = (source: string | undefined, view: View) =>
  source !== undefined && view.latest(source)?.quality !== "good";

function darknessOf(sample: Sample | undefined): "dark" | "light" | "unknown" {
  if (sample === undefined || sample.quality !== "good" || Number.isNaN(sample.value)) return "unknown";
  return sample.value >= 0.5 ? "dark" : "light";
}

/** `presence until 22:41:07`: the same object for as long as the hold ends at that second. */
function heldReason(before: Reason | undefined, heldUntilMs: number, view: View): Reason {
  if (!isTimeKnown(view)) return reasons.held;
  const endWallMs = view.wallMs + (heldUntilMs - view.nowMs);
  const text = `presence until ${localTimeOfDay(view.timeZone, endWallMs)}`;
  return before?.text === text ? before : { code: "presence", text };
}

/** The newest level that was commanded and is still in force. */
function overrideOf({ commands, nowMs }: View): ActiveCommand | undefined {
  return commands.findLast(
    ({ name, args, untilMs }) => name === "setLevel" && untilMs > nowMs && isLevel(args.level),
  );
}

const isLevel = (value: unknown): value is number => typeof value === "number" && value >= 0 && value <= 100;

function overridden({ args, untilMs }: ActiveCommand, view: View): Wish {
  const text = isTimeKnown(view)
    ? `level commanded until ${localTimeOfDay(view.timeZone, view.wallMs + (untilMs - view.nowMs))}`
    : "level commanded";
  return { level: Number(args.level), reason: { code: "override", text }, untilMs };
}

/**
 * The ramp that leads to `goal` from where the lamp is now. The first decision of a unit's life finds the lamp in
 * no known state and goes there at once; switching on begins at the minimum, where the driver's curve begins.
 */
function rampTo(goal: number, before: Ramp | undefined, settings: DimmingSettings, nowMs: number): Ramp {
  if (before?.goal === goal) return before;
  const rise = { goal, rate: settings.rampUp };
  if (before === undefined) return rampFrom(goal, rise, nowMs);
  const level = levelAt(before, nowMs);
  if (goal < level) return rampOn(before, { goal, rate: settings.rampDown }, nowMs);
  const from = Math.min(goal, settings.minimumLevel);
  return from > level ? rampFrom(from, rise, nowMs) : rampOn(before, rise, nowMs);
}

function retarget(before: Target | undefined, value: number, reason: Reason): Target {
  return before?.value === value && before.reason.text === reason.text ? before : { value, reason };
}

export interface PermitSources {
  readonly dark: string;
  /** Temperature of the control gear, °C. */
  readonly gearTemperature?: string;
}

/**
 * What the lamp may do, whatever is wanted: while it is dark, never below the minimum; while that is not known, or
 * a level makes no sense, not below the default level. Hot control gear is derated, not cut: linearly from full
 * level at `hotCelsius` down to the minimum `spanKelvin` above it.
 */
export function dimmingPermit(
  sources: PermitSources,
  { hotCelsius = 75, spanKelvin = 15 }: { readonly hotCelsius?: number; readonly spanKelvin?: number } = {},
): Permit {
  const { dark, gearTemperature } = sources;
  const allow: PermitRule["allow"] = (wanted, view) => {
    const { minimumLevel, defaultLevel } = dimmingSettings(view.settings);
    const darkness = darknessOf(view.latest(dark));
    const gear = gearTemperature === undefined ? undefined : view.latest(gearTemperature);
    const overheat = gear?.quality === "good" ? (gear.value - hotCelsius) / spanKelvin : 0;
    const ceiling = Math.floor(100 - (100 - minimumLevel) * Math.min(1, Math.max(0, overheat)));

    let permitted = isLevel(wanted.value) ? wanted : { value: defaultLevel, reason: reasons.nonsense };
    if (darkness === "unknown") permitted = atLeast(permitted, defaultLevel, reasons.darkness);
    if (permitted.value > ceiling) permitted = { value: ceiling, reason: reasons.overTemperature };
    return darkness === "light" ? permitted : atLeast(permitted, minimumLevel, reasons.minimum);
  };
  return new Permit({ inputs: [dark, gearTemperature].filter((source) => source !== undefined), allow });
}

const atLeast = (target: Target, value: number, reason: Reason): Target =>
  target.value < value ? { value, reason } : target;
