import type { Press } from "./press.ts";
import { tile } from "./tile.ts";

/** A wheel comes onto a tile all at once: its load rises by so many times itself in a second. */
const suddenPerS = 17;
/** A light one, kg, has a tyre that is wide for it. */
const light = { kg: 25, perS: 13 } as const;
/**
 * It comes onto the next tile with the same load, to this factor, one tile further, to this distance, m, and on the
 * same line: within this time, ms, at a walk, and not before that one, which is faster than a bicycle.
 */
const train = { factor: 1.5, alongM: 0.06, acrossM: 0.25, fromMs: 50, toMs: 800 } as const;

/** How long a press must be waited for that shows one to be a wheel, ms. */
export const wheelMs = train.toMs;

const isSudden = ({ kg, kgPerS }: Press) =>
  kgPerS > suddenPerS * kg || (kg < light.kg && kgPerS > light.perS * kg);

/**
 * Under a wheel as heavy as this, kg, of a powered wheelchair or a cargo bicycle, plates reach their stops, and two
 * axles share a tile: not each of its presses looks like one. What comes down so near to some of its
 * presses, m, and so soon before or after, ms, on their line, is of the same vehicle: its rider does not walk.
 */
const heavy = { kg: 45, alongM: 2.2, acrossM: 0.4, ms: 1_000, wheels: 3 } as const;

/** Whether a press was a wheel: it came, or will come, onto the next tile in just the same way; or a heavy one's mate. */
export function isWheel(press: Press, about: readonly Press[]): boolean {
  if (isInTrain(press, about)) return true;
  const mates = about.filter(
    (other) =>
      other.kg > heavy.kg &&
      Math.abs(other.atMs - press.atMs) < heavy.ms &&
      Math.abs(other.xM - press.xM) < heavy.alongM &&
      Math.abs(other.yM - press.yM) < heavy.acrossM &&
      isInTrain(other, about),
  );
  return mates.length >= heavy.wheels;
}

function isInTrain(press: Press, about: readonly Press[]): boolean {
  if (!isSudden(press)) return false;
  return about.some((other) => {
    const apartMs = Math.abs(other.atMs - press.atMs);
    const offM = Math.abs(other.xM - press.xM) - tile.lengthM;
    return (
      Math.abs(press.tile - other.tile) === 1 &&
      apartMs > train.fromMs &&
      apartMs < train.toMs &&
      Math.abs(offM) < train.alongM &&
      Math.abs(other.yM - press.yM) < train.acrossM &&
      Math.max(other.kg, press.kg) < train.factor * Math.min(other.kg, press.kg) &&
      isSudden(other)
    );
  });
}
