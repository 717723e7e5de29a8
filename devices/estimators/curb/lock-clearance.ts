import type { Reason, Target, View } from "../../control.ts";
import { Permit } from "../../permit.ts";
import type { Quantity } from "../../quantities.ts";
import type { Sample } from "../../sample.ts";
import { isGood } from "../estimate.ts";
import { isGround, lidarRules } from "./lidar.ts";
import { magneticRules } from "./magnetic.ts";
import { groundDistanceM } from "./space.ts";

/** Which way a ground lock is driven: 1 raises it, −1 lowers it, 0 stops it. */
export const lockMotion: Quantity = {
  name: "lock motion",
  symbol: "m",
  unit: "1",
  unitCode: "C62",
  min: -1,
  max: 1,
  decimals: 0,
};

export interface LockSensors {
  /** Deviation of the magnetic field from that of the empty space, µT. */
  readonly deviation: string;
  /** Of the lidar, m. */
  readonly distance: string;
  /** 1 at the end of the way. */
  readonly upperLimit: string;
  readonly lowerLimit: string;
  readonly motorCurrent: string;
  readonly stalled: string;
}

/** A reading that is older says nothing about what is above the lock now. Three periods of sampling. */
export const freshMs = 700;

const reasons = {
  iron: { code: "occupied", text: "there is iron above the lock" },
  beam: { code: "occupied", text: "something stands in the lidar's beam" },
  noIron: { code: "unsure", text: "no fresh reading of the magnetometer" },
  noBeam: { code: "unsure", text: "no fresh reading of the lidar" },
  limits: { code: "unsure", text: "the limit switches contradict each other or are not known" },
  upper: { code: "limit", text: "the lock is up" },
  lower: { code: "limit", text: "the lock is down" },
  stalled: { code: "stalled", text: "the motor is stalled, or may be" },
  motor: { code: "unsure", text: "no fresh reading of the motor's current" },
  nonsense: { code: "unsure", text: "what was wanted makes no sense" },
} as const satisfies Record<string, Reason>;

/**
 * Whether the space above the lock is clear by two sensors that have nothing in common, both just read: no iron that
 * bends the earth's field, and the ground itself in sight of the lidar.
 * @returns what speaks against it, if anything
 */
export function clearanceRefusal({ deviation, distance }: LockSensors, view: View): Reason | undefined {
  const iron = view.latest(deviation);
  const beam = view.latest(distance);
  if (!isFresh(iron, view)) return reasons.noIron;
  if (!isFresh(beam, view)) return reasons.noBeam;
  // Written so that a number that is none does not pass.
  if (!(iron.value >= 0 && iron.value <= magneticRules.clearMicrotesla)) return reasons.iron;
  return isGround(beam.value, groundDistanceM(view), lidarRules) ? undefined : reasons.beam;
}

/** Good, and read within `freshMs`; a sample from the future is from another clock. */
function isFresh(sample: Sample | undefined, { nowMs }: View): sample is Sample {
  return isGood(sample) && nowMs - sample.atMs <= freshMs && sample.atMs <= nowMs;
}

/**
 * What a ground lock may do, whatever is wanted. It rises only while the space above it is clear by two sensors that
 * are independent, fresh and good, the limit switches say that it is not up, and the motor is known not to be stalled:
 * at each tick of the rise anew. It may always be lowered, until it is down. Anything else is a stop.
 */
export function lockPermit(sensors: LockSensors): Permit {
  const { deviation, distance, upperLimit, lowerLimit, motorCurrent, stalled } = sensors;
  return new Permit({
    inputs: [deviation, distance, upperLimit, lowerLimit, motorCurrent, stalled],
    allow(wanted, view): Target {
      const stop = (reason: Reason): Target => ({ value: 0, reason });
      const { value } = wanted;
      if (value === 0) return wanted;
      if (value !== 1 && value !== -1) return stop(reasons.nonsense);
      const upper = contact(view.latest(upperLimit));
      const lower = contact(view.latest(lowerLimit));
      if (value === -1) return lower === true ? stop(reasons.lower) : wanted;
      const obstacle = clearanceRefusal(sensors, view);
      if (obstacle) return stop(obstacle);
      if (upper === true) return stop(reasons.upper);
      if (upper === undefined || lower === undefined) return stop(reasons.limits);
      if (!isFresh(view.latest(motorCurrent), view)) return stop(reasons.motor);
      return contact(view.latest(stalled)) === false ? wanted : stop(reasons.stalled);
    },
  });
}

/** What a two-state source says; undefined while it cannot be relied on. */
export const contact = (sample: Sample | undefined): boolean | undefined =>
  isGood(sample) ? sample.value >= 0.5 : undefined;
