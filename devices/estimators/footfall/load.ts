import { loadKg, tile } from "./tile.ts";

/** Time constant of the plate: what is on it shows in how fast it moves this much before it shows in where it is. */
const plate = { omega: 75, dampingRatio: 0.66 } as const;
const leadMs = (2_000 * plate.dampingRatio) / plate.omega;
/** A reading of the corners pulls the integral of the velocity towards itself by this share. */
const correction = 0.2;
/** The heel's transient is smoothed away, and the tilt as slowly, ms. */
const smoothMs = 10;

/** Loads at the edges of a tile that together would tilt and sink it as it does, kg: at its begin and its end, */
export type Edges = readonly [begin: number, end: number, right: number, left: number];

/** What is on a tile, as its plate tells. */
export interface Load {
  readonly atMs: number;
  /** Of the plate's middle, downwards: m/s and m. */
  readonly velocityMps: number;
  readonly deflectionM: number;
  /** kg. */
  readonly kg: number;
  /** Tilt along and across as a load at the edge would make it, kg: its mean of late. */
  readonly laggingKg: Pair;
  readonly edges: Edges;
}

type Pair = readonly [along: number, across: number];

export const noLoad: Load = {
  atMs: Number.NaN,
  velocityMps: 0,
  deflectionM: 0,
  kg: 0,
  laggingKg: [0, 0],
  edges: [0, 0, 0, 0],
};

/** How the plate stands by its corners: how far its middle has given way and its edges more than that, m. */
export interface Stand {
  readonly middleM: number;
  readonly tiltM: Pair;
}

/**
 * The load that moves the plate as it does: its spring, its damping and its mass (m·z̈ + c·ż + k·z), from the
 * velocity that the generator tells in each slot and from how it stands by its corners, which are told in turn. The
 * corners alone would be too slow, the generator alone would drift.
 * @param stand undefined until all corners were heard
 */
export function follow(before: Load, atMs: number, generatorVolts: number, stand: Stand | undefined): Load {
  const velocityMps = generatorVolts / tile.generatorVoltsPerMps;
  const spanMs = atMs - before.atMs;
  if (!(spanMs > 0) || stand === undefined) return { ...before, atMs, velocityMps };
  const share = 1 - Math.exp(-spanMs / smoothMs);
  const moved = before.deflectionM + (((velocityMps + before.velocityMps) / 2) * spanMs) / 1_000;
  const deflectionM = moved + correction * (stand.middleM - moved);
  const accelerationMps2 = ((velocityMps - before.velocityMps) / spanMs) * 1_000;
  const now = loadKg(deflectionM + (leadMs / 1_000) * velocityMps + accelerationMps2 / plate.omega ** 2);
  const kg = before.kg + share * (now - before.kg);
  const along = tiltOf(stand.tiltM[0], before.laggingKg[0], share);
  const across = tiltOf(stand.tiltM[1], before.laggingKg[1], share);
  const laggingKg = [along.laggingKg, across.laggingKg] as const;
  return { atMs, velocityMps, deflectionM, kg, laggingKg, edges: edgesOf(kg, along.kg, across.kg) };
}

/** What stands on a plate that does not move. */
export function standing(atMs: number, { middleM, tiltM }: Stand): Load {
  const kg = loadKg(middleM);
  const laggingKg = [loadKg(tiltM[0] / tile.tilt), loadKg(tiltM[1] / tile.tilt)] as const;
  return { atMs, velocityMps: 0, deflectionM: middleM, kg, laggingKg, edges: edgesOf(kg, ...laggingKg) };
}

const edgesOf = (kg: number, alongKg: number, acrossKg: number): Edges => [
  (kg - alongKg) / 2,
  (kg + alongKg) / 2,
  (kg - acrossKg) / 2,
  (kg + acrossKg) / 2,
];

/** The load at an edge that tilts the plate so: what it is by now, and what its lagging mean is. */
function tiltOf(tiltM: number, laggedKg: number, share: number): { kg: number; laggingKg: number } {
  const now = loadKg(tiltM / tile.tilt);
  const laggingKg = laggedKg + share * (now - laggedKg);
  return { kg: laggingKg + (leadMs / smoothMs) * (now - laggingKg), laggingKg };
}
