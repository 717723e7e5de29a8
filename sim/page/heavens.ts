import { getMoonIllumination, getMoonPosition, getPosition } from "suncalc";
import type { Location } from "../world/location.ts";

export interface Moon {
  readonly elevationDeg: number;
  /** Clockwise from north. */
  readonly azimuthDeg: number;
  /** Share of the disc that is lit, 0 to 1. */
  readonly illuminatedFraction: number;
  readonly waxing: boolean;
}

/** Where sun and moon stand for somebody looking at the sky, refraction included, and the moon's face. */
export function heavens(
  unixMs: number,
  { latitude, longitude }: Location,
): { readonly sunAzimuthDeg: number; readonly moon: Moon } {
  const date = new Date(unixMs);
  const moon = getMoonPosition(date, latitude, longitude);
  const { fraction, waxing } = getMoonIllumination(date);
  return {
    sunAzimuthDeg: getPosition(date, latitude, longitude).azimuth,
    moon: {
      elevationDeg: moon.altitude,
      azimuthDeg: moon.azimuth,
      illuminatedFraction: fraction,
      waxing,
    },
  };
}
