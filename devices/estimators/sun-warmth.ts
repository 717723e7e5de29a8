import { clearSkyDirect, luminousEfficacy } from "./radiant.ts";

/**
 * A dark car's roof comes to some 45 K above the air in full sun and little wind; steel and light colours stay far
 * below that. K per W/m².
 */
const kelvinPerWatt = 0.045;
/** Sun and sky together give a surface that faces the Sun a tenth more than the Sun alone. */
const skyShare = 1.1;
/** A summer afternoon, where the air is not known. °C. */
const summerC = 30;
/** Heavier trays than this cool more slowly, lighter ones warm faster than that. Time constants, ms. */
const slowestMs = 20 * 60_000;
const fastestMs = 4 * 60_000;

/** What of the weather at a dark thing of metal is known: °C of the air, lx, degrees of the Sun's elevation. */
export interface Exposure {
  readonly airC: number | undefined;
  readonly illuminanceLux: number | undefined;
  readonly sunElevation: number | undefined;
}

/**
 * The warmest that air and sun can make a dark thing of metal in the end, °C, whichever way its surface faces. The Sun
 * counts as if nothing shaded it, for a light sensor may be in a shadow that the thing is not in; where there is more
 * light than that (at the edge of a cloud, or by a clock that is wrong), by the light. What is not known counts as the
 * worst.
 */
export function warmestC({ airC = summerC, illuminanceLux = 0, sunElevation = 90 }: Exposure): number {
  const sine = Math.sin((sunElevation * Math.PI) / 180);
  const sunWatts = sine > 0 ? skyShare * clearSkyDirect(sine) : 0;
  return airC + kelvinPerWatt * Math.max(sunWatts, illuminanceLux / luminousEfficacy);
}

/** The same as of now, from what it was `sinceMs` ago: a thing that the sun left takes its time to cool. */
export function coolingC(beforeC: number, nowC: number, sinceMs: number): number {
  return nowC >= beforeC ? nowC : nowC + (beforeC - nowC) * Math.exp(-sinceMs / slowestMs);
}

/** So fast can air and sun warm it at most, K/min. @param fromC °C */
export const warmingRate = (fromC: number, warmest: number) =>
  (Math.max(0, warmest - fromC) / fastestMs) * 60_000;

/** By so much air and sun can warm it at most within `spanMs`, K. @param fromC °C at the beginning */
export const warmingK = (fromC: number, warmest: number, spanMs: number) =>
  Math.max(0, warmest - fromC) * (1 - Math.exp(-spanMs / fastestMs));
