import { EnergyCounter } from "../../chips/energy-counter.ts";
import type { EventLoop } from "../../loop.ts";
import type { ChargingDevice } from "./device.ts";

export interface PortHardwareMake {
  readonly name: string;
  readonly ratedCurrentA: number;
  /** Of the supply where the meter is, V. */
  volts(): number;
  readonly powerFactor: number;
}

/**
 * One port in copper: switch, contacts, what is plugged in, and what flows. Whatever changes it is told beforehand
 * to those who count energy, and afterwards to those who watch.
 */
export class PortHardware {
  readonly make: PortHardwareMake;
  readonly #loop: EventLoop;
  readonly #before: (() => void)[] = [];
  readonly #after: (() => void)[] = [];
  readonly #energy: EnergyCounter;
  #device: ChargingDevice | undefined;
  #isClosed = false;
  #isSupplied = false;
  #extraA = 0;
  /** Its contacts are so much hotter than they would be, K. */
  #heatK = 0;
  #isFaulty = false;

  constructor(loop: EventLoop, make: PortHardwareMake) {
    this.make = make;
    this.#loop = loop;
    this.#energy = new EnergyCounter(loop, Number.MAX_VALUE, (atMs) => this.wattsAt(atMs));
    this.onBefore(() => this.#energy.advance());
  }

  /** Switch closed and supply there: whatever is plugged in is live. */
  get isLive(): boolean {
    return this.#isClosed && this.#isSupplied;
  }

  get device(): ChargingDevice | undefined {
    return this.#device;
  }

  get isFaulty(): boolean {
    return this.#isFaulty;
  }

  get energyWh(): number {
    return this.#energy.wh;
  }

  wattsAt(atMs: number): number {
    if (!this.isLive) return 0;
    const { volts, powerFactor } = this.make;
    return (this.#device?.powerAt(atMs) ?? 0) + this.#extraA * volts() * powerFactor;
  }

  amperesAt(atMs: number): number {
    const { volts, powerFactor } = this.make;
    return volts() > 0 ? this.wattsAt(atMs) / (volts() * powerFactor) : 0;
  }

  /** Of its contacts: warmed by what flows through them, 8 K at the rated current. */
  celsiusAt(atMs: number, airC: number): number {
    const share = this.amperesAt(atMs) / this.make.ratedCurrentA;
    return airC + 8 * Math.min(share, 2) ** 2 + this.#heatK;
  }

  onBefore(listener: () => void): void {
    this.#before.push(listener);
  }

  onAfter(listener: () => void): void {
    this.#after.push(listener);
  }

  switch(isClosed: boolean, isSupplied: boolean): void {
    if (isClosed === this.#isClosed && isSupplied === this.#isSupplied) return;
    this.#change(() => {
      this.#isClosed = isClosed;
      this.#isSupplied = isSupplied;
    });
  }

  plug(device: ChargingDevice | undefined): void {
    this.#change(() => {
      this.#device = device;
    });
  }

  /** Something beside the device draws so many amperes. */
  load(extraA: number): void {
    this.#change(() => {
      this.#extraA = extraA;
    });
  }

  heat(kelvin: number): void {
    this.#change(() => {
      this.#heatK = kelvin;
    });
  }

  fail(isFaulty: boolean): void {
    this.#change(() => {
      this.#isFaulty = isFaulty;
    });
  }

  get heatK(): number {
    return this.#heatK;
  }

  #change(change: () => void): void {
    for (const listener of this.#before) listener();
    const wasFedBy = this.isLive ? this.#device : undefined;
    change();
    const { now } = this.#loop;
    const isFed = this.isLive ? this.#device : undefined;
    if (wasFedBy !== isFed) {
      wasFedBy?.supply(false, now);
      isFed?.supply(true, now);
      // A full device stops by itself: a change that nobody makes.
      const fullAtMs = isFed?.fullAtMs;
      if (fullAtMs !== undefined)
        this.#loop.at(fullAtMs, () => {
          if (this.#device === isFed && this.isLive) this.#tell();
        });
    }
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#after) listener();
  }
}
