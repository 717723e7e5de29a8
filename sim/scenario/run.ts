import { twinsOf } from "../chips/index.ts";
import { EventLoop } from "../loop.ts";
import { VirtualClock } from "../ports/clock.ts";
import { VirtualBroker } from "../ports/link.ts";
import type { Network } from "../street/simulated-unit.ts";
import { Street } from "../street/street.ts";
import { type Footfall, syntheticFootfall } from "../world/footfall.ts";
import { createWorld } from "../world/street.ts";
import type { Weather } from "../world/weather.ts";
import { schedule } from "./faults.ts";
import type { Scenario } from "./scenario.ts";
import { nightOf, type Summary, summarise } from "./summary.ts";

export interface RunOptions {
  /** Instead of the scenario's own. */
  readonly seed?: number;
  readonly weather?: Weather;
  readonly footfall?: Footfall;
  readonly version: string;
  readonly onProgress?: (share: number, nowMs: number) => void;
  /** Real time in milliseconds, for the summary's wallSeconds. */
  readonly realNowMs: () => number;
}

/** When the night is over the outboxes get this long to empty themselves, before what is missing counts as lost. */
const afterglowMs = 180_000;

/** Lives through a scenario in virtual time, and tells what happened. */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<Summary> {
  const seed = options.seed ?? scenario.seed;
  return liveThrough(scenario, seed, await layOut(scenario, seed, options), options);
}

/** The same on a street that is laid out already, and to which something was done perhaps. */
export async function liveThrough(
  scenario: Scenario,
  seed: number,
  street: Street,
  { realNowMs, onProgress }: Pick<RunOptions, "realNowMs" | "onProgress">,
): Promise<Summary> {
  const begunMs = realNowMs();
  const { loop } = street;
  const endMs = scenario.startUnixMs + scenario.durationMs;
  schedule(scenario.faults, street);
  const started = street.start();
  await loop.runUntil(endMs, (nowMs) =>
    onProgress?.((nowMs - scenario.startUnixMs) / scenario.durationMs, nowMs),
  );
  await started;
  const night = nightOf(street);
  await loop.runUntil(endMs + afterglowMs);
  return summarise(scenario, seed, street, night, Math.round(realNowMs() - begunMs) / 1_000);
}

/** The scenario's street in virtual time, not yet started. */
export async function layOut(
  scenario: Scenario,
  seed: number,
  { weather, footfall, version }: Pick<RunOptions, "weather" | "footfall" | "version">,
): Promise<Street> {
  const loop = new EventLoop(scenario.startUnixMs);
  const world = createWorld({
    seed,
    location: scenario.location,
    startUnixMs: scenario.startUnixMs,
    lengthM: scenario.lengthM,
    footfall: footfall ?? syntheticFootfall(seed, scenario.peoplePerHourPeak),
    ...(weather ? { weather } : {}),
  });
  const cityClock = new VirtualClock(loop);
  cityClock.setWall(loop.now, "network");
  const broker = new VirtualBroker(cityClock);
  return new Street({
    loop,
    world,
    units: scenario.units,
    twins: await twinsOf(
      scenario.units.flatMap(({ config }) => Object.values(config.parts).map(({ part }) => part)),
    ),
    network: virtualNetwork(broker),
    cityLink: broker.port({ clock: cityClock }),
    version,
  });
}

export const virtualNetwork = (broker: VirtualBroker): Network => ({
  link: (clock) => broker.port({ clock }),
  cut: (clientId) => broker.cut(clientId),
  away: () => broker.stop(),
  back: () => broker.start(),
});
