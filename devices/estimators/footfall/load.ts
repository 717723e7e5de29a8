import { loadKg, tile } from "./tile.ts";

/** Time constant of the plate: what is on it shows in how fast it moves this much before it shows in where it is. */
const plate = { omega: 75, dampingRatio: 0.66 } as const;
const leadS = (2 * plate.dampingRatio) / plate.omega;
/** A reading of the corners pulls the integral of the velocity towards itself by this share. */
const correction = 0.2;
/** The heel's transient is smoothed away, ms. */
const smoothMs = 10;

/** What is on a tile, as it shows in its middle. */
export interface Load {
  readonly atMs: number;
  /** m/s, downwards positive. */
  readonly velocityMps: number;
  /** How far the middle has given way, m. */
  readonly deflectionM: number;
  /** kg, and how fast it rises, kg/s. */
  readonly kg: number;
  readonly kgPerS: number;
}

export const noLoad: Load = { atMs: Number.NaN, velocityMps: 0, deflectionM: 0, kg: 0, kgPerS: 0 };

/**
 * The load that moves the plate as it does: its spring, its damping and its mass (m·z̈ + c·ż + k·z), from the
 * velocity that the generator tells in each slot and the deflection that the corners tell in turn. The corners alone
 * would be too slow, the generator alone would drift.
 * @param cornersM deflection of the middle as the corners have it, undefined in a slot without a new one
 */
export function follow(
  before: Load,
  atMs: number,
  generatorVolts: number,
  cornersM: number | undefined,
): Load {
  const velocityMps = generatorVolts / tile.generatorVoltsPerMps;
  const spanS = (atMs - before.atMs) / 1_000;
  if (!(spanS > 0)) return { ...before, atMs, velocityMps };
  const middleMps = (velocityMps + before.velocityMps) / 2;
  const integral = before.deflectionM + middleMps * spanS;
  const deflectionM = cornersM === undefined ? integral : integral + correction * (cornersM - integral);
  const accelerationMps2 = (velocityMps - before.velocityMps) / spanS;
  const now = loadKg(deflectionM + leadS * velocityMps + accelerationMps2 / plate.omega ** 2);
  const share = 1 - Math.exp((-spanS * 1_000) / smoothMs);
  const kg = before.kg + share * (now - before.kg);
  return { atMs, velocityMps, deflectionM, kg, kgPerS: (kg - before.kg) / spanS };
}
