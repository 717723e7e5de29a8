import { count, energy, frequencyOfEvents, type Quantity, voltage } from "../../quantities.ts";
import type { Sample } from "../../sample.ts";
import type { Estimate, Estimator, Step } from "../estimator.ts";
import { type Passage, passageOf } from "./passages.ts";
import type { Press } from "./press.ts";
import { tile } from "./tile.ts";
import { type Walker, walk } from "./walkers.ts";
import { isWheel, wheelMs } from "./wheels.ts";

/** Steps per minute of those who walk. */
export const cadence: Quantity = {
  ...frequencyOfEvents,
  name: "cadence",
  symbol: "c",
  min: 0,
  max: 400,
  decimals: 0,
};

export interface FootfallSources {
  /** Role of each tile, from the strip's begin on: its detector is that of `presses`. */
  readonly tiles: readonly string[];
  /** How many of them do not move, as far as is known: see `surface`. */
  readonly stuck: string;
}

/** From a press to its telling, at most, ms: the longest rise, and a block of the stream. */
const toldMs = 360;
/** What a press was is decided when all that may speak of it has been told. */
const holdMs = wheelMs + toldMs;
/** Presses this long ago speak of no later one, ms. */
const keptMs = 2 * wheelMs;
/** Flow, cadence and means are taken over this, ms, anew every minute: as long as the period at which they are told. */
const windowMs = 900_000;
const minuteMs = 60_000;
/** The mean of fewer people would tell how one of them walks, and how heavy that one is. */
const peopleMin = 5;

/** What happened within a minute. */
interface Minute {
  readonly number: number;
  readonly steps: number;
  readonly volts: number;
  readonly joules: number;
  readonly forward: number;
  readonly backward: number;
  /** Sum of the cadences of those who passed, and how many they were. */
  readonly cadences: number;
  readonly walkers: number;
}

interface Counters {
  readonly steps: readonly number[];
  readonly forward: number;
  readonly backward: number;
}

export interface FootfallState extends Counters {
  /** Of each tile, what it has told of the press that it is about to tell. */
  readonly parts: readonly Partial<Record<string, number>>[];
  readonly isBlind: readonly boolean[];
  /** Some tile does not move: who steps on it is not counted. */
  readonly isStuck: boolean;
  /** In order of time: those that were decided, of late, and those that wait. */
  readonly decided: readonly Press[];
  readonly waiting: readonly Press[];
  readonly walkers: readonly Walker[];
  readonly nextId: number;
  readonly minutes: readonly Minute[];
  /** The minute in which this life began: flow is that of whole minutes since. */
  readonly firstMinute: number | undefined;
}

/**
 * Who walks over a strip of tiles. Presses of all tiles are taken together, in order of time: wheels are known by
 * their train over the tiles, feet by the steps that somebody takes; a foot that rolls on is no second step.
 * - `steps`, and `steps1` on: steps on the strip, and on each tile; counters;
 * - `forward` and `backward`: people who passed the middle, along the strip or against it; counters;
 * - `flowForward` and `flowBackward`, people per minute; `cadence`; `peak` and `energyPerStep`, the means of a step:
 *   over the last quarter of an hour, the means only when enough people passed to hide each of them.
 * All are `suspect` while a tile is blind, or does not move. Counters outlive a restart.
 */
export function footfall({ tiles, stuck }: FootfallSources): Estimator<FootfallState> {
  const lengthM = tiles.length * tile.lengthM;
  const names = tiles.map((_, index) => `steps${index + 1}`);
  const tileOf = new Map<string, { readonly index: number; readonly field: Field }>(
    tiles.flatMap((role, index) => fields.map((field) => [`${role}.${field}`, { index, field }] as const)),
  );
  return {
    name: "footfall",
    inputs: [...tileOf.keys(), stuck],
    outputs: {
      steps: count,
      ...Object.fromEntries(names.map((name) => [name, count])),
      forward: count,
      backward: count,
      flowForward: frequencyOfEvents,
      flowBackward: frequencyOfEvents,
      cadence,
      peak: voltage,
      energyPerStep: energy,
    },

    initial: (saved) => ({
      ...restored(saved, tiles.length),
      parts: tiles.map(() => ({})),
      isBlind: tiles.map(() => false),
      isStuck: false,
      decided: [],
      waiting: [],
      walkers: [],
      nextId: 1,
      minutes: [],
      firstMinute: undefined,
    }),

    step(known, sample, { nowMs }): Step<FootfallState> {
      const isStuck = sample?.source === stuck ? sample.value > 0 : known.isStuck;
      const before = { ...known, isStuck, firstMinute: known.firstMinute ?? Math.floor(nowMs / minuteMs) };
      const place = sample && tileOf.get(sample.source);
      const heard = sample && place ? hear(before, sample, place.index, place.field) : before;
      const state = decide(heard, nowMs, lengthM);
      const isChanged = state.decided !== before.decided || sample === undefined;
      const waitsFor = state.waiting[0]?.atMs;
      const minuteEndMs = (Math.floor(nowMs / minuteMs) + 1) * minuteMs;
      return {
        state,
        estimates: isChanged ? estimates(state, nowMs) : [],
        wakeAtMs: Math.min(
          waitsFor === undefined ? Number.POSITIVE_INFINITY : waitsFor + holdMs,
          minuteEndMs,
        ),
      };
    },

    save: ({ steps, forward, backward }) => ({ steps, forward, backward }),
  };
}

const fields = ["along", "across", "peak", "loading", "energy", "press"] as const;
type Field = (typeof fields)[number];

function hear(
  state: FootfallState,
  { value, quality, atMs }: Sample,
  index: number,
  field: Field,
): FootfallState {
  if (field === "energy") return quality === "good" ? inMinute(state, atMs, { joules: value }) : state;
  if (field !== "press")
    return { ...state, parts: state.parts.with(index, { ...state.parts[index], [field]: value }) };
  const isBlind = state.isBlind.with(index, quality !== "good");
  const { along, across, peak, loading } = state.parts[index]!;
  if (quality !== "good" || along === undefined || across === undefined) return { ...state, isBlind };
  const press: Press = {
    tile: index,
    atMs,
    xM: index * tile.lengthM + along,
    yM: across,
    peakVolts: peak ?? 0,
    kg: value,
    kgPerS: loading ?? 0,
  };
  const later = state.waiting.findIndex((other) => other.atMs > atMs);
  return {
    ...state,
    isBlind,
    waiting: state.waiting.toSpliced(later < 0 ? state.waiting.length : later, 0, press),
  };
}

/** Judges every press of which all is known that may be. */
function decide(before: FootfallState, nowMs: number, lengthM: number): FootfallState {
  let state = before;
  for (let press = state.waiting[0]; press && press.atMs + holdMs <= nowMs; press = state.waiting[0]) {
    const waiting = state.waiting.slice(1);
    const about = [...state.decided, ...waiting];
    const decided = [...state.decided.filter(({ atMs }) => press!.atMs - atMs < keptMs), press];
    state = { ...state, waiting, decided };
    if (!isWheel(press, about)) state = walked(state, press, lengthM);
  }
  return state;
}

function walked(state: FootfallState, press: Press, lengthM: number): FootfallState {
  const { walkers, verdict } = walk(state.walkers, press, lengthM, state.nextId);
  if (verdict.kind !== "step") return { ...state, walkers };
  let next: FootfallState = { ...state, walkers, nextId: state.nextId + 1 };
  for (const { tile: index, atMs, peakVolts } of verdict.steps) {
    const steps = next.steps.with(index, next.steps[index]! + 1);
    next = inMinute({ ...next, steps }, atMs, { steps: 1, volts: peakVolts });
  }
  return passed(next, press.atMs, passageOf(verdict, lengthM));
}

function passed(state: FootfallState, atMs: number, passage: Passage | undefined): FootfallState {
  if (!passage) return state;
  const forward = passage.direction > 0 ? 1 : 0;
  const backward = 1 - forward;
  const counted = { forward: state.forward + forward, backward: state.backward + backward };
  const minute = { forward, backward, cadences: passage.stepsPerMinute, walkers: 1 };
  return inMinute({ ...state, ...counted }, atMs, minute);
}

const emptyMinute = { steps: 0, volts: 0, joules: 0, forward: 0, backward: 0, cadences: 0, walkers: 0 };

/** Adds to the minute in which it happened. */
function inMinute(state: FootfallState, atMs: number, more: Partial<typeof emptyMinute>): FootfallState {
  const number = Math.floor(atMs / minuteMs);
  const kept = state.minutes.filter((minute) => (number - minute.number) * minuteMs < 2 * windowMs);
  const known = kept.find((minute) => minute.number === number) ?? { number, ...emptyMinute };
  const added = Object.fromEntries(
    Object.entries(emptyMinute).map(([name]) => {
      const field = name as keyof typeof emptyMinute;
      return [field, known[field] + (more[field] ?? 0)];
    }),
  ) as unknown as typeof emptyMinute;
  return { ...state, minutes: [...kept.filter((minute) => minute !== known), { number, ...added }] };
}

function estimates(state: FootfallState, nowMs: number): Estimate[] {
  const quality = state.isStuck || state.isBlind.includes(true) ? "suspect" : "good";
  const say = (output: string, value: number): Estimate => ({ output, value, quality });
  const last = Math.floor(nowMs / minuteMs);
  const minutesKnown = Math.min(windowMs / minuteMs, last - state.firstMinute! - 1);
  const minutes = state.minutes.filter(({ number }) => last - number <= minutesKnown && number < last);
  const sum = (field: keyof typeof emptyMinute) =>
    minutes.reduce((total, minute) => total + minute[field], 0);
  const mean = (output: string, total: number, of: number): Estimate =>
    of > 0 ? say(output, total / of) : { output, value: Number.NaN, quality: "bad" };
  const hidden = (output: string, total: number, of: number) =>
    mean(output, total, sum("walkers") < peopleMin ? 0 : of);
  return [
    say(
      "steps",
      state.steps.reduce((total, steps) => total + steps, 0),
    ),
    ...state.steps.map((steps, index) => say(`steps${index + 1}`, steps)),
    say("forward", state.forward),
    say("backward", state.backward),
    mean("flowForward", sum("forward"), minutesKnown),
    mean("flowBackward", sum("backward"), minutesKnown),
    hidden("cadence", sum("cadences"), sum("walkers")),
    hidden("peak", sum("volts"), sum("steps")),
    hidden("energyPerStep", sum("joules"), sum("steps")),
  ];
}

const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;

/** What was saved, counter by counter: one that is damaged begins again. */
function restored(saved: unknown, tiles: number): Counters {
  const kept = (typeof saved === "object" && saved !== null ? saved : {}) as Partial<Record<string, unknown>>;
  const steps = Array.isArray(kept.steps) ? kept.steps : [];
  return {
    steps: Array.from({ length: tiles }, (_, index) => (isCount(steps[index]) ? steps[index] : 0)),
    forward: isCount(kept.forward) ? kept.forward : 0,
    backward: isCount(kept.backward) ? kept.backward : 0,
  };
}
