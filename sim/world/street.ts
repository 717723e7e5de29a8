import { type Footfall, syntheticFootfall } from "./footfall.ts";
import { localClock } from "./local-time.ts";
import { checkLocation, type Location } from "./location.ts";
import { createMains, type Mains, type Outage } from "./mains.ts";
import { naturalLightLux, sunElevationDeg } from "./natural-light.ts";
import { createPeople, type People } from "./people.ts";
import { checkSeed } from "./random.ts";
import { rememberLast } from "./remember-last.ts";
import { syntheticWeather } from "./synthetic-weather.ts";
import type { Weather, WeatherState } from "./weather.ts";

export interface WorldOptions {
  /** Everything random in the street follows from it. */
  readonly seed: number;
  readonly location: Location;
  /** When the run begins, Unix milliseconds. The world goes on before and after. */
  readonly startUnixMs: number;
  /** The street reaches from x = 0 to here. */
  readonly lengthM: number;
  /** Synthetic weather of the place when not given. */
  readonly weather?: Weather;
  /** Synthetic footfall when not given. */
  readonly footfall?: Footfall;
  /** Where people like to stop, along x: benches. */
  readonly stopPlacesM?: readonly number[];
  /** Read whenever the mains are asked about: whoever adds to it while the street runs adds what begins now. */
  readonly outages?: readonly Outage[];
}

/**
 * One coherent street: everything a part in it can sense, as functions of time. Nothing runs; what is not asked
 * for is never computed, and the same question has the same answer whatever was asked before.
 */
export interface World {
  readonly seed: number;
  readonly location: Location;
  readonly startUnixMs: number;
  readonly lengthM: number;
  weather(unixMs: number): WeatherState;
  /** Horizontal illuminance by sun, moon and stars under the clouds of the moment, lx. For lamps see illuminanceFrom. */
  daylightLux(unixMs: number): number;
  /** Of the sun's centre, without refraction, degrees. */
  sunElevationDeg(unixMs: number): number;
  readonly people: People;
  readonly mains: Mains;
}

/** RangeError when an option is out of range. */
export function createWorld(options: WorldOptions): World {
  const { seed, location, startUnixMs, lengthM, stopPlacesM = [] } = options;
  checkSeed(seed);
  checkLocation(location);
  if (!Number.isFinite(startUnixMs))
    throw new RangeError(`the start ${startUnixMs} is not a Unix time in ms`);
  if (!(lengthM > 0 && lengthM <= 10_000))
    throw new RangeError(`a street of ${lengthM} m: expected more than 0, up to 10000 m`);
  for (const xM of stopPlacesM)
    if (!(xM >= 0 && xM <= lengthM)) throw new RangeError(`${xM} m is not on the street of ${lengthM} m`);

  const source = options.weather ?? syntheticWeather(seed, location);
  const weather = rememberLast((unixMs) => source.at(unixMs));
  const footfall = options.footfall ?? syntheticFootfall(seed);
  return {
    seed,
    location,
    startUnixMs,
    lengthM,
    weather,
    daylightLux: rememberLast((unixMs) => naturalLightLux(unixMs, location, weather(unixMs).cloudCover)),
    sunElevationDeg: rememberLast((unixMs) => sunElevationDeg(unixMs, location)),
    people: createPeople(seed, { lengthM, stopPlacesM }, footfall, localClock(location.timeZone)),
    mains: createMains(seed, options.outages),
  };
}
