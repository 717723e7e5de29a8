import { hourOfWeek } from "./local-time.ts";
import { random } from "./random.ts";

/** How many people come through the street. */
export interface Footfall {
  /** People expected in the local hour around `localMs` (see localClock), both directions together. */
  perHour(localMs: number): number;
}

const dayMs = 86_400_000;

/** Share of the weekday's busiest hour, from midnight: to work, lunch, home; nearly nobody between 1 and 5. */
const weekday = [
  0.03, 0.015, 0.01, 0.01, 0.02, 0.07, 0.24, 0.62, 0.95, 0.6, 0.42, 0.5, 0.7, 0.66, 0.5, 0.55, 0.74, 1, 0.8,
  0.5, 0.33, 0.24, 0.16, 0.08,
];

/** One broad hump in the afternoon, later nights. */
const weekend = [
  0.12, 0.08, 0.05, 0.03, 0.02, 0.02, 0.05, 0.1, 0.2, 0.34, 0.48, 0.6, 0.66, 0.68, 0.7, 0.68, 0.62, 0.55,
  0.48, 0.4, 0.33, 0.28, 0.22, 0.16,
];

/**
 * A plausible street: two peaks on weekdays, one on Saturday and Sunday, and each day a little busier or quieter
 * than another (log-normal, 12 %).
 * @param peakPerHour people in the busiest hour of a weekday.
 */
export function syntheticFootfall(seed: number, peakPerHour = 200): Footfall {
  if (!(peakPerHour >= 0)) throw new RangeError(`people per hour cannot be ${peakPerHour}`);
  let day = Number.NaN;
  let busyness = 1;
  return {
    perHour(localMs) {
      const today = Math.floor(localMs / dayMs);
      if (today !== day) {
        busyness = Math.exp(random(seed, `footfall ${today}`).normal(0, 0.12));
        day = today;
      }
      const hour = hourOfWeek(localMs);
      const profile = hour < 5 * 24 ? weekday : weekend;
      return peakPerHour * busyness * profile[hour % 24]!;
    },
  };
}
