import { float32Step } from "./register-map.ts";

/** What Eastron's meters of the SDM series have in common. */
export const eastron = {
  /** At most 40 parameters of two registers in one answer; more is an exception (protocol documents, section 1.2). */
  answerMax: 80,
  /** Energies are in kWh, channels in Wh. */
  kwhPerWh: 1 / 1_000,
  /** Six digits of kWh on the display, then from zero. */
  energyWhMax: 1e9,
  /** As they leave the factory. */
  factoryUnit: 1,
} as const;

/**
 * The counter counts Wh, but is sent as a single: above 16 384 kWh neighbouring values are 2 Wh apart, and 62.5 Wh
 * near its end.
 */
export const importStep = (wh: number) => 1 + float32Step(eastron.kwhPerWh)(wh);
