/**
 * Rest voltage of one LiFePO4 cell by state of charge: flat from 20 to 90 %, as makers draw it (A123 ANR26650M1-B,
 * LiFeBATT: 3.2 to 3.34 V).
 */
const restVolts: readonly (readonly [share: number, volts: number])[] = [
  [0, 2.6],
  [0.05, 3.05],
  [0.1, 3.18],
  [0.2, 3.24],
  [0.4, 3.28],
  [0.6, 3.3],
  [0.8, 3.32],
  [0.9, 3.34],
  [0.97, 3.36],
  [1, 3.45],
];

const cells = 4;
/** Of the pack and its leads. */
const resistanceOhm = 0.02;
const hourMs = 3_600_000;

/** A 12 V pack of four LiFePO4 cells: coulomb counting, rest voltage and inner resistance. */
export class Battery {
  readonly capacityAh: number;
  #charge: number;
  /** Into it, A. */
  #amperes = 0;
  #atMs: number;

  /** @param charge share of its capacity, 0 to 1 */
  constructor(capacityAh: number, charge: number, atMs: number) {
    this.capacityAh = capacityAh;
    this.#charge = charge;
    this.#atMs = atMs;
  }

  get charge(): number {
    return this.#charge;
  }

  get amperes(): number {
    return this.#amperes;
  }

  /** At its terminals, under the present current. */
  get volts(): number {
    return this.cellRestVolts * cells + this.#amperes * resistanceOhm;
  }

  get cellVolts(): number {
    return this.volts / cells;
  }

  get cellRestVolts(): number {
    const upper = restVolts.findIndex(([share]) => share >= this.#charge);
    const [toShare, toVolts] = restVolts[Math.max(1, upper)]!;
    const [fromShare, fromVolts] = restVolts[Math.max(1, upper) - 1]!;
    return fromVolts + ((this.#charge - fromShare) / (toShare - fromShare)) * (toVolts - fromVolts);
  }

  /** Counts what has flowed since the last call. To be called before the power changes. */
  advance(nowMs: number): void {
    const ampereHours = (this.#amperes * (nowMs - this.#atMs)) / hourMs;
    this.#charge = Math.min(1, Math.max(0, this.#charge + ampereHours / this.capacityAh));
    this.#atMs = nowMs;
  }

  /** From now on so much flows into it, W; negative out of it. */
  flow(watts: number): void {
    const rest = this.cellRestVolts * cells;
    // P = (U0 + I·R)·I
    const discriminant = Math.max(0, rest * rest + 4 * resistanceOhm * watts);
    this.#amperes = (Math.sqrt(discriminant) - rest) / (2 * resistanceOhm);
  }

  /** It is exchanged for one with this charge. */
  put(charge: number): void {
    this.#charge = charge;
  }
}
