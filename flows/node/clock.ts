import type { Clock } from "../../devices/ports/clock.ts";

/** The clock of a Node-RED process, as far as a node waits and dates. */
export type NodeClock = Pick<Clock, "after"> & {
  /** Unix milliseconds. */
  wall(): number;
};

export const nodeClock: NodeClock = {
  after: (delay, run) => {
    const timer = setTimeout(run, delay);
    return () => clearTimeout(timer);
  },
  wall: () => Date.now(),
};
