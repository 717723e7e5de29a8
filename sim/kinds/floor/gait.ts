import { type Random, random } from "../../world/random.ts";
import type { Trajectory } from "../../world/trajectory.ts";
import type { Contact, Strike } from "./contact.ts";

const gravity = 9.80665;

/**
 * Walk ratio, metres per (step/min): step length over cadence hardly depends on speed (Sekiya and Nagasaki, Gait &
 * Posture 7, 1998: 0.0064 for men and women).
 */
const walkRatio = { mean: 0.0064, deviation: 0.0006, min: 0.0048, max: 0.008 };
/** A foot stays on the ground for 1.22 steps: stance is 61 % of a stride (Perry and Burnfield, Gait Analysis, 2010). */
const stanceSteps = 1.22;
/** Body mass of adults in Europe, 70.8 kg (Walpole et al., BMC Public Health 12:439, 2012); a tenth are children. */
const adultKg = { mean: 70.8, deviation: 14, min: 40, max: 135 };
const childKg = { min: 15, max: 45 };
const childShare = 0.1;
/** Between the feet, and how much a foot is set beside its line (Perry and Burnfield): m. */
const stepWidthM = { mean: 0.09, deviation: 0.03 };
const placementM = { along: 0.025, across: 0.015 };
/** The pressure's middle: where it begins before the end of the heel, and how far it runs to the toes, m. */
const heelM = 0.03;
const rollM = 0.18;
/** The heel's transient, in body weights at 1.34 m/s: from nothing in soft shoes (Whittle, Gait & Posture 10, 1999). */
const heelTransient = { min: 0, max: 0.5 };
/** Over this the pressure is spread about its middle, m. */
const soleM = { halfLength: 0.05, halfWidth: 0.035 };

/** How one person walks. */
interface Walker {
  readonly massKg: number;
  readonly walkRatio: number;
  readonly stepWidthM: number;
  readonly heelTransient: number;
  readonly draws: Random;
}

function walkerOf(seed: number, id: number): Walker {
  const draws = random(seed, `gait ${id}`);
  const cut = ({ min, max }: { min: number; max: number }, value: number) =>
    Math.min(max, Math.max(min, value));
  const isChild = draws.chance(childShare);
  return {
    massKg: isChild
      ? draws.uniform(childKg.min, childKg.max)
      : cut(adultKg, draws.normal(adultKg.mean, adultKg.deviation)),
    walkRatio: cut(walkRatio, draws.normal(walkRatio.mean, walkRatio.deviation)),
    stepWidthM: Math.max(0.02, draws.normal(stepWidthM.mean, stepWidthM.deviation)),
    heelTransient: draws.uniform(heelTransient.min, heelTransient.max),
    draws,
  };
}

/** Body mass of the person, kg. */
export const massOf = (seed: number, id: number): number => walkerOf(seed, id).massKg;

/** A straight part of somebody's way, walked or stood. */
interface Leg {
  readonly fromMs: number;
  readonly toMs: number;
  readonly fromM: number;
  readonly toM: number;
}

const legsOf = ({ timesMs, positionsM }: Trajectory): Leg[] =>
  timesMs.slice(1).map((toMs, index) => ({
    fromMs: timesMs[index]!,
    toMs,
    fromM: positionsM[index]!,
    toM: positionsM[index + 1]!,
  }));

export interface Footfalls {
  readonly contacts: readonly Contact[];
  readonly strikes: readonly Strike[];
}

/**
 * How a person's feet come down between `lowM` and `highM`. The heel strikes half a step ahead of the body; a foot
 * stays until the next one has struck and a little more. Who stops sets one foot beside the other, and goes on later.
 */
export function footfalls(seed: number, way: Trajectory, lowM: number, highM: number): Footfalls {
  const walker = walkerOf(seed, way.id);
  const contacts: Contact[] = [];
  const strikes: Strike[] = [];
  let side = walker.draws.chance(0.5) ? 1 : -1;
  for (const leg of legsOf(way)) {
    const direction = leg.toM > leg.fromM ? 1 : -1;
    if (leg.toM === leg.fromM) {
      if (leg.fromM < lowM || leg.fromM > highM) continue;
      stand(leg, way, walker, contacts, strikes);
      continue;
    }
    const speedMps = (Math.abs(leg.toM - leg.fromM) / (leg.toMs - leg.fromMs)) * 1_000;
    const stepM = Math.sqrt(60 * speedMps * walker.walkRatio);
    const stepMs = (stepM / speedMps) * 1_000;
    const first = walker.draws.uniform(0.2, 1) * stepM;
    for (let walked = first; walked < Math.abs(leg.toM - leg.fromM); walked += stepM) {
      side = -side;
      const aheadM = stepM / 2 + walker.draws.normal(0, placementM.along);
      const xM = leg.fromM + direction * (walked + aheadM);
      const yM =
        way.yM + side * direction * (walker.stepWidthM / 2) + walker.draws.normal(0, placementM.across);
      const atMs = leg.fromMs + (walked / speedMps) * 1_000 + walker.draws.normal(0, 0.015 * stepMs);
      if (xM < lowM - 0.3 || xM > highM + 0.3) continue;
      const contact = foot(walker, { atMs, stepMs, xM, yM, direction, speedMps });
      contacts.push(contact);
      strikes.push({
        atMs,
        untilMs: contact.untilMs,
        person: way.id,
        direction,
        stepsPerMinute: 60_000 / stepMs,
        xM: xM + direction * heelM,
        yM,
      });
    }
  }
  return { contacts, strikes };
}

interface Foot {
  readonly atMs: number;
  readonly stepMs: number;
  /** End of the heel. */
  readonly xM: number;
  readonly yM: number;
  readonly direction: 1 | -1;
  readonly speedMps: number;
}

/**
 * Vertical ground reaction of a walking foot: two humps, heel and push-off, with a valley between that is the deeper
 * the faster one walks; as a sine series whose impulse carries the body over one step. At the heel, a transient of
 * some 20 ms.
 */
function foot(walker: Walker, { atMs, stepMs, xM, yM, direction, speedMps }: Foot): Contact {
  const stanceMs = stanceSteps * stepMs;
  const third = Math.min(0.6, Math.max(0.1, 0.4 * (speedMps / 1.34)));
  const first = Math.PI / 2 / stanceSteps - third / 3;
  const bodyN = walker.massKg * gravity;
  const hardness = walker.heelTransient * Math.min(1.5, speedMps / 1.34);
  return {
    fromMs: atMs,
    untilMs: atMs + stanceMs,
    halfLengthM: soleM.halfLength,
    halfWidthM: soleM.halfWidth,
    yM,
    xM: (nowMs) => {
      const share = (nowMs - atMs) / stanceMs;
      return xM + direction * (heelM + rollM * Math.min(1, Math.max(0, (share - 0.1) / 0.75)));
    },
    forceN: (nowMs) => {
      const share = (nowMs - atMs) / stanceMs;
      const angle = Math.PI * share;
      const heelMs = nowMs - atMs - 6;
      const transient = heelMs > 0 && heelMs < 20 ? hardness * Math.sin((Math.PI * heelMs) / 20) : 0;
      return bodyN * Math.max(0, first * Math.sin(angle) + third * Math.sin(3 * angle) + transient);
    },
  };
}

/** Onto a foot, or off it: the weight is shifted within about this time, ms. */
const shiftMs = 250;
/** One sways by some per cent of one's weight from foot to foot, with a period of seconds. */
const sway = { share: 0.06, periodMs: 4_300 };

/** Two feet side by side: the second is set half a second after the first. */
function stand(leg: Leg, way: Trajectory, walker: Walker, contacts: Contact[], strikes: Strike[]): void {
  const bodyN = walker.massKg * gravity;
  for (const [index, side] of [1, -1].entries()) {
    const fromMs = leg.fromMs + index * 500;
    const untilMs = leg.toMs + (1 - index) * 300;
    const yM = way.yM + side * 0.1;
    const xM = leg.fromM + walker.draws.normal(0, 0.03);
    contacts.push({
      fromMs,
      untilMs,
      halfLengthM: 0.1,
      halfWidthM: soleM.halfWidth,
      yM,
      xM: () => xM,
      forceN: (nowMs) => {
        const rise = Math.min(1, (nowMs - fromMs) / shiftMs, (untilMs - nowMs) / shiftMs);
        const swaying = side * sway.share * Math.sin((2 * Math.PI * nowMs) / sway.periodMs);
        return bodyN * (0.5 + swaying) * Math.max(0, rise) ** 2;
      },
    });
    strikes.push({ atMs: fromMs, untilMs, person: way.id, direction: 1, stepsPerMinute: 0, xM, yM });
  }
}
