import { cornerChannels, tapChannel, tile } from "#devices/estimators/footfall/tile.ts";
import { type Random, random } from "../../world/random.ts";
import { redNoise } from "../../world/red-noise.ts";
import type { Strip } from "./strip.ts";

/**
 * What is in the voltages beside the signal. The converter's own noise is 0.13 mV at 860 SPS and ±4.096 V (TI
 * SBAS444, table 7-1); the rest stands for metres of unscreened cable in a wet trench beside a lit street, and is
 * chosen several times larger than a bench would show.
 */
export const disturbance = {
  /** White, V. */
  tapWhite: 0.002,
  cornerWhite: 0.0015,
  /** Mains hum on the tap, V amplitude at 50 Hz. */
  hum: 0.0015,
  /** Wander with a correlation of 20 minutes, V. */
  tapWander: 0.006,
  cornerWander: 0.003,
  /** V per kelvin from 20 °C: the tap's divider and bias, and the Hall sensors' zero (TI DRV5055, quiescent voltage drift). */
  tapPerKelvin: -0.0002,
  cornerPerKelvin: 0.0005,
} as const;

const wander = { stepMs: 30_000, correlationMs: 1_200_000 };

/** At the corners that are sensed: along and across, −1 or 1. */
const corners = [
  [-1, -1],
  [1, -1],
  [1, 1],
] as const;

/** The voltages that one tile's converter sees. */
export class FrontEnd {
  readonly #strip: Strip;
  readonly #index: number;
  readonly #temperatureC: () => number;
  readonly #draws: Random;
  readonly #wander: readonly ((atMs: number) => number)[];
  /** How far each corner stands off its place, m: settled, or held up by grit. */
  readonly settledM = [0, 0, 0];

  constructor(strip: Strip, index: number, temperatureC: () => number, seed: number, stream: string) {
    this.#strip = strip;
    this.#index = index;
    this.#temperatureC = temperatureC;
    this.#draws = random(seed, `noise ${stream}`);
    this.#wander = ["tap", ...cornerChannels].map((name) => redNoise(seed, `${name} ${stream}`, wander));
  }

  /** By channel of the converter. */
  get sources(): Readonly<Record<string, (atMs: number) => number>> {
    return Object.fromEntries([
      [tapChannel, (atMs: number) => this.#tap(atMs)],
      ...cornerChannels.map((channel, corner) => [channel, (atMs: number) => this.#corner(corner, atMs)]),
    ]);
  }

  #tap(atMs: number): number {
    this.#strip.advance(atMs);
    const { tapWhite, hum, tapWander, tapPerKelvin } = disturbance;
    return (
      tile.tapZeroVolts +
      this.#strip.generatorVolts(this.#index) / tile.tapDivider +
      hum * Math.sin(2 * Math.PI * 0.05 * atMs) +
      tapWander * this.#wander[0]!(atMs) +
      tapPerKelvin * (this.#temperatureC() - 20) +
      this.#draws.normal(0, tapWhite)
    );
  }

  #corner(corner: number, atMs: number): number {
    this.#strip.advance(atMs);
    const { cornerWhite, cornerWander, cornerPerKelvin } = disturbance;
    const [along, across] = corners[corner]!;
    const deflectionM = this.#strip.plates[this.#index]!.deflectionM(along, across) + this.settledM[corner]!;
    return (
      tile.deflectionZeroVolts +
      tile.deflectionVoltsPerM * deflectionM +
      cornerWander * this.#wander[corner + 1]!(atMs) +
      cornerPerKelvin * (this.#temperatureC() - 20) +
      this.#draws.normal(0, cornerWhite)
    );
  }
}
