import { saturationHPa } from "./humidity.ts";
import { random } from "./random.ts";
import { redNoise } from "./red-noise.ts";
import type { Weather, WeatherState } from "./weather.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const yearMs = 365.2425 * dayMs;

/** On average one front in this time: the synoptic rhythm of the middle latitudes. */
const frontEveryMs = 84 * hourMs;

/** What the fronts near an instant do to the air. */
interface FrontEffect {
  temperatureC: number;
  pressurePa: number;
  cloud: number;
  windMps: number;
  rainMmPerHour: number;
}

interface Front {
  readonly atMs: number;
  readonly strength: number;
}

const bell = (hours: number, width: number) => Math.exp(-((hours / width) ** 2));

/** A pressure trough with a band of cloud and rain; mild air ahead of it, cold air behind. */
function addFront(effect: FrontEffect, { atMs, strength }: Front, unixMs: number): void {
  const hours = (unixMs - atMs) / hourMs;
  const passed = (1 + Math.tanh(hours / 1.5)) / 2;
  effect.temperatureC += strength * ((1 - passed) * 1.5 * bell(hours, 18) - passed * 3 * bell(hours, 30));
  effect.pressurePa -= strength * 700 * bell(hours, 14);
  effect.cloud += strength * 1.4 * bell(hours, 8);
  effect.windMps += strength * 2.5 * bell(hours, 10);
  effect.rainMmPerHour += strength * 1.6 * bell(hours, 3);
}

function fronts(seed: number): (unixMs: number) => FrontEffect {
  let cell = Number.NaN;
  let near: Front[] = [];
  const front = (index: number): Front => {
    const draws = random(seed, `weather front ${index}`);
    const atMs = (index + draws.uniform()) * frontEveryMs;
    return { atMs, strength: Math.min(3, draws.exponential(1)) };
  };
  return (unixMs) => {
    const index = Math.floor(unixMs / frontEveryMs);
    if (index !== cell) {
      near = [front(index - 1), front(index), front(index + 1)];
      cell = index;
    }
    const effect = { temperatureC: 0, pressurePa: 0, cloud: 0, windMps: 0, rainMmPerHour: 0 };
    for (const each of near) addFront(effect, each, unixMs);
    return effect;
  };
}

/**
 * Daily mean temperature of the season, °C at sea level. The mean over the year is the two-mode zonal mean of
 * North, Cahalan and Coakley, "Energy Balance Climate Models", Reviews of Geophysics 19 (1981), rounded; the
 * seasonal swing of inland places grows with the square of the latitude's sine, coldest around 20 January.
 */
function seasonalMeanC(unixMs: number, latitude: number): number {
  const sine = Math.sin((latitude * Math.PI) / 180);
  const yearMeanC = 15 - 28 * ((3 * sine * sine - 1) / 2);
  const swingC = 27 * sine * sine * Math.sign(latitude);
  const sinceColdest = (unixMs - Date.UTC(1970, 0, 20)) / yearMs;
  return yearMeanC - swingC * Math.cos(2 * Math.PI * sinceColdest);
}

/**
 * Plausible weather of the given latitude: season, day and night, slow random wander, and fronts every few days.
 * Pressure is that at sea level. Smooth in time; the same seed gives the same weather at every instant.
 */
export function syntheticWeather(
  seed: number,
  place: { readonly latitude: number; readonly longitude: number },
): Weather {
  const wander = (stream: string, correlationHours: number) =>
    redNoise(seed, `weather ${stream}`, { stepMs: hourMs, correlationMs: correlationHours * hourMs });
  const temperatureWander = wander("temperature", 48);
  const pressureWander = wander("pressure", 72);
  const cloudWander = wander("cloud", 12);
  const moistureWander = wander("moisture", 24);
  const windWander = wander("wind", 6);
  const showers = wander("showers", 1);
  const frontsAt = fronts(seed);

  function at(unixMs: number): WeatherState {
    const front = frontsAt(unixMs);
    const cloudCover = 1 / (1 + Math.exp(-2.2 * (cloudWander(unixMs) + front.cloud - 0.3)));
    const solarHour = (unixMs / hourMs + place.longitude / 15) % 24;
    const afternoon = Math.cos((2 * Math.PI * (solarHour - 15)) / 24);
    const airMassC =
      seasonalMeanC(unixMs, place.latitude) + 2.5 * temperatureWander(unixMs) + front.temperatureC;
    const temperatureC = airMassC + 5 * (1 - 0.65 * cloudCover) * afternoon;

    const covered = Math.min(1, Math.max(0, (cloudCover - 0.7) / 0.3));
    const drizzle = Math.max(0, cloudWander(unixMs) - 1.8);
    const rain = covered * (front.rainMmPerHour + drizzle) * Math.max(0, 1 + 0.8 * showers(unixMs));
    const precipitationMmPerHour = rain < 0.1 ? 0 : rain;

    const dewPointC = airMassC - 4 - 3 * (1 - cloudCover) + 1.5 * moistureWander(unixMs);
    const humidity = (100 * saturationHPa(dewPointC)) / saturationHPa(temperatureC);
    return {
      temperatureC,
      relativeHumidityPercent: Math.min(100, humidity + 8 * Math.min(1, precipitationMmPerHour)),
      pressurePa: 101_325 + 500 * pressureWander(unixMs) + front.pressurePa,
      cloudCover,
      windSpeedMps: 3 * Math.exp(0.45 * windWander(unixMs)) * (1 + 0.25 * afternoon) + front.windMps,
      precipitationMmPerHour,
    };
  }
  return { at };
}
