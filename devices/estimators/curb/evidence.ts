import type { LidarVerdict } from "./lidar.ts";
import type { MagneticVerdict } from "./magnetic.ts";

/** What the sensors of one space say together, and for how long they must go on saying so. */
export interface Evidence {
  readonly isOccupied: boolean;
  readonly afterMs: number;
  /** They contradict each other. */
  readonly isContradictory: boolean;
}

/** How long each kind of evidence must hold, ms. */
export interface Patience {
  /** A vehicle that stands: a passing one moves on, and moves the field. */
  readonly arriveMs: number;
  readonly leaveMs: number;
  /** The field came back near to that of the empty space, not quite to it. */
  readonly nearlyMs: number;
  /** Only the lidar can tell, and people walk through its beam. */
  readonly beamMs: number;
  /** One sensor against the other. */
  readonly contradictedMs: number;
}

export const patience: Patience = {
  arriveMs: 2_500,
  leaveMs: 1_000,
  nearlyMs: 4_000,
  beamMs: 6_000,
  contradictedMs: 15_000,
};

/**
 * Fuses one space's magnetometer and lidar, where it has one that works.
 * - Iron and something in the beam: a vehicle. Neither: none.
 * - Iron, and the ground in sight: a lorry beside the space, or a short car that missed the beam; only iron as strong
 *   as right above the sensor is believed then.
 * - Something in the beam and no iron at all: people, a pushchair. With a little iron: a motorcycle.
 * @returns undefined while no sensor can tell
 */
export function evidence(
  magnetic: MagneticVerdict,
  lidar: LidarVerdict,
  isStrong: boolean,
  wait: Patience = patience,
): Evidence | undefined {
  const agreed = (isOccupied: boolean, afterMs: number) => ({
    isOccupied,
    afterMs,
    isContradictory: false,
  });
  const contradicted = (isOccupied: boolean) => ({
    isOccupied,
    afterMs: wait.contradictedMs,
    isContradictory: true,
  });
  if (magnetic === "unknown") {
    if (lidar === "unknown") return undefined;
    return lidar === "something" ? agreed(true, wait.beamMs) : agreed(false, wait.leaveMs);
  }
  if (magnetic === "vehicle") return lidar === "clear" ? contradicted(isStrong) : agreed(true, wait.arriveMs);
  if (lidar === "something") return magnetic === "between" ? agreed(true, wait.beamMs) : contradicted(false);
  const isSure = magnetic === "clear" || lidar === "clear";
  return agreed(false, isSure ? wait.leaveMs : wait.nearlyMs);
}
