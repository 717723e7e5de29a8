import type { LinkPort } from "#devices/ports/link.ts";
import { twinsOf } from "../chips/index.ts";
import { EventLoop } from "../loop.ts";
import { VirtualClock } from "../ports/clock.ts";
import { VirtualBroker } from "../ports/link.ts";
import type { Host, Hosted } from "../street/host.ts";
import type { Network } from "../street/simulated-unit.ts";
import { Street } from "../street/street.ts";
import { type Footfall, syntheticFootfall } from "../world/footfall.ts";
import type { Outage } from "../world/mains.ts";
import { createWorld } from "../world/street.ts";
import type { Weather } from "../world/weather.ts";
import { outagesOf } from "./faults.ts";
import type { Scenario } from "./scenario.ts";

/** How the units of a street reach their broker, and where the city listens. */
export interface City {
  readonly network: Network;
  readonly cityLink: LinkPort;
  /** What each unit's process runs on; in this very process when not given. */
  readonly hostFor?: (hosted: Hosted) => Host;
}

export interface LayOutOptions {
  /** Synthetic when not given. */
  readonly weather?: Weather;
  readonly footfall?: Footfall;
  /** Those of the scenario's faults when not given. */
  readonly outages?: readonly Outage[];
  readonly version: string;
}

/**
 * The street of a scenario, not yet started.
 * @param cityOf a city in virtual time when not given
 */
export async function layOut(
  scenario: Scenario,
  seed: number,
  { weather, footfall, outages, version }: LayOutOptions,
  cityOf: (loop: EventLoop) => City = virtualCity,
): Promise<Street> {
  const loop = new EventLoop(scenario.startUnixMs);
  const world = createWorld({
    seed,
    location: scenario.location,
    startUnixMs: scenario.startUnixMs,
    lengthM: scenario.lengthM,
    footfall: footfall ?? syntheticFootfall(seed, scenario.peoplePerHourPeak),
    stopPlacesM: scenario.units.flatMap(({ model, xM }) => model.stopPlacesM?.(xM) ?? []),
    outages: outages ?? outagesOf(scenario.faults),
    ...(weather ? { weather } : {}),
  });
  const parts = scenario.units.flatMap(({ config }) => Object.values(config.parts).map(({ part }) => part));
  return new Street({
    loop,
    world,
    units: scenario.units,
    twins: await twinsOf(parts),
    ...cityOf(loop),
    version,
  });
}

/** All of it in virtual time. */
export function virtualCity(loop: EventLoop): City {
  const clock = new VirtualClock(loop);
  clock.setWall(loop.now, "network");
  const broker = new VirtualBroker(clock);
  return {
    network: {
      link: (unitClock) => broker.port({ clock: unitClock }),
      cut: (clientId) => broker.cut(clientId),
      away: () => broker.stop(),
      back: () => broker.start(),
      stall: () => broker.stall(),
      resume: () => broker.resume(),
      dropPuback: (count) => broker.dropPuback(count),
    },
    cityLink: broker.port({ clock }),
  };
}
