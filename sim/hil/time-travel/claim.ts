import { readFile, rm, writeFile } from "node:fs/promises";
import { EnvironmentError } from "../environment-error.ts";

/**
 * Takes a piece of work for this process alone, by a file with its process id. Resolves with what gives it back.
 * Rejects with EnvironmentError while another process that still runs has it.
 */
export async function claim(path: string): Promise<() => Promise<void>> {
  const take = () => writeFile(path, `${process.pid}\n`, { flag: "wx" });
  try {
    await take();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const holder = Number(await readFile(path, "utf8"));
    if (isRunning(holder))
      throw new EnvironmentError(`process ${holder} is at it already (${path}): wait until it has ended`);
    await rm(path, { force: true });
    await take();
  }
  return () => rm(path, { force: true });
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
