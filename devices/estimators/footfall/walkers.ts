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
  readonly steps: number;
}

/** What a press was. */
export type Verdict =
  | { readonly kind: "step"; readonly walker: Walker; readonly before: Walker | undefined }
  | { readonly kind: "roll" | "nothing" };

/** Until the next step tells better: 1.3 m/s (Weidmann 1993) at the usual walk ratio. */
const usual = { stepM: 0.7, stepMs: 540 } as const;
/** Step length over cadence, m per step/min (Sekiya and Nagasaki 1998). */
const walkRatio = 0.0064;

export interface WalkerLimits {
  /** Standard deviations about what is expected of the next step. */
  readonly alongM: number;
  readonly acrossM: number;
  readonly ms: number;
  readonly rate: number;
  readonly walkRatio: number;
  /** A step may be left out, beside the strip, at this cost. */
  readonly skip: number;
  /** The foot that rolls on: up to this share of a step's time after its heel, at this share of its rate. */
  readonly rollTime: number;
  readonly rollShare: number;
  readonly rollSpread: number;
  readonly rollCost: number;
  /**
   * What it costs to believe in somebody new: little at the ends of the strip, more in its middle; in somebody so
   * light, in a foot that comes so slowly, or so softly for its weight.
   */
  readonly atEnd: number;
  readonly inside: number;
  readonly newKg: number;
  readonly newRate: number;
  readonly newPerS: number;
  /** That a foot rolled on which was set down before the strip: at its ends, and of what comes this softly. */
  readonly outside: number;
  readonly outsidePerS: number;
  /** Bodies take room: that somebody steps where another's foot rolls on is this much dearer. */
  readonly exclusion: number;
  /** And that it was nothing: dearer the more there was. */
  readonly nothing: number;
  readonly nothingKg: number;
  readonly nothingRate: number;
}

export const walkerLimits: WalkerLimits = {
  alongM: 0.06,
  acrossM: 0.21,
  ms: 79,
  rate: 0.11,
  walkRatio: 0.24,
  skip: 4.3,
  rollTime: 1.1,
  rollShare: 0.41,
  rollSpread: 0.49,
  rollCost: 0.011,
  atEnd: 8,
  inside: 16,
  newKg: 31,
  newRate: 720,
  newPerS: 6.1,
  outside: 8.6,
  outsidePerS: 16,
  exclusion: 7.4,
  nothing: 3.5,
  nothingKg: 29,
  nothingRate: 640,
};

/** A step comes this long after the last one, ms; later than that, nobody is there any more. */
const span = { fromMs: 260, toMs: 1_500 } as const;
/** A foot rolls so far, m. */
const roll = { backM: 0.12, aheadM: 0.36 } as const;
/** A foot on a joint presses both of its tiles within this time and distance. */
const joint = { ms: 90, m: 0.32, cost: 1 } as const;
/** An end of the strip reaches so far, m: a step. */
const endM = 0.8;

const square = (value: number) => value * value;
const timesOver = (rate: number, other: number) => Math.log(Math.max(rate, 1) / Math.max(other, 1));

/** Takes in one press: whose step it was, or whose foot that rolled on, or nobody's. Presses come in order of time. */
export function walk(
  walkers: readonly Walker[],
  press: Press,
  lengthM: number,
  nextId: number,
  limits: WalkerLimits = walkerLimits,
): { readonly walkers: readonly Walker[]; readonly verdict: Verdict } {
  const present = walkers.filter(({ last }) => press.atMs - last.atMs < span.toMs);
  let best: { cost: number; verdict: Verdict } = {
    cost: costOfNothing(press, limits),
    verdict: { kind: "nothing" },
  };
  const weigh = (cost: number, verdict: () => Verdict) => {
    if (cost < best.cost) best = { cost, verdict: verdict() };
  };
  weigh(costOfArrival(press, lengthM, limits), () => ({
    kind: "step",
    walker: { id: nextId, last: press, direction: 0, ...usual, steps: 1 },
    before: undefined,
  }));
  weigh(costOfOutside(press, lengthM, limits), () => ({ kind: "roll" }));
  const rolls = present.map((walker) => costOfRoll(walker, press, limits));
  for (const [index, walker] of present.entries()) {
    weigh(rolls[index]!, () => ({ kind: "roll" }));
    const isTaken = rolls.some((cost, other) => other !== index && cost < limits.exclusion);
    weigh(costOfStep(walker, press, limits) + (isTaken ? limits.exclusion : 0), () => ({
      kind: "step",
      walker: stepped(walker, press),
      before: walker,
    }));
  }
  const { verdict } = best;
  if (verdict.kind !== "step") return { walkers: present, verdict };
  return { walkers: [...present.filter((walker) => walker !== verdict.before), verdict.walker], verdict };
}

/** How unlike the walker's next step the press is; one step may have gone beside the strip. */
function costOfStep(walker: Walker, press: Press, limits: WalkerLimits): number {
  const { last, direction, stepM, stepMs } = walker;
  const ms = press.atMs - last.atMs;
  if (ms < span.fromMs) return Number.POSITIVE_INFINITY;
  const metres = press.xM - last.xM;
  const beside =
    square((press.yM - last.yM) / limits.acrossM) +
    square(timesOver(press.kgPerS, last.kgPerS) / limits.rate) / 2;
  if (direction === 0) return beside + costOfStride(Math.abs(metres), ms, limits);
  const along = [1, 2].map((steps) => {
    const offM = (metres * direction - steps * stepM) / limits.alongM;
    const offMs = (ms - steps * stepMs) / limits.ms;
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
  return limits.rollCost + beside + square(tooFast);
}

function costOfArrival({ xM, kg, kgPerS }: Press, lengthM: number, limits: WalkerLimits): number {
  const tooLight = Math.max(0, timesOver(limits.newKg, kg)) / 0.2;
  const tooSlow = Math.max(0, timesOver(limits.newRate, kgPerS)) / 0.4;
  const tooSoft = Math.max(0, timesOver(limits.newPerS * kg, kgPerS)) / 0.15;
  const place = Math.min(xM, lengthM - xM) < endM ? limits.atEnd : limits.inside;
  return place + square(tooLight) + square(tooSlow) + square(tooSoft);
}

function costOfOutside({ xM, kg, kgPerS }: Press, lengthM: number, limits: WalkerLimits): number {
  if (Math.min(xM, lengthM - xM) > roll.aheadM) return Number.POSITIVE_INFINITY;
  return limits.outside + square(Math.max(0, timesOver(kgPerS, limits.outsidePerS * kg)) / 0.15);
}

const costOfNothing = ({ kg, kgPerS }: Press, limits: WalkerLimits) =>
  limits.nothing + 10 * Math.min(kg / limits.nothingKg, 1) + 10 * Math.min(kgPerS / limits.nothingRate, 1);

function stepped(walker: Walker, press: Press): Walker {
  const { last, direction, stepM, stepMs, steps } = walker;
  const metres = Math.abs(press.xM - last.xM);
  const ms = press.atMs - last.atMs;
  const times = Math.max(1, Math.round(direction === 0 ? ms / 800 : ms / stepMs));
  const share = direction === 0 ? 1 : 0.5;
  return {
    id: walker.id,
    last: press,
    direction: direction === 0 ? (press.xM > last.xM ? 1 : -1) : direction,
    stepM: stepM + share * (metres / times - stepM),
    stepMs: stepMs + share * (ms / times - stepMs),
    steps: steps + 1,
  };
}
