import type { Press } from "./press.ts";

/** Somebody on the strip, as far as steps tell. */
export interface Walker {
  readonly id: number;
  /** The last step. */
  readonly last: Press;
  /** Along the strip, 1 or −1; 0 until a second step tells. */
  readonly direction: 1 | -1 | 0;
  /** Length and time of a step: a guess until a second one tells. */
  readonly stepM: number;
  readonly stepMs: number;
  /** How much better somebody explains what came down than nobody does; below 0, it may yet have been nobody. */
  readonly trust: number;
  /** Steps that wait until the walker is believed in. */
  readonly waiting: readonly Press[];
}

/** What a press was. */
export type Verdict =
  /** `steps` are those that are sure by now: none, this one, or all of the walker's so far. */
  | {
      readonly kind: "step";
      readonly walker: Walker;
      readonly before: Walker | undefined;
      readonly steps: readonly Press[];
    }
  | { readonly kind: "roll" | "nothing" };

/** Until the next step tells better: 1.3 m/s (Weidmann 1993) at the usual walk ratio. */
const usual = { stepM: 0.7, stepMs: 540 } as const;
/** Step length over cadence, m per step/min (Sekiya and Nagasaki 1998). */
const walkRatio = 0.0064;

/**
 * What it costs to take a press for this or that: squares of standard deviations, and constants on the same scale.
 * Fitted on simulated crowds of 500 to 1,800 people an hour in the street and on single people of 0.5 to 2.4 m/s, on
 * strips of 2 to 12 tiles; tried on others (footfall.test.ts).
 */
export interface WalkerLimits {
  /** Standard deviations about what is expected of the next step; `ms` is that of a usual one, slow ones vary more. */
  readonly alongM: number;
  readonly acrossM: number;
  readonly ms: number;
  readonly rate: number;
  readonly walkRatio: number;
  /** A step may have gone beside the strip. */
  readonly skip: number;
  /** The foot that rolls on: up to this share of a step's time after its heel, at this share of its rate. */
  readonly rollTime: number;
  readonly rollShare: number;
  readonly rollSpread: number;
  readonly rollCost: number;
  /** Somebody new: at the ends of the strip, and in its middle. */
  readonly atEnd: number;
  readonly inside: number;
  /** Less than this of a load, its rate, or its rate for its weight, lets doubt that it was a foot at all. */
  readonly newKg: number;
  readonly newRate: number;
  readonly newPerS: number;
  /** A foot that rolls on from outside the ends of the strip: no further in than this, and as softly. */
  readonly outside: number;
  readonly outsideM: number;
  readonly outsidePerS: number;
  /** Softer than any heel: by less than so many times its load in a second, and the standard deviation about that. */
  readonly softPerS: number;
  readonly softSpread: number;
  /** Nothing: the dearer, the more there was. */
  readonly nothing: number;
  readonly nothingKg: number;
  readonly nothingRate: number;
}

export const walkerLimits: WalkerLimits = {
  alongM: 0.23,
  acrossM: 0.42,
  ms: 65,
  rate: 0.36,
  walkRatio: 0.164,
  skip: 1.8,
  rollTime: 1.03,
  rollShare: 0.33,
  rollSpread: 0.6,
  rollCost: 0,
  atEnd: 6.94,
  inside: 9.1,
  newKg: 29,
  newRate: 140,
  newPerS: 13.8,
  outside: 7.33,
  outsideM: 0.14,
  softPerS: 3.4,
  softSpread: 0.41,
  outsidePerS: 80,
  nothing: 2.63,
  nothingKg: 40.1,
  nothingRate: 2718,
};

/** A step comes this long after the last one, ms; later than that, nobody is there any more. */
const span = { fromMs: 260, toMs: 1_500 } as const;
/** A foot rolls so far, m. */
const roll = { backM: 0.12, aheadM: 0.5, usualM: 0.25, spreadM: 0.12 } as const;
/** A foot on a joint presses both of its tiles within this time and distance. */
const joint = { ms: 90, m: 0.32, cost: 1 } as const;
/** An end of the strip reaches so far, m: a step. */
const endM = 0.8;

const square = (value: number) => value * value;
const timesOver = (rate: number, other: number) => Math.log(Math.max(rate, 1) / Math.max(other, 1));

/**
 * Takes in one press: whose step it was, or whose foot that rolled on, or nobody's. Presses come in order of time.
 * What explains it best is believed; steps are told once their walker has earned trust.
 */
export function walk(
  walkers: readonly Walker[],
  press: Press,
  lengthM: number,
  nextId: number,
  limits: WalkerLimits = walkerLimits,
): { readonly walkers: readonly Walker[]; readonly verdict: Verdict } {
  const present = walkers.filter(({ last }) => press.atMs - last.atMs < span.toMs);
  const rolling = Math.min(
    costOfOutside(press, lengthM, limits),
    ...present.map((walker) => costOfRoll(walker, press, limits)),
  );
  const nobody = Math.min(costOfNothing(press, limits), rolling);
  const costs = present.map((walker) => costOfStep(walker, press, limits));
  const going = Math.min(...costs);
  const isFoot = press.kg > kgMin && press.kgPerS > limits.softPerS * press.kg;
  const coming = isFoot ? costOfPlace(press, lengthM, limits) : Number.POSITIVE_INFINITY;
  if (Math.min(going, coming) >= nobody)
    return { walkers: present, verdict: { kind: rolling === nobody ? "roll" : "nothing" } };
  const before = coming < going ? undefined : present[costs.indexOf(going)];
  const after = before
    ? stepped(before, press, nobody - going)
    : arrived(nextId, press, nobody - coming - costOfStranger(press, limits));
  const isSure = after.trust >= 0;
  const walker = isSure ? { ...after, waiting: [] } : after;
  return {
    walkers: [...present.filter((other) => other !== before), walker],
    verdict: { kind: "step", walker, before, steps: isSure ? after.waiting : [] },
  };
}

/** Lighter than any child that walks alone, kg. */
const kgMin = 10;
/** About how far a foot rolls in from outside, m. */
const outsideSpreadM = 0.03;
/** One press tells no more than this for or against a walker. */
const gainMax = 12;

const arrived = (id: number, press: Press, gain: number): Walker => ({
  id,
  last: press,
  direction: 0,
  ...usual,
  trust: Math.max(-1.5 * gainMax, Math.min(gainMax, gain)),
  waiting: [press],
});

/** How unlike the walker's next step the press is; one step may have gone beside the strip. */
function costOfStep(walker: Walker, press: Press, limits: WalkerLimits): number {
  const { last, direction, stepM, stepMs } = walker;
  const ms = press.atMs - last.atMs;
  if (ms < span.fromMs) return Number.POSITIVE_INFINITY;
  const metres = press.xM - last.xM;
  const beside =
    square((press.yM - last.yM) / limits.acrossM) +
    square(timesOver(press.kgPerS, last.kgPerS) / limits.rate) / 2 +
    square(Math.max(0, timesOver(limits.softPerS * press.kg, press.kgPerS)) / limits.softSpread);
  if (direction === 0) return beside + costOfStride(Math.abs(metres), ms, limits);
  const along = [1, 2].map((steps) => {
    const offM = (metres * direction - steps * stepM) / limits.alongM;
    const offMs = (ms - steps * stepMs) / (limits.ms * (stepMs / usual.stepMs));
    return square(offM) + square(offMs) + (steps - 1) * limits.skip;
  });
  return beside + Math.min(...along);
}

/** Any stride that somebody may make: fast ones are long. */
function costOfStride(metres: number, ms: number, limits: WalkerLimits): number {
  if (metres < 0.25 || metres > 1.9) return Number.POSITIVE_INFINITY;
  const along = [1, 2].map((steps) => {
    const ratio = ((metres / steps) * (ms / steps)) / 60_000;
    return square(Math.log(ratio / walkRatio) / limits.walkRatio) + (steps - 1) * limits.skip;
  });
  return 1 + Math.min(...along);
}

function costOfRoll({ last, direction, stepMs }: Walker, press: Press, limits: WalkerLimits): number {
  const ms = press.atMs - last.atMs;
  const metres = press.xM - last.xM;
  const beside = square((press.yM - last.yM) / limits.acrossM);
  const isJoint =
    Math.abs(ms) < joint.ms && Math.abs(metres) < joint.m && Math.abs(press.tile - last.tile) === 1;
  if (isJoint) return joint.cost + beside;
  const ahead = direction === 0 ? Math.abs(metres) : metres * direction;
  const isOther = ms > limits.rollTime * stepMs || ahead < -roll.backM || ahead > roll.aheadM;
  if (isOther) return Number.POSITIVE_INFINITY;
  const tooFast = Math.max(0, timesOver(press.kgPerS, limits.rollShare * last.kgPerS)) / limits.rollSpread;
  const tooFar = Math.max(0, ahead - roll.usualM) / roll.spreadM;
  return limits.rollCost + beside + square(tooFast) + square(tooFar);
}

const costOfPlace = ({ xM }: Press, lengthM: number, limits: WalkerLimits) =>
  Math.min(xM, lengthM - xM) < endM ? limits.atEnd : limits.inside;

/** How little a press looks like the foot of somebody. */
function costOfStranger({ kg, kgPerS }: Press, limits: WalkerLimits): number {
  const tooLight = Math.max(0, timesOver(limits.newKg, kg)) / 0.2;
  const tooSlow = Math.max(0, timesOver(limits.newRate, kgPerS)) / 0.4;
  const tooSoft = Math.max(0, timesOver(limits.newPerS * kg, kgPerS)) / limits.softSpread;
  return square(tooLight) + square(tooSlow) + square(tooSoft);
}

function costOfOutside({ xM, kg, kgPerS }: Press, lengthM: number, limits: WalkerLimits): number {
  const tooFar = Math.max(0, Math.min(xM, lengthM - xM) - limits.outsideM) / outsideSpreadM;
  const tooFast = Math.max(0, timesOver(kgPerS, limits.outsidePerS * kg)) / limits.softSpread;
  return limits.outside + square(tooFar) + square(tooFast);
}

const costOfNothing = ({ kg, kgPerS }: Press, limits: WalkerLimits) =>
  limits.nothing + 10 * Math.min(kg / limits.nothingKg, 1) + 10 * Math.min(kgPerS / limits.nothingRate, 1);

function stepped(walker: Walker, press: Press, gain: number): Walker {
  const { id, last, direction, stepM, stepMs, trust, waiting } = walker;
  const metres = Math.abs(press.xM - last.xM);
  const ms = press.atMs - last.atMs;
  const times = Math.max(1, Math.round(direction === 0 ? ms / 800 : ms / stepMs));
  const share = direction === 0 ? 1 : 0.5;
  return {
    id,
    last: press,
    direction: direction === 0 ? (press.xM > last.xM ? 1 : -1) : direction,
    stepM: stepM + share * (metres / times - stepM),
    stepMs: stepMs + share * (ms / times - stepMs),
    trust: Math.min(3 * gainMax, trust + Math.max(-gainMax, Math.min(gainMax, gain))),
    waiting: [...waiting, press],
  };
}
