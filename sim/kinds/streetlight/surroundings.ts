import { Zone } from "../../street/zone.ts";
import type { Random } from "../../world/random.ts";
import type { World } from "../../world/street.ts";
import type { Person } from "../../world/trajectory.ts";
import type { Luminaire } from "./luminaire.ts";

/** Half the width of the zone along the path that a sensor on the pole sees, m. */
export const zones = { motionM: 7, radarM: 5 } as const;

/** Where a pole stands and what hangs on it. */
export interface Pole {
  readonly xM: number;
  readonly luminaire: Luminaire;
}

/** From the pole to the path, m. */
const pathOffsetM = 2;
/** Share of its own light that a sensor on top of the luminaire still sees, lx at full level. */
const strayLux = 1.5;
/** How much warmer the cabinet is than the air, K. */
const cabinetWarmthK = 4;
/** Controller with its modem, from 5 V. */
const controllerA = 0.62;

/** By role and channel. */
type Sources = Readonly<Record<string, (atMs: number) => number>>;

/**
 * The truth around one pole, by role and channel: what a perfect part in that role would report. What a role's
 * channel is called decides what it sees; a channel that the street does not know stays at 0.
 */
export function surroundings(world: World, { xM, luminaire }: Pole): Sources {
  const nearest = nearestPerson(world, xM);
  const seen = (atMs: number) => {
    const person = nearest(atMs);
    return person && person.distanceM <= Math.hypot(zones.radarM, pathOffsetM) ? person : undefined;
  };
  const isOn = (atMs: number) => world.mains.isOn(atMs);
  return {
    "light.illuminance": (atMs) => world.daylightLux(atMs) + (strayLux * luminaire.levelPercent) / 100,
    "climate.temperature": (atMs) => world.weather(atMs).temperatureC,
    // A cabinet is a little warmer than the air.
    "clock.temperature": (atMs) => world.weather(atMs).temperatureC + cabinetWarmthK,
    "climate.humidity": (atMs) => world.weather(atMs).relativeHumidityPercent,
    "climate.pressure": (atMs) => world.weather(atMs).pressurePa,
    "radar.presence": (atMs) => (seen(atMs) ? 1 : 0),
    "radar.distance": (atMs) => seen(atMs)?.distanceM ?? 0,
    "radar.movingEnergy": (atMs) => energyOf(seen(atMs), true),
    "radar.stationaryEnergy": (atMs) => energyOf(seen(atMs), false),
    "supply.busVoltage": (atMs) => (isOn(atMs) ? 5.08 : 0),
    "supply.current": (atMs) => (isOn(atMs) ? controllerA : 0),
    "supply.power": (atMs) => (isOn(atMs) ? 5.08 * controllerA : 0),
    "meter.voltage": (atMs) => world.mains.voltageV(atMs),
    "meter.frequency": (atMs) => world.mains.frequencyHz(atMs),
    "meter.activePower": () => luminaire.powerW,
    "meter.current": (atMs) => currentOf(luminaire, world.mains.voltageV(atMs)),
    "meter.powerFactor": () => powerFactorOf(luminaire),
  };
}

/** The pole is upright, and trembles: another number each time it is asked. */
export function upright(random: Random): Sources {
  const tremble = () => random.normal(0, 0.01);
  return {
    "tilt.accelerationX": tremble,
    "tilt.accelerationY": tremble,
    "tilt.accelerationZ": () => 9.80665 + tremble(),
  };
}

/** Control gear corrects it while it burns; switched off, the surge arrester's capacitor is most of the load. */
const powerFactorOf = ({ levelPercent }: Luminaire) => (levelPercent > 0 ? 0.95 : 0.3);

/** P = U · I · λ, A. */
function currentOf(luminaire: Luminaire, voltageV: number): number {
  return voltageV > 0 ? luminaire.powerW / (voltageV * powerFactorOf(luminaire)) : 0;
}

/** Radar return: strong when near, weaker with the square of the distance; 0 to 100 as the maker scales it. */
function energyOf(
  person: { readonly distanceM: number; readonly speedMps: number } | undefined,
  moving: boolean,
) {
  if (!person || person.speedMps > 0.1 !== moving) return 0;
  return Math.round(Math.min(100, 400 / person.distanceM ** 2 + 20));
}

/** Several channels of one frame ask for the same instant: the search is done once. */
function nearestPerson(world: World, xM: number) {
  const zone = new Zone(world, xM, zones.radarM);
  let askedMs = Number.NaN;
  let found: (Person & { distanceM: number }) | undefined;
  return (atMs: number) => {
    if (atMs === askedMs) return found;
    askedMs = atMs;
    found = undefined;
    if (!zone.isOccupied(atMs)) return found;
    for (const person of world.people.peopleAt(atMs)) {
      const distanceM = Math.hypot(person.xM - xM, pathOffsetM);
      if (!found || distanceM < found.distanceM) found = { ...person, distanceM };
    }
    return found;
  };
}
