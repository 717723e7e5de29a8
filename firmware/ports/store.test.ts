import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StoreError } from "#devices/ports/store.ts";
import { openStore } from "./store.ts";

describe("openStore", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "plinth-store-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("makes the directory, and its parents, when it is missing", async () => {
    const store = await openStore(join(directory, "a", "b"));
    await store.replace("x", Uint8Array.of(1));
    expect(await readdir(join(directory, "a", "b"))).toEqual(["x"]);
  });

  it("removes what an interrupted create or replace left, and nothing else", async () => {
    await writeFile(join(directory, ".settings.json.new"), "half");
    await writeFile(join(directory, ".keep"), "not ours");
    await openStore(directory);
    expect(await readdir(directory)).toEqual([".keep"]);
  });

  it("writes the zeros of a created file, so that its blocks are reserved", async () => {
    const store = await openStore(directory);
    await (await store.create("a.log", 1 << 20)).close();
    // stat(1) %b counts blocks of 512 bytes that are allocated: a hole would have none (POSIX st_blocks).
    const { stdout } = await promisify(execFile)("stat", ["-c", "%b", join(directory, "a.log")]);
    expect(Number(stdout) * 512).toBeGreaterThanOrEqual(1 << 20);
  });

  it("names the errno: ENOTDIR is `io`, and the system's error is the cause", async () => {
    await writeFile(join(directory, "file"), "");
    const error = await openStore(join(directory, "file", "below")).catch((reason) => reason);
    expect(error).toBeInstanceOf(StoreError);
    expect([error.kind, error.cause.code]).toEqual(["io", "ENOTDIR"]);
  });

  it("says `full` when the device has no space left, and leaves nothing behind", async () => {
    // Linux full(4): every write to /dev/full fails with ENOSPC. The temporary name is led there.
    const store = await openStore(directory);
    await symlink("/dev/full", join(directory, ".a.json.new"));
    const error = await store.replace("a.json", Uint8Array.of(1)).catch((reason) => reason);
    expect([error.kind, await readdir(directory)]).toEqual(["full", []]);
  });
});
