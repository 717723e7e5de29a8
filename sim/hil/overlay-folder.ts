import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EnvironmentError } from "./environment-error.ts";

const prefix = "plinth-hil-";

/** A socket's path has 107 bytes at most (Linux, unix(7)), and plinth-preload.c sets as many apart for the folder. */
const longest = 95;

/** The socket by which a board is offered, in its folder. */
export const socketOf = (folder: string) => join(folder, "socket");

/**
 * A new folder to offer a board in, below `parent`. Folders that simulators left there when they were killed, to whose
 * sockets nobody listens any more, are removed. EnvironmentError where its path would be too long for a socket.
 */
export async function overlayFolder(parent = tmpdir()): Promise<string> {
  const leftovers = readdirSync(parent).filter((name) => name.startsWith(prefix));
  await Promise.all(leftovers.map((name) => removeIfLeft(join(parent, name))));
  const folder = mkdtempSync(join(parent, prefix));
  if (Buffer.byteLength(folder) <= longest) return folder;
  rmSync(folder, { recursive: true });
  throw new EnvironmentError(
    `${folder} is too long for sockets in it, ${longest} bytes at most: set TMPDIR to a shorter path`,
  );
}

/** A folder without a socket is one that is being made. */
function removeIfLeft(folder: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(socketOf(folder));
    socket.once("connect", () => {
      socket.destroy();
      resolve();
    });
    socket.once("error", ({ code }: NodeJS.ErrnoException) => {
      if (code === "ECONNREFUSED") rmSync(folder, { recursive: true, force: true });
      resolve();
    });
  });
}
