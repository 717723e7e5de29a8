import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EnvironmentError } from "./environment-error.ts";
import { overlayFolder, socketOf } from "./overlay-folder.ts";

describe("a folder to offer a board in", () => {
  let parent: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), "plinth-overlay-"));
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  it("takes the place of those whose simulator was killed, and of no other", async () => {
    const [used, fresh, left] = [
      await overlayFolder(parent),
      await overlayFolder(parent),
      await overlayFolder(parent),
    ];
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(socketOf(used), resolve));
    await abandonedSocket(socketOf(left));
    mkdirSync(join(left, "dev"));
    const next = await overlayFolder(parent);
    expect([used, fresh, left, next].map((folder) => existsSync(folder))).toEqual([true, true, false, true]);
    await new Promise((resolve) => server.close(resolve));
  });

  it("says so where a socket's path would be too long", async () => {
    const deep = join(parent, "d".repeat(80));
    mkdirSync(deep);
    await expect(overlayFolder(deep)).rejects.toThrow(EnvironmentError);
    await expect(overlayFolder(deep)).rejects.toThrow(/set TMPDIR/);
  });
});

/** Of a process that is killed: the file stays, and nobody listens. */
async function abandonedSocket(path: string): Promise<void> {
  const script = `require("node:net").createServer().listen(${JSON.stringify(path)}, () => console.log("there"))`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
}
