import { temperature } from "../quantities.ts";
import type { Estimator, Step } from "./estimator.ts";

/** A thermistor and the divider it is in: it to ground, a resistor to the supply. */
export interface ThermistorCircuit {
  readonly supplyV: number;
  readonly seriesOhms: number;
  /** At 25 °C. */
  readonly ratedOhms: number;
  /** Of the extended Steinhart and Hart equation, 1/T = A + B·ln(R/R25) + C·ln²(R/R25) + D·ln³(R/R25), T in kelvin. */
  readonly coefficients: readonly [a: number, b: number, c: number, d: number];
}

/** Vishay NTCLE100E3103, 10 kΩ, B25/85 = 3977 K (document 29049, table of parameters), with 10 kΩ at 3.3 V. */
export const ntcle100: ThermistorCircuit = {
  supplyV: 3.3,
  seriesOhms: 10_000,
  ratedOhms: 10_000,
  coefficients: [3.354016e-3, 2.56985e-4, 2.620131e-6, 6.383091e-8],
};

/** Nearer to either rail than this share, the thermistor is broken or shorted. */
const railShare = 0.02;

/** @returns °C; NaN for a voltage that says that the thermistor is broken or shorted */
export function thermistorCelsius(volts: number, circuit: ThermistorCircuit): number {
  const share = volts / circuit.supplyV;
  if (!(share > railShare && share < 1 - railShare)) return Number.NaN;
  const log = Math.log((circuit.seriesOhms * share) / (1 - share) / circuit.ratedOhms);
  const [a, b, c, d] = circuit.coefficients;
  return 1 / (a + log * (b + log * (c + log * d))) - 273.15;
}

/** Temperatures by thermistors: one output, °C, for each source of a voltage. Broken or shorted is `bad`. */
export function thermistors(
  name: string,
  sources: Readonly<Record<string, string>>,
  circuit: ThermistorCircuit = ntcle100,
): Estimator<null> {
  const outputOf = new Map(Object.entries(sources).map(([output, source]) => [source, output]));
  return {
    name,
    outputs: Object.fromEntries(Object.keys(sources).map((output) => [output, temperature])),
    inputs: Object.values(sources),
    initial: () => null,
    step(state, sample): Step<null> {
      if (!sample) return { state, estimates: [] };
      const value = sample.quality === "good" ? thermistorCelsius(sample.value, circuit) : Number.NaN;
      const quality = Number.isNaN(value) ? "bad" : "good";
      return { state, estimates: [{ output: outputOf.get(sample.source)!, value, quality }] };
    },
  };
}
