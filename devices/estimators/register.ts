/** What a meter's cumulative register did between two readings. */
export interface RegisterStep {
  readonly kind: "counted" | "rolledOver" | "reset" | "replaced";
  /** Energy that can be vouched for, Wh. */
  readonly energyWh: number;
}

/**
 * Tells counting from roll-over, reset and exchange of the meter by what is physically possible.
 *
 * A register that stands lower than before has rolled over if the way round is possible, was reset to zero if what
 * it shows is possible, and else is another meter's. One that stands higher by more than is possible is another
 * meter's too; of that one only what it counts from now on is ours. After a power cut of unknown length nearly
 * everything is possible, so a register that was not within a twentieth of its end did not roll over.
 * @param beforeWh last reading, @param nowWh this reading
 * @param possibleWh the most that can have been consumed in between
 * @param rolloverWh the value at which the register starts again from zero
 */
export function registerStep(
  beforeWh: number,
  nowWh: number,
  possibleWh: number,
  rolloverWh: number,
): RegisterStep {
  const risenWh = nowWh - beforeWh;
  if (risenWh > possibleWh) return { kind: "replaced", energyWh: 0 };
  if (risenWh >= 0) return { kind: "counted", energyWh: risenWh };
  const roundWh = risenWh + rolloverWh;
  if (roundWh <= Math.min(possibleWh, rolloverWh / 20)) return { kind: "rolledOver", energyWh: roundWh };
  if (nowWh <= possibleWh) return { kind: "reset", energyWh: nowWh };
  return { kind: "replaced", energyWh: 0 };
}
