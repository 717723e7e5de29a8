import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Benchmark, BenchmarkOptions, Result } from "./benchmark.ts";
import { realTimeCalls, timeTravelCalls } from "./kernel/calls.ts";
import { aimOf, memoryOfKinds } from "./kernel/memory-of-kinds.ts";
import { virtualDays } from "./kernel/virtual-days.ts";

export const kernel: Benchmark = { name: "kernel", title: "The kernel world", run };

/** What each depth of the simulation costs, and what the bundles of all kinds take on simulated boards. */
async function run(options: BenchmarkOptions): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-kernel-bench-"));
  try {
    const calls = await realTimeCalls(folder, options);
    const travelled = await timeTravelCalls(folder, options);
    const days = await virtualDays(folder, options);
    const memory = await memoryOfKinds(folder, options);
    return { tables: [calls, travelled, days.table, memory], aims: [...days.aims, aimOf(memory)], notes };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const notes = [
  "A call is that of the firmware's port: with i2c-bus and onoff, their thread pool, and the deadline of each transfer. " +
    "The peers are in the same process as the calls on device nodes, pread by the same thread pool.",
  "In time travel the start of kernel and unit, some five seconds, is in the figure.",
  "The preload depth is in real time: a day takes a day.",
  "Resident is VmRSS (proc_pid_status(5)) with all parts found, on simulated boards; flags and environment are those of " +
    "deploy/plinth.service. A bundle says all that it does to its log here, which the simulator reads.",
];
