/** What people plug in, as its charger sees it. */
export interface DeviceMake {
  readonly name: "phone" | "laptop" | "fan heater";
  readonly capacityWh: number;
  /** Into the device's battery while it takes all it can, W. */
  readonly chargeW: number;
  /** From the port to the battery. */
  readonly efficiency: number;
}

export const devices = {
  phone: { name: "phone", capacityWh: 15, chargeW: 15, efficiency: 0.85 },
  /** Through the coil. */
  padPhone: { name: "phone", capacityWh: 15, chargeW: 8, efficiency: 0.65 },
  laptop: { name: "laptop", capacityWh: 55, chargeW: 60, efficiency: 0.88 },
} as const satisfies Record<string, DeviceMake>;

/** Up to this charge it takes constant current; from there on constant voltage, and ever less. */
const constantCurrentUntil = 0.8;
/** Charging ends at this share of full power. */
const endShare = 0.05;
/** What a full device still takes, W. */
const standbyW = 0.1;

const hourMs = 3_600_000;

/**
 * A device with a lithium battery: constant power up to 80 % of charge, then power in proportion to what is missing,
 * so that charge approaches 100 % exponentially, until it ends at a twentieth. In closed form: nothing runs.
 */
export class ChargingDevice {
  readonly make: DeviceMake;
  #charge: number;
  #atMs: number;
  #isSupplied = false;

  /** @param charge share of its capacity when it is plugged in */
  constructor(make: DeviceMake, charge: number, atMs: number) {
    this.make = make;
    this.#charge = charge;
    this.#atMs = atMs;
  }

  /** The port goes on or off. */
  supply(isSupplied: boolean, atMs: number): void {
    this.#charge = this.chargeAt(atMs);
    this.#atMs = atMs;
    this.#isSupplied = isSupplied;
  }

  chargeAt(atMs: number): number {
    if (!this.#isSupplied) return this.#charge;
    const hours = (Math.min(atMs, this.#fullAtMs) - this.#atMs) / hourMs;
    return hours <= 0 ? this.#charge : this.#after(hours);
  }

  /** What it takes from the port, W. */
  powerAt(atMs: number): number {
    if (!this.#isSupplied) return 0;
    if (atMs >= this.#fullAtMs) return standbyW;
    const { chargeW, efficiency } = this.make;
    return (chargeW * shareOfPower(this.chargeAt(atMs))) / efficiency;
  }

  /** When it stops charging if it is left; undefined while it is not supplied. */
  get fullAtMs(): number | undefined {
    return this.#isSupplied ? this.#fullAtMs : undefined;
  }

  get #perHour(): number {
    return this.make.chargeW / this.make.capacityWh;
  }

  #after(hours: number): number {
    const constantHours = Math.max(0, (constantCurrentUntil - this.#charge) / this.#perHour);
    if (hours <= constantHours) return this.#charge + hours * this.#perHour;
    const from = Math.max(this.#charge, constantCurrentUntil);
    const decay = (this.#perHour * (hours - constantHours)) / (1 - constantCurrentUntil);
    return 1 - (1 - from) * Math.exp(-decay);
  }

  get #fullAtMs(): number {
    const from = Math.max(this.#charge, constantCurrentUntil);
    const constantHours = Math.max(0, (constantCurrentUntil - this.#charge) / this.#perHour);
    const share = shareOfPower(from);
    if (share <= endShare) return this.#atMs;
    const taperHours = (Math.log(share / endShare) * (1 - constantCurrentUntil)) / this.#perHour;
    return this.#atMs + (constantHours + taperHours) * hourMs;
  }
}

const shareOfPower = (charge: number) => Math.min(1, (1 - charge) / (1 - constantCurrentUntil));
