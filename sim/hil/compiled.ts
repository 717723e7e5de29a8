import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { access, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, isAbsolute, join } from "node:path";
import { promisify } from "node:util";
import { EnvironmentError } from "./environment-error.ts";

/** A library for LD_PRELOAD, or a program to run. */
export type CompiledKind = "shared" | "program";

const flags: Readonly<Record<CompiledKind, readonly string[]>> = {
  shared: ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-shared", "-fPIC"],
  program: ["-std=gnu11", "-O2", "-Wall", "-Wextra"],
};

/**
 * The path of what the system's C compiler (`CC`, or else `cc`) makes of one C file, made at first use and kept in
 * `$XDG_CACHE_HOME/plinth/<digest>/`. Two processes may ask at once. Rejects with EnvironmentError where there is
 * no compiler, or it finds the file wrong, or the cache cannot be written.
 */
export async function compiled(source: string, kind: CompiledKind): Promise<string> {
  const compiler = process.env.CC || "cc";
  const text = await readFile(source);
  const digest = createHash("sha256")
    .update(JSON.stringify([compiler, process.arch, flags[kind]]))
    .update(text)
    .digest("hex");
  const folder = join(cacheFolder(), digest);
  const product = join(folder, basename(source, ".c") + (kind === "shared" ? ".so" : ""));
  if (await exists(product)) return product;
  await made(folder);
  // Apart until it is whole: whoever looks meanwhile sees all of it, or nothing.
  const workshop = await mkdtemp(join(folder, "unfinished-"));
  try {
    const unfinished = join(workshop, basename(product));
    await compile(compiler, [...flags[kind], "-o", unfinished, source], source);
    await rename(unfinished, product);
  } finally {
    await rm(workshop, { recursive: true });
  }
  return product;
}

/** Where Plinth keeps what it can make again (XDG Base Directory Specification 0.8: a relative path is ignored). */
export function cacheFolder(): string {
  const base = process.env.XDG_CACHE_HOME;
  return join(base && isAbsolute(base) ? base : join(homedir(), ".cache"), "plinth");
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

async function made(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((cause: Error) => {
    throw new EnvironmentError(
      `${folder} cannot be made (${cause.message}): set XDG_CACHE_HOME to a folder that can be written`,
    );
  });
}

async function compile(compiler: string, args: readonly string[], source: string): Promise<void> {
  await promisify(execFile)(compiler, args).catch((cause: Error & { code?: unknown; stderr?: string }) => {
    if (cause.code === "ENOENT")
      throw new EnvironmentError(
        `no C compiler "${compiler}" to make ${basename(source)}: on Debian, apt install gcc libc6-dev; ` +
          "or name another in CC",
      );
    throw new EnvironmentError(`${compiler} could not make ${source}:\n${cause.stderr || cause.message}`);
  });
}
