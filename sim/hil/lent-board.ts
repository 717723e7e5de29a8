import { systemClock, systemWallMs } from "#firmware/ports/clock.ts";
import type { Board } from "../board.ts";
import { FaultsUnderWay } from "../live/faults-under-way.ts";
import { VirtualStore } from "../ports/store.ts";
import { layOut, virtualCity } from "../scenario/lay-out.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { Host, Life } from "../street/host.ts";
import type { Outage } from "../world/mains.ts";
import { compiled } from "./compiled.ts";
import type { OfferedBoard, OfferOptions } from "./offer.ts";
import { processEnv, processLibrary } from "./process/process-env.ts";

export interface LentBoardOptions {
  readonly scenario: Scenario;
  readonly seed: number;
  /** Whose board it is. */
  readonly unit: string;
  readonly version: string;
  readonly offer: (board: Board, options: OfferOptions) => Promise<OfferedBoard>;
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
  const { scenario, seed, unit, version, offer } = options;
  const outages: Outage[] = [];
  const boards = new Map<string, Board>();
  const library = await compiled(processLibrary, "shared");
  const street = await layOut(scenario, seed, { version, outages }, (loop) => ({
    ...virtualCity(loop),
    hostFor: ({ config, board }) => {
      boards.set(config.unit, board);
      return vacant;
    },
  }));
  const { loop } = street;
  const faults = new FaultsUnderWay(street, outages);
  faults.schedule(scenario.faults, () => {});
  const clock = systemClock();
  const offered = await offer(boards.get(unit)!, { loop });
  const aheadMs = loop.now - clock.now();
  const shiftMs = loop.now - systemWallMs();
  const followed = loop.follow(() => aheadMs + clock.now());
  return {
    env: processEnv(offered.env, library, shiftMs),
    async close() {
      await offered.close();
      loop.stop();
      await followed;
    },
  };
}
