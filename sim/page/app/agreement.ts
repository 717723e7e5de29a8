/** How far a measurement may be from the truth before it is worth a look: so much, and so much of the truth. */
type Tolerance = readonly [absolute: number, share: number];

/**
 * By unit, for what is judged neither in steps nor in shares: a share of 0 °C means nothing, and light is told within
 * a quarter at best by parts that cost little. It allows for a sample being some minutes old.
 */
const tolerances: Readonly<Record<string, Tolerance>> = {
  "°C": [1, 0],
  "%": [5, 0],
  "%RH": [5, 0],
  Pa: [200, 0],
  lx: [1, 0.25],
  J: [0.5, 0.25],
  // A fuel gauge tells what a battery of 100 Ah takes in steps of 2.7 W (MAX17048, register CRATE: 0.208 %/h).
  W: [3, 0.05],
  // Meters count whole watt-hours (PZEM-004T).
  Wh: [1, 0.05],
  µT: [5, 0.1],
};

/** Of all others: five steps of what is worth telling, but of what is counted or told by yes and no, half a step. */
function toleranceOf(unit: string, decimals: number): Tolerance {
  const steps = decimals === 0 && unit === "1" ? 0.5 : 5 * 10 ** -decimals;
  return tolerances[unit] ?? [steps, 0.05];
}

/** Whether a measurement is that far from the truth. Nothing measured is nothing wrong. */
export function differs(
  { value, unit, decimals }: { readonly value?: number; readonly unit: string; readonly decimals: number },
  truth: number | boolean,
): boolean {
  if (value === undefined) return false;
  const [absolute, share] = toleranceOf(unit, decimals);
  return Math.abs(value - Number(truth)) > absolute + share * Math.abs(Number(truth));
}
