import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { seconds } from "#devices/duration.ts";
import { deadline } from "#devices/ports/clock.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import { root } from "../root.ts";

/** A program whose memory is looked at. */
export interface Subject {
  /** Arguments of node. */
  readonly args: readonly string[];
  readonly folder?: string;
  /** On top of this process's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Resolves when the program does its work; rejects never. Default: it has printed a line. */
  readonly ready?: () => Promise<unknown>;
}

/** A running program. */
export interface Running {
  /** From the start of the process until it was ready, milliseconds. */
  readonly startMs: number;
  memory(): Memory;
  end(): Promise<void>;
}

/** MiB, from proc_pid_status(5). */
export interface Memory {
  /** Resident now (VmRSS). */
  readonly residentMiB: number;
  /** Resident at most (VmHWM). */
  readonly peakMiB: number;
}

const patience = seconds(60);
/** What a program gets to end by itself. */
const farewell = seconds(5);
const clock = systemClock();

/** Starts a program and waits until it is ready. Rejects with what it said when it ends before that. */
export async function launch({ args, folder = root, environment, ready }: Subject): Promise<Running> {
  const begunMs = clock.now();
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said: string[] = [];
  child.stdout.on("data", (chunk) => said.push(String(chunk)));
  child.stderr.on("data", (chunk) => said.push(String(chunk)));
  const exited = once(child, "exit");
  const early = exited.then(() => {
    throw new Error(`node ${args[0]} ended early: ${said.join("")}`);
  });
  const done = Promise.race([ready ? ready() : once(child.stdout, "data"), early]);
  try {
    await deadline(clock, patience, done, () => new Error(`node ${args[0]} does nothing: ${said.join("")}`));
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
  early.catch(() => {});
  return {
    startMs: clock.now() - begunMs,
    memory: () => memoryOf(child.pid!),
    async end() {
      child.kill("SIGTERM");
      const cancel = clock.after(farewell, () => child.kill("SIGKILL"));
      await exited;
      cancel();
    },
  };
}

/** Of a process of this machine. */
export function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const field = (name: string) => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status);
    if (!found) throw new Error(`/proc/${pid}/status has no ${name}`);
    return Number(found[1]) / 1024;
  };
  return { residentMiB: field("VmRSS"), peakMiB: field("VmHWM") };
}
