import type { EventLoop } from "../../loop.ts";
import type { Stay } from "./parking.ts";

/** A driver plugs in so long after the car stands, and pulls the plug so long before it goes. */
const plugInMs = 45_000;
const plugOutMs = 20_000;
/** On-board charger of one phase: what it takes at most, and its voltage. */
const onboardA = 16;
const powerFactor = 0.99;
/** Towards the end a battery takes less and less (constant voltage): from this share of what it wants on. */
const taperFrom = 0.8;
const taperLeast = 0.15;
const tickMs = 10_000;

export interface Supply {
  /** What the charging controller offers, A. */
  offeredA(): number;
  /** Both contactors closed, and mains there. */
  isLive(): boolean;
  volts(): number;
}

/** The car at the charging point, and what flows into it. */
export class ChargingBay {
  readonly #loop: EventLoop;
  readonly #supply: Supply;
  readonly #beforeChange: () => void;
  #stay: Stay | undefined;
  #isPlugged = false;
  #takenWh = 0;
  #powerW = 0;
  #sinceMs: number;
  #totalWh = 0;
  #sessions = 0;
  #wrongSeconds = 0;

  /** @param beforeChange called just before the power changes: a meter counts up to then by the power until then */
  constructor(loop: EventLoop, supply: Supply, beforeChange: () => void) {
    this.#loop = loop;
    this.#supply = supply;
    this.#beforeChange = beforeChange;
    this.#sinceMs = loop.now;
    const tick = () => {
      this.update();
      loop.at(loop.now + tickMs, tick);
    };
    tick();
  }

  /** A car that stands now and wants to charge. */
  arrive(stay: Stay): void {
    this.#stay = stay;
    this.#takenWh = 0;
    this.#loop.at(stay.stopMs + plugInMs, () => this.#plug(stay, true));
    this.#loop.at(stay.goMs - plugOutMs, () => this.#plug(stay, false));
  }

  #plug(stay: Stay, isIn: boolean): void {
    if (this.#stay !== stay) return;
    this.#isPlugged = isIn && stay.goMs - plugOutMs > this.#loop.now;
    if (!isIn) this.#stay = undefined;
    this.update();
  }

  /** The car shows on the control pilot: 1 none, 2 connected, 3 it wants to charge. */
  get vehicleState(): number {
    if (!this.#isPlugged) return 1;
    return this.#supply.offeredA() >= 6 && this.#wantsMore ? 3 : 2;
  }

  get powerW(): number {
    return this.#powerW;
  }

  get energyWh(): number {
    return this.#totalWh + (this.#powerW * (this.#loop.now - this.#sinceMs)) / 3_600_000;
  }

  /** Times that energy began to flow into a car. */
  get sessions(): number {
    return this.#sessions;
  }

  /** Seconds with power on a car's inlet and nobody in the space. */
  get wrongSeconds(): number {
    return this.#wrongSeconds;
  }

  get #wantsMore(): boolean {
    return this.#stay !== undefined && this.#takenWh < this.#stay.wantsWh;
  }

  /** Relays, offers or the mains may have changed. */
  update(): void {
    const { now } = this.#loop;
    const spanHours = (now - this.#sinceMs) / 3_600_000;
    this.#takenWh += this.#powerW * spanHours;
    const powerW = this.#powerNow();
    if (!this.#isPlugged && this.#supply.isLive()) this.#wrongSeconds += spanHours * 3_600;
    if (powerW === this.#powerW && spanHours === 0) return;
    this.#beforeChange();
    this.#totalWh += this.#powerW * spanHours;
    this.#sinceMs = now;
    if (powerW > 0 && this.#powerW === 0) this.#sessions++;
    this.#powerW = powerW;
  }

  #powerNow(): number {
    if (this.vehicleState !== 3 || !this.#supply.isLive()) return 0;
    const share = this.#takenWh / this.#stay!.wantsWh;
    const taper = share < taperFrom ? 1 : Math.max(taperLeast, 1 - (share - taperFrom) / (1 - taperFrom));
    return Math.min(onboardA, this.#supply.offeredA()) * this.#supply.volts() * powerFactor * taper;
  }
}
