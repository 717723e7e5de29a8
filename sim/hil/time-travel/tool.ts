import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { EnvironmentError } from "../environment-error.ts";

export interface ToolOptions {
  readonly cwd?: string;
  readonly signal?: AbortSignal | undefined;
  /** Of its standard output. */
  readonly onLine?: (line: string) => void;
}

/** So many of its last lines are shown when it fails. */
const shownLines = 20;

/**
 * Runs a program of this machine to its end. Resolves with the lines of its standard output; rejects with
 * EnvironmentError when it fails, and with the signal's reason when it was ended by that.
 */
export async function tool(
  command: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<string[]> {
  const { cwd, signal, onLine } = options;
  signal?.throwIfAborted();
  // Told to end when this process has, however that came.
  const child = spawn("setpriv", ["--pdeathsig", "TERM", "--", command, ...args], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const lines: string[] = [];
  const last: string[] = [];
  const heard = (line: string) => {
    last.push(line);
    if (last.length > shownLines) last.shift();
  };
  createInterface(child.stderr).on("line", heard);
  createInterface(child.stdout).on("line", (line) => {
    heard(line);
    lines.push(line);
    onLine?.(line);
  });
  // A group of its own: what make has started ends with it.
  const end = () => process.kill(-child.pid!, "SIGTERM");
  signal?.addEventListener("abort", end);
  try {
    const how = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, by) => resolve(by ?? code));
    });
    signal?.throwIfAborted();
    if (how !== 0)
      throw new EnvironmentError(`${[command, ...args].join(" ")} failed (${how}):\n${last.join("\n")}`);
    return lines;
  } finally {
    signal?.removeEventListener("abort", end);
  }
}
