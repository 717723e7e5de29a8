import { startBroker } from "#sim/broker.ts";
import { HcSr501Twin } from "#sim/chips/hc-sr501.ts";
import { StreetOfProcesses } from "#sim/hil/street-of-processes.ts";
import { readScenario } from "#sim/scenario/scenario.ts";
import type { SimulatedUnit } from "#sim/street/simulated-unit.ts";
import { programsOf } from "../../hil/programs.ts";
import { LampWatch, type Reactor } from "./reactor.ts";

/** The profile's level at that hour, percent. */
const restingLevel = 50;

/**
 * A winter night without people. The lamps let go of a visit as soon as their settings allow: that they hold it is
 * why one alone could be asked but three times a minute.
 */
const streetOf = (lamps: number) => `
scenario: edge
title: Lamps on a winter night
seed: 1
start: 2025-12-21 22:30
duration: 1 h
location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }
street:
  peoplePerHourPeak: 0
  furniture: [{ kind: streetlight, units: ${lamps}, spacing: 40, settings: { holdTime: 5, rampDown: 100 } }]
`;

/** Radar's answer to whoever the motion detector saw: it sees them a little later, for a few seconds. */
const visit = { radarAfterMs: 500, radarUntilMs: 4_000 } as const;

export interface Lamps {
  readonly street: StreetOfProcesses;
  readonly reactors: readonly Reactor[];
}

/** Streetlights in processes of their own, unmodified, on simulated boards. To be begun. */
export async function lampsIn(folder: string, count: number, closers: (() => unknown)[]): Promise<Lamps> {
  const scenario = await readScenario(streetOf(count), "edge.yaml");
  const broker = await startBroker({ port: 0 });
  closers.push(() => broker.close());
  const street = await StreetOfProcesses.of({
    ...{ scenario, seed: scenario.seed, version: "bench", folder, broker },
    programs: await programsOf(scenario, folder),
  });
  closers.push(() => street.close());
  return { street, reactors: street.street.units.map((unit) => reactorOf(unit, street)) };
}

function reactorOf(unit: SimulatedUnit, { street: { loop } }: StreetOfProcesses): Reactor {
  const motion = unit.twins.get("motion");
  if (!(motion instanceof HcSr501Twin)) throw new Error("a streetlight without a motion detector");
  const radar = unit.twins.get("radar")!;
  const lamp = new LampWatch(loop, unit.twins.get("lamp")!);
  const seen = (presence: 0 | 1) => () => radar.set("presence", presence);
  return {
    get isAtRest() {
      const { parts = {}, targets = {} } = unit.snapshot ?? {};
      const isReady = parts.motion?.state === "ok" && parts.lamp?.state === "ok";
      return isReady && targets.lamp?.reason.code === "profile" && lamp.level < restingLevel + 1;
    },
    react: () =>
      lamp.reaction(() => {
        motion.moved();
        loop.at(loop.now + visit.radarAfterMs, seen(1));
        loop.at(loop.now + visit.radarUntilMs, seen(0));
      }),
  };
}
