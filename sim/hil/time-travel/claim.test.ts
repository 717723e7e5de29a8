import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { EnvironmentError } from "../environment-error.ts";
import { claim } from "./claim.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-claim-"));
});
afterEach(() => rm(folder, { recursive: true }));

it("is for one at a time", async () => {
  const path = join(folder, "pid");
  const release = await claim(path);
  await expect(claim(path)).rejects.toThrow(EnvironmentError);
  await expect(claim(path)).rejects.toThrow(String(process.pid));
  await release();
  await (await claim(path))();
});

it.each(["4194305\n", "", "-1\n"])("is taken over from who runs no more: %j", async (holder) => {
  const path = join(folder, "pid");
  // The kernel's highest process id is 4194304 (proc(5), pid_max).
  await writeFile(path, holder);
  await (await claim(path))();
});
