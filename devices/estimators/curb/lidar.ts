/**
 * A lidar on a post at the kerb looks down across its space at the ground, so that an empty space has an echo of its
 * own: that of the ground. No echo, or one from beyond, proves nothing: the lens may be dirty, the post turned.
 */
export interface LidarRules {
  /** Nearer than the ground by more than this: something is in the space. */
  readonly nearerM: number;
  /** The ground itself, within this. */
  readonly groundM: number;
  readonly silentMs: number;
}

export const lidarRules: LidarRules = { nearerM: 0.4, groundM: 0.25, silentMs: 10_000 };

export interface LidarMemory {
  /** Whether a space has a lidar shows when it first speaks, well or ill. */
  readonly isFitted: boolean;
  readonly distanceM: number;
  readonly readAtMs: number;
}

export const unreadLidar: LidarMemory = {
  isFitted: false,
  distanceM: Number.NaN,
  readAtMs: Number.NEGATIVE_INFINITY,
};

export type LidarVerdict = "something" | "clear" | "unknown";

export const hearDistance = (distanceM: number, atMs: number): LidarMemory => ({
  isFitted: true,
  distanceM,
  readAtMs: atMs,
});

/** @param groundM distance to the ground of the empty space, as it was set up */
export function lidarVerdict(
  { distanceM, readAtMs }: LidarMemory,
  groundM: number,
  nowMs: number,
  rules: LidarRules,
): LidarVerdict {
  if (nowMs - readAtMs > rules.silentMs) return "unknown";
  if (distanceM < groundM - rules.nearerM) return "something";
  return isGround(distanceM, groundM, rules) ? "clear" : "unknown";
}

/** NaN is not the ground. */
export const isGround = (distanceM: number, groundM: number, { groundM: withinM }: LidarRules) =>
  Math.abs(distanceM - groundM) <= withinM;
