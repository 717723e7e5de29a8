import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compiled } from "../compiled.ts";
import { terminalSource } from "../serial/pseudo-terminal.ts";
import { guestProgram } from "./guest-program.ts";
import { runInTimeTravel } from "./run.ts";

/** A command that gets the board of a unit in a guest. */
export interface CommandInKernel {
  /** YAML of the street, and what its messages call it. */
  readonly text: string;
  readonly file: string;
  readonly seed: number;
  readonly startUnixMs: number;
  /** Whose board it is. */
  readonly unit: string;
  readonly version: string;
  readonly command: readonly [string, ...string[]];
  readonly onLine: (line: string, stream: "stdout" | "stderr") => void;
}

/** What `guest-command.ts` is told. */
export type CommandJob = Omit<CommandInKernel, "onLine">;

const guest = fileURLToPath(new URL("guest-command.ts", import.meta.url));

/**
 * Runs a command on the board of one unit under a kernel of its own that travels in time, on that kernel's drivers.
 * It has no standard input, and sees this machine's files but writes to none. Resolves with its exit code. Rejects
 * with EnvironmentError where the depth cannot be set up.
 */
export async function commandInKernel({ onLine, ...job }: CommandInKernel): Promise<number> {
  // The guest can write to no cache.
  await compiled(terminalSource, "program");
  const folder = await mkdtemp(join(tmpdir(), "plinth-kernel-"));
  try {
    const path = join(folder, "job.json");
    await writeFile(path, JSON.stringify(job));
    const { exitCode } = await runInTimeTravel({
      command: [process.execPath, await guestProgram(guest, folder), path],
      startUnixMs: job.startUnixMs,
      seed: job.seed,
      folders: [folder],
      onLine,
    });
    return exitCode;
  } finally {
    await rm(folder, { recursive: true });
  }
}
