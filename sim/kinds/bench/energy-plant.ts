import type { EventLoop } from "../../loop.ts";
import type { World } from "../../world/street.ts";
import { Battery } from "./battery.ts";

/** 100 Ah of LiFePO4, two panels of 100 W lying flat on the roof, an inverter of 500 VA. */
export const plant = {
  batteryAh: 100,
  panelW: 200,
  /** Charge controller, from panel to battery. */
  chargerEfficiency: 0.96,
  inverterEfficiency: 0.88,
  /** W: what the inverter takes without a load, the controller, its modem, the safety light. */
  inverterIdleW: 1.5,
  controllerW: 1.2,
  modemW: 0.8,
  lightW: 3,
} as const;

/** Of daylight, by sun and sky together: lm/W (IESNA Lighting Handbook, 9th ed., ch. 8: 105 to 120). */
export const luminousEfficacy = 113;
/** A silicon cell loses this share of its power for each kelvin above 25 °C, and is so much warmer in full sun. */
const lossPerKelvin = 0.004;
const sunWarmthK = 28;
/** The battery sits in a cabinet that follows the air with this time constant, a little warmer. */
const cabinetMs = 4 * 3_600_000;
const cabinetWarmthK = 3;
/** A charger holds back near the top: it tapers over the last share of charge. */
const taperFrom = 0.97;
/** The battery's own protection opens here, and closes again there. Shares of charge. */
const protection = { openBelow: 0.005, closeAbove: 0.03 } as const;

/** What hangs on the battery at this moment, W, and whether the charger may reach it. */
export interface PlantLoad {
  readonly directW: number;
  readonly outletW: number;
  readonly isLightOn: boolean;
  readonly isModemOn: boolean;
  readonly isChargePathClosed: boolean;
}

/** Panel, charger, battery and inverter: who gives what to whom, in steps between which it stays as it is. */
export class EnergyPlant {
  readonly battery: Battery;
  readonly #world: World;
  readonly #loop: EventLoop;
  readonly #load: () => PlantLoad;
  readonly #onProtection: (isOn: boolean) => void;
  #isOn = true;
  #cabinetC: number;
  #cabinetAtMs: number;
  /** What covers the panel: 0 nothing, 1 all of it. */
  cover = 0;
  harvestW = 0;

  constructor(loop: EventLoop, world: World, load: () => PlantLoad, onProtection: (isOn: boolean) => void) {
    this.#loop = loop;
    this.#world = world;
    this.#load = load;
    this.#onProtection = onProtection;
    this.battery = new Battery(plant.batteryAh, 0.75, loop.now);
    this.#cabinetC = this.#surroundingC;
    this.#cabinetAtMs = loop.now;
  }

  /** False while the battery's protection is open: nothing works then. */
  get isOn(): boolean {
    return this.#isOn;
  }

  get #surroundingC(): number {
    return this.#world.weather(this.#loop.now).temperatureC + cabinetWarmthK;
  }

  get cabinetC(): number {
    return this.#cabinetC;
  }

  /** On the horizontal, W/m². */
  irradiance(atMs: number): number {
    return this.#world.daylightLux(atMs) / luminousEfficacy;
  }

  /** What the panel would give now, W. */
  get panelW(): number {
    const { now } = this.#loop;
    const share = (this.irradiance(now) / 1_000) * (1 - this.cover);
    const cellC = this.#world.weather(now).temperatureC + sunWarmthK * share;
    return plant.panelW * share * (1 - lossPerKelvin * (cellC - 25));
  }

  /** To be called before anything changes: what has flowed is counted. */
  advance(): void {
    const { now } = this.#loop;
    this.battery.advance(now);
    const decay = Math.exp(-(now - this.#cabinetAtMs) / cabinetMs);
    this.#cabinetC = this.#surroundingC + (this.#cabinetC - this.#surroundingC) * decay;
    this.#cabinetAtMs = now;
  }

  /** And after: what flows from now on. */
  settle(): void {
    const { battery } = this;
    if (this.#isOn && battery.charge <= protection.openBelow) this.#turn(false);
    else if (!this.#isOn && battery.charge >= protection.closeAbove) this.#turn(true);
    const load = this.#load();
    const room = Math.min(1, (1 - battery.charge) / (1 - taperFrom));
    const takenW = this.#drawn(load);
    // With its path open the charger finds no battery, and stops. Without room it gives what the loads take.
    const wantedW = (room >= 1 ? Number.POSITIVE_INFINITY : room * plant.panelW) + takenW;
    const isCharging = load.isChargePathClosed || !this.#isOn;
    this.harvestW = isCharging ? Math.min(this.panelW * plant.chargerEfficiency, wantedW) : 0;
    battery.flow(this.harvestW - takenW);
  }

  #turn(isOn: boolean): void {
    this.#isOn = isOn;
    this.#onProtection(isOn);
  }

  #drawn({ directW, outletW, isLightOn, isModemOn }: PlantLoad): number {
    if (!this.#isOn) return 0;
    const { inverterIdleW, inverterEfficiency, controllerW, modemW, lightW } = plant;
    return (
      controllerW +
      inverterIdleW +
      outletW / inverterEfficiency +
      directW +
      (isLightOn ? lightW : 0) +
      (isModemOn ? modemW : 0)
    );
  }
}
