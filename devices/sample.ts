import type { Quantity } from "./quantities.ts";

/**
 * What may be said of a number: `good` as the part promises; `stale` the last good one, older than it should
 * be; `suspect` within range but implausible (a frozen sensor); `bad` not to be used (out of range, no data).
 * Only `good` enters an aggregate; a bad sample carries NaN.
 */
export type Quality = "good" | "stale" | "suspect" | "bad";

/** How far wall time may be trusted: `none` never set, `rtc` from the battery clock, `network` disciplined. */
export type ClockQuality = "none" | "rtc" | "network";

/** One number from the world, with everything needed to judge it later. */
export interface Sample {
  /** `role.channel` for a part's reading (`light.illuminance`), `estimator.output` for an estimate. */
  readonly source: string;
  readonly value: number;
  readonly quantity: Quantity;
  readonly quality: Quality;
  /** Monotonic milliseconds of the unit's clock: the only time that control and integration use. */
  readonly atMs: number;
  /** Unix milliseconds, or undefined while the unit does not know the time. */
  readonly wallMs: number | undefined;
  readonly clock: ClockQuality;
  /** Counts the starts of this unit: monotonic times of two boots cannot be compared. */
  readonly boot: number;
}

/** True when `value` is a number that the quantity's range allows. */
export function isPlausible(quantity: Quantity, value: number): boolean {
  return Number.isFinite(value) && value >= quantity.min && value <= quantity.max;
}

/** Round for publication, to the decimals that the quantity declares. */
export function publishable(quantity: Quantity, value: number): number {
  const factor = 10 ** quantity.decimals;
  return Math.round(value * factor) / factor;
}
