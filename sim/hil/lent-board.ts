import type { Board } from "../board.ts";
import { FaultsUnderWay } from "../live/faults-under-way.ts";
import { VirtualStore } from "../ports/store.ts";
import { layOut, virtualCity } from "../scenario/lay-out.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { Host, Life } from "../street/host.ts";
import type { Outage } from "../world/mains.ts";
import { lackingOn, type Machine, streetTime, thisMachine } from "./machine.ts";

export interface LentBoardOptions {
  readonly scenario: Scenario;
  readonly seed: number;
  /** Whose board it is. */
  readonly unit: string;
  readonly version: string;
  /** This one, in real time, when not given. */
  readonly machine?: Machine;
}

export interface LentBoard {
  /** For the program's environment. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** On a board where whatever runs is somebody else's: nothing of it is known, and nothing is started. */
const vacant: Host = {
  begin: (): Life => ({ testimony: undefined, begun: Promise.resolve(), kill() {}, stop: async () => {} }),
  powerCut() {},
  medium: async () => new VirtualStore(),
};

/**
 * A street in real time, and the board of one of its units for any program: its buses, pins and serial lines, and the
 * street's date and time. No unit's own program runs; the scenario's faults happen to the parts all the same. Ended by
 * `close`. Rejects with EnvironmentError without a C compiler.
 */
export async function lendBoard(options: LentBoardOptions): Promise<LentBoard> {
  const { scenario, seed, unit, version, machine = thisMachine } = options;
  const outages: Outage[] = [];
  const boards = new Map<string, Board>();
  const { nowMs, env } = await streetTime(machine, scenario.startUnixMs);
  const street = await layOut(scenario, seed, { version, outages }, (loop) => ({
    ...virtualCity(loop),
    hostFor: ({ config, board }) => {
      boards.set(config.unit, board);
      return { ...vacant, lacking: lackingOn(machine) };
    },
  }));
  const { loop } = street;
  const faults = new FaultsUnderWay(street, outages, scenario);
  faults.schedule(scenario.faults, () => {});
  const offered = await machine.offer(boards.get(unit)!, { loop });
  const followed = loop.follow(nowMs);
  return {
    env: env(offered),
    async close() {
      await offered.close();
      loop.stop();
      await followed;
    },
  };
}
