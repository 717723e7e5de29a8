import { temperature } from "../quantities.ts";
import { changed, isGood, restate } from "./estimate.ts";
import type { Estimate, Estimator, Step } from "./estimator.ts";

export interface RadiantSources {
  /** °C, of the air. */
  readonly temperature: string;
  /** lx, on the horizontal, where somebody sits. */
  readonly illuminance: string;
  /** Degrees of the Sun's centre above the horizon. */
  readonly sunElevation: string;
}

/** Of daylight, by sun and sky together, lm/W (IESNA Lighting Handbook, 9th ed., ch. 8: 105 to 120). */
export const luminousEfficacy = 113;
const solarConstant = 1_361;
/** Of clothed people to sunlight and to heat, of the ground to sunlight (VDI 3787 part 2, 2008). */
const absorptance = 0.7;
const emissivity = 0.97;
const albedo = 0.2;
const stefanBoltzmann = 5.670374e-8;
const kelvinAtZero = 273.15;
/** With the Sun so low no beam gets through the air. Degrees. */
const lowestSun = 0.5;

/**
 * Mean radiant temperature of somebody on a bench, °C: VDI 3787 part 2 (2008), eq. 12 to 14, with surroundings as
 * warm as the air. Sun and sky are told apart by the diffuse share of D. Erbs et al., Solar Energy 28 (1982) 293–302.
 * @param airC °C, @param irradiance global on the horizontal, W/m², @param elevation of the Sun, degrees
 */
export function meanRadiantTemperature(airC: number, irradiance: number, elevation: number): number {
  const sine = Math.sin((elevation * Math.PI) / 180);
  const isUp = elevation > lowestSun;
  const sky = isUp ? irradiance * diffuseShare(irradiance / (solarConstant * sine)) : irradiance;
  const direct = isUp ? Math.min((irradiance - sky) / sine, clearSkyDirect(sine)) : 0;
  const diffuse = irradiance - direct * sine;
  // Of an upright body the Sun sees this share of the surface.
  const angle = elevation * (1 - elevation ** 2 / 48_402);
  const projected = 0.308 * Math.cos((angle * Math.PI) / 180);
  const absorbed = absorptance * (projected * direct + 0.5 * diffuse + 0.5 * albedo * irradiance);
  const air = airC + kelvinAtZero;
  return (air ** 4 + absorbed / (emissivity * stefanBoltzmann)) ** 0.25 - kelvinAtZero;
}

/**
 * At most so much comes straight from the Sun: A. and M. Meinel, Applied Solar Energy (1976), W/m².
 * @param sine of its elevation, above 0
 */
export const clearSkyDirect = (sine: number) => 1_353 * 0.7 ** ((1 / sine) ** 0.678);

/** @param clearness share of what falls on the atmosphere */
function diffuseShare(clearness: number): number {
  const k = clearness;
  if (k <= 0.22) return 1 - 0.09 * k;
  if (k > 0.8) return 0.165;
  return 0.9511 - 0.1604 * k + 4.388 * k ** 2 - 16.638 * k ** 3 + 12.336 * k ** 4;
}

const inputs = ["temperature", "illuminance", "sunElevation"] as const;
type Input = (typeof inputs)[number];

export interface RadiantState {
  readonly readings: Readonly<Partial<Record<Input, { readonly value: number; readonly atMs: number }>>>;
  readonly said: readonly Estimate[];
}

/** `mean`: the mean radiant temperature by the light at the seat; `bad` while something needed is not known. */
export function radiant(
  sources: RadiantSources,
  { maxAgeMs = 600_000 }: { readonly maxAgeMs?: number } = {},
): Estimator<RadiantState> {
  const inputOf = new Map<string, Input>(inputs.map((input) => [sources[input], input]));
  return {
    name: "radiant",
    outputs: { mean: temperature },
    inputs: [...inputOf.keys()],
    initial: () => ({ readings: {}, said: [] }),
    step(before, sample, { nowMs }): Step<RadiantState> {
      const input = sample && inputOf.get(sample.source);
      const heard = { ...before.readings };
      if (input !== undefined && isGood(sample)) heard[input] = { value: sample.value, atMs: sample.atMs };
      const fresh = (name: Input) => {
        const reading = heard[name];
        return reading && nowMs - reading.atMs <= maxAgeMs ? reading.value : undefined;
      };
      const [air, lux, elevation] = inputs.map(fresh);
      const mean =
        air === undefined || lux === undefined || elevation === undefined
          ? Number.NaN
          : meanRadiantTemperature(air, lux / luminousEfficacy, elevation);
      const said = [restate(before.said[0], "mean", mean, Number.isNaN(mean) ? "bad" : "good")];
      const ends = Object.values(heard).flatMap(({ atMs }) =>
        atMs + maxAgeMs >= nowMs ? [atMs + maxAgeMs + 1] : [],
      );
      return {
        state: { readings: heard, said },
        estimates: changed(before.said, said),
        ...(ends.length > 0 && { wakeAtMs: Math.min(...ends) }),
      };
    },
  };
}
