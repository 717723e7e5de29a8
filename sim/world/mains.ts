import { redNoise } from "./red-noise.ts";

/** Supply gone from `offMs` until just before `onMs`, Unix milliseconds. */
export interface Outage {
  readonly offMs: number;
  readonly onMs: number;
}

/** The low-voltage supply of the street. */
export interface Mains {
  isOn(unixMs: number): boolean;
  /** Phase to neutral, V r.m.s.; 0 during an outage. */
  voltageV(unixMs: number): number;
  /** Hz; 0 during an outage. */
  frequencyHz(unixMs: number): number;
}

const nominalV = 230;
const nominalHz = 50;
const minuteMs = 60_000;

/**
 * 230 V, 50 Hz with a slow wander: the voltage within ±10 % (EN 50160:2010, 4.2.2), the frequency within the
 * ±50 mHz of normal operation in the synchronous area of Continental Europe (Commission Regulation (EU) 2017/1485,
 * annex III). Outages come only as told; RangeError unless each ends after it begins, and before the next.
 */
export function createMains(seed: number, outages: readonly Outage[] = []): Mains {
  outages.forEach(({ offMs, onMs }, at) => {
    if (!(offMs < onMs)) throw new RangeError(`outage ${at + 1} ends (${onMs}) before it begins (${offMs})`);
    if (at > 0 && offMs < outages[at - 1]!.onMs)
      throw new RangeError(`outage ${at + 1} begins (${offMs}) before the one above it ends`);
  });
  const feederLoad = redNoise(seed, "mains feeder load", {
    stepMs: 10 * minuteMs,
    correlationMs: 180 * minuteMs,
  });
  const neighbours = redNoise(seed, "mains neighbours", { stepMs: minuteMs, correlationMs: 5 * minuteMs });
  const balance = redNoise(seed, "mains frequency", { stepMs: 20_000, correlationMs: 5 * minuteMs });

  const isOn = (unixMs: number) => !outages.some(({ offMs, onMs }) => offMs <= unixMs && unixMs < onMs);
  return {
    isOn,
    voltageV: (unixMs) =>
      isOn(unixMs) ? within(nominalV + 3 * feederLoad(unixMs) + neighbours(unixMs), nominalV, 23) : 0,
    frequencyHz: (unixMs) =>
      isOn(unixMs) ? within(nominalHz + 0.018 * balance(unixMs), nominalHz, 0.05) : 0,
  };
}

const within = (value: number, middle: number, reach: number) =>
  Math.min(middle + reach, Math.max(middle - reach, value));
