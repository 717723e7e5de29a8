import type { EventLoop } from "../../loop.ts";

/** A module as catalogues have it: 16 V, 58 F (Maxwell BMOD0058 E016 B02). */
export const capacitorMake = { farads: 58, ratedVolts: 16 } as const;
/** Of rectifier and converter between the generators and the capacitor. */
const converterShare = 0.8;
/** Across the capacitor while the dump's contact is closed, Ω. */
const dumpOhms = 10;
/** Of the edge light at full level, from the capacitor, W; below this voltage its converter gives up. */
const light = { watts: 2.4, voltsMin: 6 } as const;

/** What flows at an instant. */
export interface Flows {
  /** What the generators have given to their loads since the street began, J. */
  readonly generatedJ: number;
  /** From a service supply, W. */
  readonly servicedW: number;
  readonly isDumping: boolean;
  /** Of the edge light, %. */
  readonly levelPercent: number;
}

/** The supercapacitor of one strip, and what goes in and out of it. It lives through time when it is told to. */
export class CapacitorStore {
  readonly #loop: EventLoop;
  readonly #flows: () => Flows;
  #volts: number;
  #atMs: number;
  #generatedJ: number;
  #harvestW = 0;
  #harvestedJ = 0;
  #overMs = 0;

  constructor(loop: EventLoop, volts: number, flows: () => Flows) {
    this.#loop = loop;
    this.#volts = volts;
    this.#flows = flows;
    this.#atMs = loop.now;
    this.#generatedJ = flows().generatedJ;
  }

  get volts(): number {
    return this.#volts;
  }

  /** Into the capacitor, on the mean since it was told before, W. */
  get harvestW(): number {
    return this.#harvestW;
  }

  get harvestedWh(): number {
    return this.#harvestedJ / 3_600;
  }

  /** How long it stood above its rated voltage, by more than a comparator's tolerance of 2 %. */
  get overVoltageSeconds(): number {
    return this.#overMs / 1_000;
  }

  /** Until now all was as `flows` has it, but for what the generators gave since. */
  live(): void {
    const ms = this.#loop.now - this.#atMs;
    if (ms <= 0) return;
    this.#atMs = this.#loop.now;
    const { generatedJ, servicedW, isDumping, levelPercent } = this.#flows();
    const inJ = converterShare * (generatedJ - this.#generatedJ) + (servicedW * ms) / 1_000;
    this.#generatedJ = generatedJ;
    this.#harvestW = (inJ / ms) * 1_000;
    this.#harvestedJ += inJ;
    const lightW = this.#volts > light.voltsMin ? (light.watts * levelPercent) / 100 : 0;
    const dumpW = isDumping ? this.#volts ** 2 / dumpOhms : 0;
    const storedJ = (capacitorMake.farads * this.#volts ** 2) / 2 + inJ - ((lightW + dumpW) * ms) / 1_000;
    this.#volts = Math.sqrt((2 * Math.max(0, storedJ)) / capacitorMake.farads);
    if (this.#volts > 1.02 * capacitorMake.ratedVolts) this.#overMs += ms;
  }
}
