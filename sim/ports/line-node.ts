import type { Cancel, Clock } from "#devices/ports/clock.ts";
import type { Level } from "#devices/ports/gpio.ts";
import { lineError, retryDelay } from "#firmware/ports/line-error.ts";
import type { VirtualLine } from "./gpio.ts";
import type { KernelEdge } from "./kernel-edge.ts";
import type { NodeFaults, SystemCall } from "./kernel-faults.ts";

/** A GPIO line's file with its value, where it can have faults: what the unit's port on a board makes of them. */
export class LineNode {
  readonly #name: string;
  readonly #clock: Clock;
  readonly #faults: NodeFaults;

  constructor(name: string, { clock, faults }: KernelEdge) {
    this.#name = name;
    this.#clock = clock;
    this.#faults = faults.node(name);
  }

  get isTroubled(): boolean {
    return this.#faults.isTroubled;
  }

  /** Resolves when a call may go on. Rejects with PortError `bus`. */
  async enter(call: Exclude<SystemCall, "ioctl">): Promise<void> {
    await this.#faults.enter(call).catch((cause: unknown) => {
      throw lineError(this.#name, call, cause);
    });
  }

  /** At an edge the level is read. Where that fails it is looked at again, each second, and told if it is another. */
  watch(line: VirtualLine, report: (level: Level) => void): Cancel {
    let seen = line.level;
    let cancelRetry: Cancel | undefined;
    let isWatched = true;
    const look = () => {
      if (cancelRetry || !isWatched) return;
      const met = this.#faults.isTroubled ? this.#faults.meet("read", again) : undefined;
      if (met === undefined) tell();
      else if (met !== "hangs") cancelRetry = this.#clock.after(retryDelay, again);
    };
    const again = () => {
      cancelRetry = undefined;
      look();
    };
    const tell = () => {
      if (line.level === seen) return;
      seen = line.level;
      report(seen);
    };
    const cancelWatch = line.watch(look);
    return () => {
      isWatched = false;
      cancelWatch();
      cancelRetry?.();
    };
  }
}
