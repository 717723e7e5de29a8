import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { exitCodes } from "../exit-codes.ts";
import { root } from "../root.ts";
import { UserError } from "../user-error.ts";

/** A file that is to be, by its path from the root. */
export interface Skeleton {
  readonly path: string;
  readonly text: string;
}

/** A file that is there, and what it says afterwards. */
export type Change = Skeleton;

const biome = createRequire(import.meta.url).resolve("@biomejs/biome/bin/biome");

/** As this repository formats and sorts it. */
function formatted({ path, text }: Skeleton): string {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [biome, "check", "--write", `--stdin-file-path=${path}`],
    { cwd: root, input: text, encoding: "utf8" },
  );
  if (status === 0) return stdout;
  throw new Error(`the skeleton of ${path} does not lint:\n${stderr}`);
}

/**
 * Writes all of them or none. UserError when one is there already, or a folder that should hold one is not.
 * @param into the folder that holds devices/, sim/ …
 */
export function writeAll(
  into: string,
  skeletons: readonly Skeleton[],
  changes: readonly Change[] = [],
): void {
  const there = skeletons.find(({ path }) => existsSync(join(into, path)));
  if (there)
    throw new UserError(
      `${there.path} is there already`,
      exitCodes.usage,
      "Nothing was written; take another name.",
    );
  const ready = skeletons.map((skeleton) => ({ ...skeleton, text: formatted(skeleton) }));
  const before = changes.map(({ path }) => ({ path, text: readFileSync(join(into, path), "utf8") }));
  const begun: string[] = [];
  const folders: string[] = [];
  try {
    for (const { path, text } of ready) {
      const folder = dirname(join(into, path));
      if (!existsSync(folder)) {
        mkdirSync(folder);
        folders.push(folder);
      }
      writeFileSync(join(into, path), text, { flag: "wx" });
      begun.push(path);
    }
    for (const { path, text } of changes) writeFileSync(join(into, path), text);
  } catch (error) {
    for (const path of begun) rmSync(join(into, path), { force: true });
    for (const folder of folders) rmdirSync(folder);
    for (const { path, text } of before) writeFileSync(join(into, path), text);
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UserError(`nothing was written (${code})`, exitCodes.environment, String(error));
  }
}

/** UserError unless all these files or folders are under `into`. */
export function mustBeThere(into: string, paths: readonly string[]): void {
  const missing = paths.find((path) => !existsSync(join(into, path)));
  if (missing === undefined) return;
  throw new UserError(
    `${join(into, missing)} is not there`,
    exitCodes.usage,
    `--into names the folder that holds ${dirname(missing)}.`,
  );
}
