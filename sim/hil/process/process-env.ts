import { fileURLToPath } from "node:url";

/** C source of what a process of a street is preloaded with, beside its wires. */
export const processLibrary = fileURLToPath(new URL("./plinth-process.c", import.meta.url));

/**
 * The environment of a process that lives at the street's date and time, and ends with this one.
 * @param env with the offered board
 * @param library the compiled `processLibrary`
 * @param shiftMs what the street's clock is ahead of this machine's; 0 for a process at this machine's time
 */
export const processEnv = (
  env: Readonly<Record<string, string>>,
  library: string,
  shiftMs: number,
): Readonly<Record<string, string>> => ({
  ...env,
  LD_PRELOAD: env.LD_PRELOAD ? `${library}:${env.LD_PRELOAD}` : library,
  PLINTH_CLOCK_SHIFT_MS: String(Math.round(shiftMs)),
  PLINTH_ENDS_WITH: String(process.pid),
});
