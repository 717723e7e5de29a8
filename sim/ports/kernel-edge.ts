import type { Clock } from "#devices/ports/clock.ts";
import type { KernelFaults } from "./kernel-faults.ts";

/** What stands between a process of a simulated board and its wires. */
export interface KernelEdge {
  /** Of the process. */
  readonly clock: Clock;
  readonly faults: KernelFaults;
}
