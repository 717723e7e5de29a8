/** What a signal reads while nothing happens, as it drifts, and the noise about it. */
export interface Zero {
  readonly value: number;
  /** Standard deviation. */
  readonly noise: number;
  /** Time that has gone into it, ms: a young zero learns fast. */
  readonly heardMs: number;
}

export const unknownZero = (value: number, noise: number): Zero => ({ value, noise, heardMs: 0 });

/** Follows drift within this time, ms: slower than anybody crosses, faster than the weather changes. */
const followMs = 20_000;
/** Mean absolute deviation of white noise, as a share of its standard deviation. */
const meanDeviation = Math.sqrt(2 / Math.PI);

/** One more reading of the signal at rest, `spanMs` after the last. What is far off counts as `limit` off. */
export function follow(
  { value, noise, heardMs }: Zero,
  reading: number,
  spanMs: number,
  limit: number,
): Zero {
  const weight = spanMs / Math.min(heardMs + spanMs, followMs);
  const off = Math.max(-limit, Math.min(limit, reading - value));
  const isFirst = heardMs === 0;
  return {
    value: isFirst ? reading : value + weight * off,
    noise: isFirst ? noise : noise + weight * (Math.abs(off) / meanDeviation - noise),
    heardMs: Math.min(heardMs + spanMs, followMs),
  };
}
