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
  #harvestedMs: number;
  #generatedW = 0;
  #harvestedJ = 0;
  #overS = 0;

  constructor(loop: EventLoop, volts: number, flows: () => Flows) {
    this.#loop = loop;
    this.#volts = volts;
    this.#flows = flows;
    this.#atMs = loop.now;
    this.#harvestedMs = loop.now;
    this.#generatedJ = flows().generatedJ;
  }

  get volts(): number {
    return this.#volts;
  }

  /** Into the capacitor, W. */
  get harvestW(): number {
    return this.#generatedW + this.#flows().servicedW;
  }

  /** Until now. */
  get harvestedWh(): number {
    return (this.#harvestedJ + this.harvestW * this.#unlivedS) / 3_600;
  }

  get storedJ(): number {
    return (capacitorMake.farads * this.#volts ** 2) / 2;
  }

  /** Of what its converter can use of it, %. */
  get chargePercent(): number {
    const emptyV2 = light.voltsMin ** 2;
    const share = (this.#volts ** 2 - emptyV2) / (capacitorMake.ratedVolts ** 2 - emptyV2);
    return 100 * Math.min(1, Math.max(0, share));
  }

  get #unlivedS(): number {
    return (this.#loop.now - this.#atMs) / 1_000;
  }

  /** How long it stood above its rated voltage, by more than a comparator's tolerance of 2 %. */
  get overVoltageSeconds(): number {
    return this.#overS;
  }

  /**
   * What the generators gave since this was called before flows in from now on, evenly, until it is called again: a
   * converter smooths what single steps give.
   */
  harvest(): void {
    this.live();
    const { generatedJ } = this.#flows();
    const ms = this.#loop.now - this.#harvestedMs;
    if (ms <= 0) return;
    this.#generatedW = (converterShare * (generatedJ - this.#generatedJ) * 1_000) / ms;
    this.#generatedJ = generatedJ;
    this.#harvestedMs = this.#loop.now;
  }

  /** Until now all was as `flows` has it. */
  live(): void {
    const seconds = this.#unlivedS;
    if (seconds <= 0) return;
    this.#atMs = this.#loop.now;
    const { isDumping, levelPercent } = this.#flows();
    const lightW = this.#volts > light.voltsMin ? (light.watts * levelPercent) / 100 : 0;
    const dumpW = isDumping ? this.#volts ** 2 / dumpOhms : 0;
    this.#harvestedJ += this.harvestW * seconds;
    const storedJ = this.storedJ + (this.harvestW - lightW - dumpW) * seconds;
    this.#volts = Math.sqrt((2 * Math.max(0, storedJ)) / capacitorMake.farads);
    if (this.#volts > 1.02 * capacitorMake.ratedVolts) this.#overS += seconds;
  }
}
