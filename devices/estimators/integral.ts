/** One reading of a power. */
export interface PowerReading {
  readonly watts: number;
  readonly atMs: number;
}

/**
 * Energy taken from the supply between two readings, by the trapezoidal rule. What flows back (negative power) is
 * left out: only the part of the trapezoid above zero counts.
 * @returns Wh, not negative
 */
export function importedEnergyWh(from: PowerReading, to: PowerReading): number {
  const hours = (to.atMs - from.atMs) / 3_600_000;
  const high = Math.max(from.watts, to.watts);
  const low = Math.min(from.watts, to.watts);
  if (high <= 0) return 0;
  if (low >= 0) return ((high + low) / 2) * hours;
  return (high / 2) * hours * (high / (high - low));
}
