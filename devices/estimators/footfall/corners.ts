import type { Stand } from "./load.ts";
import { tile } from "./tile.ts";
import { follow, unknownZero, type Zero } from "./zero.ts";

/** What each corner reads at rest is not noisier than this, m, as far as is known at first. */
const unknownCorner = unknownZero(0, 1e-5);
/** A corner that was not heard for so long, ms, tells nothing: in an idle stream its turn comes sooner. */
const silentMs = 200;
/**
 * A corner that stands off by more, m, carries something: its zero stays. What still stands there after so many
 * presses, and so long, ms, has settled: nobody stands still while others walk past on the same tile.
 */
const carryM = 4e-4;
const settled = { rests: 6, ms: 120_000 } as const;

/** One sensed corner of a tile. */
interface Corner {
  /** Where it stands with nothing on the tile, m from the level of the drawing. */
  readonly zero: Zero;
  /** How far it has given way from there, m, as last heard, and when. */
  readonly metres: number;
  readonly atMs: number;
  /** Rests on end in which it stood off; when the first one was, and since when the last one lasts. */
  readonly offRests: number;
  readonly offSinceMs: number;
  readonly offRestMs: number;
}

/** In the order of `cornerChannels`. */
export type Corners = readonly [Corner, Corner, Corner];
export type CornerIndex = 0 | 1 | 2;

const unheard: Corner = {
  zero: unknownCorner,
  metres: 0,
  atMs: Number.NEGATIVE_INFINITY,
  offRests: 0,
  offSinceMs: 0,
  offRestMs: 0,
};
export const unheardCorners: Corners = [unheard, unheard, unheard];

/** When the tile is at rest, since when; undefined while it moves. */
export type RestingSinceMs = number | undefined;

/** Takes in what was converted in a slot: volts of the corner whose turn it was. */
export function hear(
  corners: Corners,
  index: CornerIndex,
  volts: number,
  nowMs: number,
  restingSinceMs: RestingSinceMs,
): Corners {
  const metres = (volts - tile.deflectionZeroVolts) / tile.deflectionVoltsPerM;
  const corner = heard(corners[index], metres, nowMs, restingSinceMs);
  const [first, second, third] = corners;
  if (index === 0) return [corner, second, third];
  return index === 1 ? [first, corner, third] : [first, second, corner];
}

function heard(before: Corner, rawM: number, nowMs: number, restingSinceMs: RestingSinceMs): Corner {
  const isOff = Math.abs(rawM - before.zero.value) > carryM;
  const corner = restingSinceMs === undefined ? before : rested(before, isOff, nowMs, restingSinceMs);
  const zero = zeroOf(corner, rawM, nowMs, restingSinceMs !== undefined, isOff);
  const { offRests, offSinceMs, offRestMs } = corner;
  return { zero, metres: rawM - zero.value, atMs: nowMs, offRests, offSinceMs, offRestMs };
}

function zeroOf(corner: Corner, rawM: number, nowMs: number, isAtRest: boolean, isOff: boolean): Zero {
  const { zero, atMs, offRests, offSinceMs } = corner;
  if (zero.heardMs === 0) return follow(zero, rawM, 1, carryM);
  if (!isAtRest) return zero;
  if (!isOff) return follow(zero, rawM, nowMs - atMs, carryM);
  const hasSettled = offRests >= settled.rests && nowMs - offSinceMs > settled.ms;
  return hasSettled ? follow(unknownCorner, rawM, 1, carryM) : zero;
}

/** A corner has settled, or what it carried for long has gone: it stands where it stood, and counts from there. */
export const isLevelledAnew = (before: Corners, now: Corners): boolean =>
  now.some(({ zero }, index) => Math.abs(zero.value - before[index]!.zero.value) > carryM);

/** Each rest in which the corner stands off counts once. */
function rested(corner: Corner, isOff: boolean, nowMs: number, restingSinceMs: number): Corner {
  const { offRests, offSinceMs, offRestMs } = corner;
  if (!isOff) return offRests === 0 ? corner : { ...corner, offRests: 0 };
  if (offRests > 0 && offRestMs === restingSinceMs) return corner;
  return {
    ...corner,
    offRests: offRests + 1,
    offSinceMs: offRests === 0 ? nowMs : offSinceMs,
    offRestMs: restingSinceMs,
  };
}

/**
 * How the plate stands by its three corners, as of now; undefined while one of them is silent.
 * @param velocityMps how fast its middle goes down meanwhile
 */
export function standOf(corners: Corners, nowMs: number, velocityMps: number): Stand | undefined {
  if (isSilent(corners, nowMs)) return undefined;
  const right = metresAt(corners[0], nowMs, velocityMps);
  const endRight = metresAt(corners[1], nowMs, velocityMps);
  const endLeft = metresAt(corners[2], nowMs, velocityMps);
  return { middleM: (right + endLeft) / 2, tiltM: [(endRight - right) / 2, (endLeft - endRight) / 2] };
}

const metresAt = ({ metres, atMs }: Corner, nowMs: number, velocityMps: number) =>
  metres + (velocityMps * (nowMs - atMs)) / 1_000;

export const isSilent = ([first, second, third]: Corners, nowMs: number) =>
  nowMs - Math.min(first.atMs, second.atMs, third.atMs) > silentMs;
