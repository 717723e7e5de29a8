import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "../compiled.ts";
import { EnvironmentError } from "../environment-error.ts";
import { claim } from "./claim.ts";
import { fetchKernelSource } from "./debian-source.ts";
import { type ToolOptions, tool } from "./tool.ts";

export interface SetUpOptions {
  /** A line for whoever waits, now and then. */
  readonly onProgress?: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

const fragment = fileURLToPath(new URL("kernel.config", import.meta.url));
const patch = fileURLToPath(new URL("kernel.patch", import.meta.url));
const make = ["ARCH=um", "KBUILD_BUILD_USER=plinth", "KBUILD_BUILD_HOST=plinth"] as const;

/** Program, and the Debian package that has it. */
const needed = [
  ["apt-get", "apt"],
  ["dpkg-deb", "dpkg"],
  ["tar", "tar"],
  ["xz", "xz-utils"],
  ["patch", "patch"],
  ["make", "make"],
  ["gcc", "gcc libc6-dev"],
  ["strip", "binutils"],
  ["flex", "flex"],
  ["bison", "bison"],
  ["bc", "bc"],
  ["perl", "perl"],
] as const;

/** So many files are compiled, more or less, and between two lines of progress. */
const objects = { all: 1_400, told: 100 } as const;

/** The User Mode Linux that an earlier set-up by this recipe has made; undefined when there is none. */
export async function installedKernel(): Promise<string | undefined> {
  const folder = await recipeFolder();
  const names = await readdir(folder).catch(() => []);
  const kernels = names.map((name) => join(folder, name, "linux")).filter((path) => existsSync(path));
  const ages = await Promise.all(kernels.map(async (path) => ({ path, madeMs: (await stat(path)).mtimeMs })));
  return ages.sort((one, other) => other.madeMs - one.madeMs)[0]?.path;
}

/**
 * Makes the User Mode Linux of the time-travel depth from Debian's kernel source, once, into the cache: some five
 * minutes on two processors and 2.5 GB of disk meanwhile. Interrupted, it goes on where it was. Resolves with the
 * kernel's path. Rejects with EnvironmentError, which says what to install.
 */
export async function setUpTimeTravel({ onProgress = () => {}, signal }: SetUpOptions = {}): Promise<string> {
  const installed = await installedKernel();
  if (installed) return installed;
  checkMachine();
  const folder = await recipeFolder();
  const workshop = join(folder, "workshop");
  await mkdir(workshop, { recursive: true });
  const release = await claim(join(folder, "workshop.pid"));
  try {
    onProgress("fetching Debian's kernel source");
    const { version, deb } = await fetchKernelSource(workshop, { signal });
    onProgress(`unpacking Linux ${version}`);
    const source = await unpacked(deb, workshop, onProgress, { signal });
    const build = await configured(source, workshop, { signal });
    const linux = await compiledKernel(build, onProgress, signal);
    const kernel = await placed(linux, join(folder, version));
    await rm(workshop, { recursive: true });
    onProgress(`Linux ${version} is at ${kernel}`);
    return kernel;
  } finally {
    await release();
  }
}

/** Of this configuration, patch and these options; kernels of several versions may be there. */
async function recipeFolder(): Promise<string> {
  const digest = createHash("sha256")
    .update(make.join(" "))
    .update(await readFile(fragment))
    .update(await readFile(patch));
  return join(cacheFolder(), "time-travel", digest.digest("hex").slice(0, 16));
}

function checkMachine(): void {
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new EnvironmentError(
      "the time-travel depth needs Linux on x86-64: User Mode Linux is for that alone",
    );
  const folders = (process.env.PATH ?? "").split(delimiter);
  const missing = needed.filter(([name]) => !folders.some((folder) => existsSync(join(folder, name))));
  if (missing.length === 0) return;
  const names = missing.map(([name]) => name).join(", ");
  const packages = missing.map(([, name]) => name).join(" ");
  throw new EnvironmentError(`a kernel cannot be built without ${names}: on Debian, apt install ${packages}`);
}

/** @returns the folder of the source tree. */
async function unpacked(
  deb: string,
  workshop: string,
  onProgress: (line: string) => void,
  options: ToolOptions,
): Promise<string> {
  const source = join(workshop, "source");
  if (existsSync(source)) return source;
  const unfinished = await mkdtemp(join(workshop, "unpacking-"));
  await tool("dpkg-deb", ["--extract", deb, unfinished], options);
  const archives = join(unfinished, "usr/src");
  const archive = (await readdir(archives)).find((name) => name.endsWith(".tar.xz"));
  if (!archive) throw new EnvironmentError(`${deb} holds no archive of sources`);
  const tree = join(unfinished, "tree");
  await mkdir(tree);
  await tool("tar", ["-xJf", join(archives, archive), "-C", tree, "--strip-components=1"], options);
  await patched(tree, options).catch(() =>
    onProgress("the patch is for another version: half the speed, and no two runs alike to the millisecond"),
  );
  await rename(tree, source);
  await rm(unfinished, { recursive: true });
  return source;
}

/** Wholly or not at all. */
async function patched(source: string, options: ToolOptions): Promise<void> {
  const words = ["--directory", source, "--strip=1", "--silent", "--forward", "--input", patch];
  await tool("patch", ["--dry-run", ...words], options);
  await tool("patch", words, options);
}

/** @returns the folder that is built in. */
async function configured(source: string, workshop: string, options: ToolOptions): Promise<string> {
  const build = join(workshop, "build");
  const config = join(build, ".config");
  await tool("make", ["-s", "-C", source, ...make, `O=${build}`, "x86_64_defconfig"], options);
  const merge = join(source, "scripts/kconfig/merge_config.sh");
  await tool("sh", [merge, "-m", "-O", build, config, fragment], { ...options, cwd: build });
  await tool("make", ["-s", "-C", build, ...make, "olddefconfig"], options);
  const settled = (await readFile(config, "utf8")).split("\n");
  const wanted = (await readFile(fragment, "utf8")).split("\n").filter((line) => /^CONFIG_/.test(line));
  const refused = wanted.filter((line) => !settled.includes(line));
  if (refused.length > 0)
    throw new EnvironmentError(`this kernel cannot be configured as it must be: ${refused.join(", ")}`);
  return build;
}

async function compiledKernel(
  build: string,
  onProgress: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<string> {
  let done = 0;
  const onLine = (line: string) => {
    if (!/^\s+(CC|AS) /.test(line) || ++done % objects.told > 0) return;
    onProgress(`compiled ${done} of about ${objects.all} files`);
  };
  onProgress(`compiling on ${availableParallelism()} processors`);
  await tool("make", ["-C", build, ...make, `-j${availableParallelism()}`, "linux"], { signal, onLine });
  return join(build, "linux");
}

/** Under its name only when it is whole. */
async function placed(linux: string, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const unfinished = join(folder, "unfinished");
  await copyFile(linux, unfinished);
  await tool("strip", [unfinished]);
  const kernel = join(folder, "linux");
  await rename(unfinished, kernel);
  return kernel;
}
