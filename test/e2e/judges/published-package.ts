import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "#sim/hil/compiled.ts";

const run = promisify(execFile);

export interface PublishedPackage {
  readonly name: string;
  readonly version: string;
  /** As the registry and package-lock.json have it: `sha512-` and the digest in base64. */
  readonly integrity: string;
}

/**
 * Unpacks what npm's registry has of a package that is not among the dependencies: fetched once into Plinth's cache,
 * and held against its integrity at each use. Nothing of it is run. Whoever asks removes the folder.
 */
export async function unpacked(wanted: PublishedPackage): Promise<string> {
  const archive = await fetched(wanted);
  const found = `sha512-${createHash("sha512")
    .update(await readFile(archive))
    .digest("base64")}`;
  if (found !== wanted.integrity) {
    await rm(archive);
    throw new Error(`${archive} is not what was published: ${found} for ${wanted.integrity}; it is removed`);
  }
  const folder = await mkdtemp(join(tmpdir(), "plinth-published-"));
  await run("tar", ["-xzf", archive, "-C", folder, "--strip-components=1"]);
  return folder;
}

/** @returns the path of its archive in the cache. */
async function fetched({ name, version }: PublishedPackage): Promise<string> {
  const folder = join(cacheFolder(), "published");
  await mkdir(folder, { recursive: true });
  const archive = join(folder, `${name}-${version}.tgz`);
  if ((await readdir(folder)).includes(`${name}-${version}.tgz`)) return archive;
  // Apart until it is whole: whoever looks meanwhile sees all of it, or nothing.
  const workshop = await mkdtemp(join(folder, "unfinished-"));
  const options = ["--pack-destination", workshop, "--ignore-scripts", "--fetch-retry-mintimeout=1000"];
  try {
    await run("npm", ["pack", `${name}@${version}`, ...options]).catch((error: { stderr?: string }) => {
      throw new Error(
        `${name} ${version} could not be fetched for this test, which needs npm's registry once ` +
          `(it is kept in ${folder}):\n${error.stderr || String(error)}`,
      );
    });
    const [file] = await readdir(workshop);
    await rename(join(workshop, file!), archive);
  } finally {
    await rm(workshop, { recursive: true });
  }
  return archive;
}
