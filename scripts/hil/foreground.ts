import { spawn } from "node:child_process";
import { constants } from "node:os";
import { UserError } from "../user-error.ts";

/** As env(1) and the shells exit when they cannot run a command. */
const notFound = 127;
const notInvocable = 126;

const forwarded = ["SIGTERM", "SIGHUP"] as const;

/**
 * Runs a command with this process's own standard streams, until it ends. A signal to end that reaches this process
 * is the command's; Ctrl-C on a terminal reaches both, and is left to the command.
 * @returns its exit code, or 128 and the number of the signal that ended it, as shells have it
 */
export async function foreground(
  [program, ...args]: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const child = spawn(program, args, { stdio: "inherit", env: { ...process.env, ...env } });
  const forward = (signal: NodeJS.Signals) => void child.kill(signal);
  const interrupt = () => void (process.stdin.isTTY || child.kill("SIGINT"));
  for (const signal of forwarded) process.on(signal, forward);
  process.on("SIGINT", interrupt);
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", (error: NodeJS.ErrnoException) => reject(explained(program, error)));
      child.once("exit", (code, signal) =>
        resolve(signal === null ? code! : 128 + constants.signals[signal]),
      );
    });
  } finally {
    for (const signal of forwarded) process.off(signal, forward);
    process.off("SIGINT", interrupt);
  }
}

function explained(program: string, { code, message }: NodeJS.ErrnoException): Error {
  if (code === "ENOENT") return new UserError(`there is no program ${program}`, notFound);
  return new UserError(`${program} cannot be run: ${message}`, notInvocable);
}
