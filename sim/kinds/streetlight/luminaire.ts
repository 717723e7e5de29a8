import type { Twin } from "../../chips/twin.ts";
import type { EventLoop } from "../../loop.ts";

/** A pedestrian-street LED luminaire, as catalogues have it: 57 W in the LEDs at full level, 3 W in the driver. */
export const luminaire = {
  luminousFluxLm: 8_000,
  heightM: 6,
  ledPowerW: 57,
  driverPowerW: 3,
  /** Switched off by its relay: what the surge arrester and the meter's own supply leave. */
  standbyPowerW: 0.3,
} as const;

/** Active power at full level, W. */
export const fullPowerW = luminaire.ledPowerW + luminaire.driverPowerW;

/** The lamp of one pole: burns as its LED driver is told by the wires, whoever holds them. */
export class Luminaire {
  readonly #loop: EventLoop;
  readonly #driver: Twin;
  readonly #isPowered: () => boolean;
  readonly #listeners: ((atMs: number) => void)[] = [];
  #levelPercent: number;
  #powerW: number;
  #sinceMs: number;
  #energyWh = 0;
  #burnedMs = 0;

  constructor(loop: EventLoop, driver: Twin, isPowered: () => boolean) {
    this.#loop = loop;
    this.#driver = driver;
    this.#isPowered = isPowered;
    this.#sinceMs = loop.now;
    this.#levelPercent = this.#wiredLevel();
    this.#powerW = this.#wiredPower();
    driver.onOutput?.(() => this.update());
  }

  /** Light output now, % of full; 0 is dark. */
  get levelPercent(): number {
    return this.#levelPercent;
  }

  /** Active power now, W. */
  get powerW(): number {
    return this.#powerW;
  }

  /** Energy taken since the street began, Wh. */
  get energyWh(): number {
    const hours = (this.#loop.now - this.#sinceMs) / 3_600_000;
    return this.#energyWh + this.#powerW * hours;
  }

  /** Time that it has burned since the street began, h. */
  get burningHours(): number {
    const burningMs = this.#levelPercent > 0 ? this.#loop.now - this.#sinceMs : 0;
    return (this.#burnedMs + burningMs) / 3_600_000;
  }

  /** Calls back just before the light changes: until now it burned at `levelPercent`. */
  onChange(listener: (atMs: number) => void): void {
    this.#listeners.push(listener);
  }

  /** The wires or the mains may have changed. */
  update(): void {
    const level = this.#wiredLevel();
    if (level === this.#levelPercent && this.#wiredPower() === this.#powerW) return;
    for (const listener of this.#listeners) listener(this.#loop.now);
    this.#energyWh = this.energyWh;
    this.#burnedMs = this.burningHours * 3_600_000;
    this.#sinceMs = this.#loop.now;
    this.#levelPercent = level;
    this.#powerW = this.#wiredPower();
  }

  #wiredPower(): number {
    return this.#isPowered() ? powerAt(this.#wiredLevel()) : 0;
  }

  #wiredLevel(): number {
    if (!this.#isPowered()) return 0;
    const enabled = this.#driver.output?.("enable") ?? 1;
    return enabled ? (this.#driver.output?.("level") ?? 100) : 0;
  }
}

/** Active power at a level, W: the driver's own share, and the LEDs' in proportion. */
export function powerAt(levelPercent: number): number {
  const { driverPowerW, ledPowerW, standbyPowerW } = luminaire;
  return levelPercent > 0 ? driverPowerW + (ledPowerW * levelPercent) / 100 : standbyPowerW;
}
