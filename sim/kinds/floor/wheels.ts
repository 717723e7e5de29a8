import type { Random } from "../../world/random.ts";
import type { Trajectory } from "../../world/trajectory.ts";
import type { Contact } from "./contact.ts";

const gravity = 9.80665;

/** A wheel of something that somebody pushes, pulls or rides. */
interface Wheel {
  /** From the person, along the way: ahead is positive, m. */
  readonly aheadM: number;
  /** From the person's line, m. */
  readonly besideM: number;
  readonly loadKg: number;
}

/** What rolls with a person: one to four wheels. */
export type Vehicle = readonly Wheel[];

const axle = (aheadM: number, trackM: number, loadKg: number): Vehicle =>
  [-1, 1].map((side) => ({ aheadM, besideM: (side * trackM) / 2, loadKg: loadKg / 2 }));

/** 10 to 14 kg with a child of 6 to 16 kg: three fifths on the rear axle, 0.55 m behind the front one (EN 1888). */
export function pushchair(draws: Random): Vehicle {
  const totalKg = draws.uniform(10, 14) + draws.uniform(6, 16);
  return [...axle(1.15, 0.5, 0.4 * totalKg), ...axle(0.6, 0.55, 0.6 * totalKg)];
}

/** A suitcase or shopping trolley of 8 to 23 kg that is pulled: two thirds of it on its two wheels. */
export const trolley = (draws: Random): Vehicle => axle(-0.75, 0.35, 0.66 * draws.uniform(8, 23));

/** A bicycle of 15 kg and its rider: two fifths in front. */
export function bicycle(massKg: number): Vehicle {
  const totalKg = massKg + 15;
  return [
    { aheadM: 0.6, besideM: 0, loadKg: 0.4 * totalKg },
    { aheadM: -0.45, besideM: 0, loadKg: 0.6 * totalKg },
  ];
}

/** Of a tyre, m. */
const patch = { halfLength: 0.012, halfWidth: 0.015 };

/** Where the wheels of a vehicle press between `lowM` and `highM`. */
export function tracks(vehicle: Vehicle, way: Trajectory, lowM: number, highM: number): Contact[] {
  const { timesMs, positionsM } = way;
  return timesMs.slice(1).flatMap((toMs, index) => {
    const fromMs = timesMs[index]!;
    const fromM = positionsM[index]!;
    const velocityMpms = (positionsM[index + 1]! - fromM) / (toMs - fromMs);
    const direction = Math.sign(velocityMpms);
    return vehicle.flatMap(({ aheadM, besideM, loadKg }): Contact[] => {
      const xM = (atMs: number) => fromM + velocityMpms * (atMs - fromMs) + direction * aheadM;
      const [low, high] = direction > 0 ? [lowM, highM] : [highM, lowM];
      const enterMs = Math.max(fromMs, fromMs + (low - fromM - direction * aheadM) / velocityMpms);
      const leaveMs = Math.min(toMs, fromMs + (high - fromM - direction * aheadM) / velocityMpms);
      if (direction === 0 || enterMs >= leaveMs) return [];
      return [
        {
          fromMs: enterMs,
          untilMs: leaveMs,
          halfLengthM: patch.halfLength,
          halfWidthM: patch.halfWidth,
          yM: way.yM + besideM,
          xM,
          forceN: () => loadKg * gravity,
        },
      ];
    });
  });
}
