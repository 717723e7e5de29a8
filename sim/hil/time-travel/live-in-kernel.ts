import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemWallMs } from "#firmware/ports/clock.ts";
import { readStreet } from "../../scenario/unit-scenario.ts";
import type { Told } from "../../worlds/told.ts";
import { compiled } from "../compiled.ts";
import { terminalSource } from "../serial/pseudo-terminal.ts";
import { guestProgram } from "./guest-program.ts";
import { runInTimeTravel } from "./run.ts";
import { steadyNode } from "./steady-node.ts";
import type { StreetJob } from "./street-job.ts";

/** A street that is to be lived through in a guest. */
export interface StreetInKernel {
  /** YAML of the scenario, or of the configuration of its one unit, and what messages call it. */
  readonly text: string;
  readonly file: string;
  /** Unix milliseconds. When not given, the scenario's own instant, or now where there is but a unit. */
  readonly startUnixMs?: number;
  /** The scenario's own when not given. */
  readonly seed?: number;
  /** The scenario's own when not given. */
  readonly hours?: number;
  /** On the kernel's one board, and of whom is told. The others live in the simulator's process. */
  readonly unit: string;
  readonly version: string;
  /** Of its kind the program of its bundle, by kind. */
  readonly programs: ReadonlyMap<string, string>;
  /** As it is said, though some virtual seconds late. */
  readonly onEvent?: (told: Told) => void;
  readonly signal?: AbortSignal | undefined;
}

const guest = fileURLToPath(new URL("guest-street.ts", import.meta.url));

/**
 * Lives through a street of which one unit is its own bundle, unmodified, under a kernel of its own that travels in
 * time, on that kernel's drivers. Resolves with that unit's journal up to the last instant of the street; what it says
 * when it is ended after that is left out. The same scenario and seed give the same journal on a machine, to the
 * millisecond and with what the bundle draws from the kernel, as the epoch of its records. Rejects with
 * EnvironmentError where the depth cannot be set up, and when the guest's program failed.
 */
export async function liveInKernel(options: StreetInKernel): Promise<Told[]> {
  const { text, file, unit, version, programs, onEvent, signal } = options;
  const scenario = await readStreet(text, file, { startUnixMs: options.startUnixMs, nowMs: systemWallMs() });
  const { startUnixMs } = scenario;
  const { seed = scenario.seed, hours = scenario.durationMs / 3_600_000 } = options;
  // The guest can write to no cache.
  await compiled(terminalSource, "program");
  const folder = await mkdtemp(join(tmpdir(), "plinth-kernel-"));
  const told: Told[] = [];
  const heard = (line: string) => {
    const event = JSON.parse(line) as Told;
    told.push(event);
    onEvent?.(event);
  };
  try {
    const job: StreetJob = {
      ...{ text, file, startUnixMs, seed, hours, unit, version, folder },
      programs: Object.fromEntries(programs),
    };
    const path = join(folder, "job.json");
    await writeFile(path, JSON.stringify(job));
    const { exitCode, stderr } = await runInTimeTravel({
      command: [process.execPath, ...steadyNode, await guestProgram(guest, folder), path],
      startUnixMs,
      seed,
      folders: [folder, ...[...programs.values()].map((program) => dirname(program))],
      onLine: (line, stream) => {
        if (stream === "stdout") heard(line);
      },
      signal,
    });
    if (exitCode !== 0) throw new Error(`the guest's street failed (${exitCode}):\n${stderr}`);
    return told;
  } finally {
    await rm(folder, { recursive: true });
  }
}
