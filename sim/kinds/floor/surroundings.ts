import type { World } from "../../world/street.ts";
import type { CapacitorStore } from "./store.ts";

type Sources = Readonly<Record<string, (atMs: number) => number>>;

export interface StripState {
  readonly isFlooded: () => boolean;
  readonly levelPercent: () => number;
}

/** Of its own light, a photocell at the strip sees so much at full level, lx. */
const strayLux = 2;
/** Metal plates in the sun are so much warmer than the air, K at 100 klx; under a clear night sky so much colder. */
const plateK = { sun: 12, sky: -3 } as const;
/** Rain is in the pit for so long after it fell, ms; as little as this counts, mm/h. */
const rain = { staysMs: 3 * 3_600_000, stepMs: 1_800_000, leastMmPerHour: 0.1 } as const;

/** Truth around one strip, by role and channel, and as estimators name it: what a perfect part would report. */
export function surroundings(world: World, store: CapacitorStore, state: StripState): Sources {
  const tileC = (atMs: number) => {
    const { temperatureC, cloudCover } = world.weather(atMs);
    const isNight = world.daylightLux(atMs) < 1;
    const sky = isNight ? plateK.sky * (1 - cloudCover) : 0;
    return temperatureC + sky + (plateK.sun * world.daylightLux(atMs)) / 100_000;
  };
  const isWet = (atMs: number) => {
    if (state.isFlooded()) return true;
    for (let backMs = 0; backMs <= rain.staysMs; backMs += rain.stepMs)
      if (world.weather(atMs - backMs).precipitationMmPerHour >= rain.leastMmPerHour) return true;
    return false;
  };
  const airC = (atMs: number) => world.weather(atMs).temperatureC;
  return {
    "clock.temperature": (atMs) => airC(atMs) + 2,
    "harvest.busVoltage": () => store.volts,
    "harvest.power": () => store.harvestW,
    "harvest.dieTemperature": tileC,
    "climate.temperature": airC,
    "climate.humidity": (atMs) => world.weather(atMs).relativeHumidityPercent,
    "climate.pressure": (atMs) => world.weather(atMs).pressurePa,
    "light.illuminance": (atMs) => world.daylightLux(atMs) + (strayLux * state.levelPercent()) / 100,
    "water.wet": (atMs) => (isWet(atMs) ? 1 : 0),
    "ice.risk": (atMs) => (tileC(atMs) < 0 && isWet(atMs) ? 1 : 0),
  };
}
