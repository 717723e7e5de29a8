import { systemClock, systemWallMs } from "#firmware/ports/clock.ts";
import type { Board } from "../board.ts";
import { compiled } from "./compiled.ts";
import { type OfferedBoard, type OfferOptions, offerBoard } from "./offer.ts";
import { processEnv, processLibrary } from "./process/process-env.ts";

/** What programs run on that are given a simulated board. */
export interface Machine {
  offer(board: Board, options: OfferOptions): Promise<OfferedBoard>;
  /** Its clock is the street's. Otherwise programs are shown another than it has. */
  readonly isAtStreetTime: boolean;
  /** Calls to the board's device nodes can be made to fail. */
  readonly failsCalls?: boolean;
  /** What Node is told there beside what it is told on a board. */
  readonly nodeFlags?: readonly string[];
}

/** In real time. */
export const thisMachine: Machine = { offer: offerBoard, isAtStreetTime: false, failsCalls: true };

/** Why nothing at the kernel's edge can be made to fail there; undefined where it can. */
export const lackingOn = ({ failsCalls }: Machine): string | undefined =>
  failsCalls ? undefined : "the kernel of this world is a real one, whose calls cannot be made to fail";

/** How a machine's clock and a street's go together. */
export interface StreetTime {
  /** What time it is in the street, Unix milliseconds. */
  nowMs(): number;
  /** The environment in which a program on an offered board sees it so. */
  env(offered: OfferedBoard): Readonly<Record<string, string>>;
}

/**
 * Of a street that begins at this moment, and is `startUnixMs` then. Rejects with EnvironmentError where programs must
 * be shown another clock, and there is no C compiler.
 */
export async function streetTime({ isAtStreetTime }: Machine, startUnixMs: number): Promise<StreetTime> {
  const clock = systemClock();
  // Not by the wall clock, which tells whole milliseconds: a part that was started in one would not be ready in the next.
  const streetAt = (aheadMs: number) => () => aheadMs + clock.now();
  if (isAtStreetTime) return { nowMs: streetAt(systemWallMs() - clock.now()), env: ({ env }) => env };
  const library = await compiled(processLibrary, "shared");
  const shiftMs = startUnixMs - systemWallMs();
  return {
    nowMs: streetAt(startUnixMs - clock.now()),
    env: ({ env }) => processEnv(env, library, shiftMs),
  };
}
