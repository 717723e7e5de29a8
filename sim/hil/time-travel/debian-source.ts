import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EnvironmentError } from "../environment-error.ts";
import { type ToolOptions, tool } from "./tool.ts";

/** Debian 13's backports, and what will be Debian 14: either has kernels that are new enough. */
const suites = ["trixie-backports", "forky"];
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * Older ones hang in time travel now and then: a process that yields the processor did not let time go on (Linux,
 * arch/um, "work around sched_yield not yielding in time-travel mode", 6.15).
 */
const oldest = [6, 15] as const;
/** The one that this depth was proven on; another is taken when it is there no more. */
const proven = "7.2";

export interface KernelSource {
  /** Debian's, such as `7.2.12-1~bpo13+1`. */
  readonly version: string;
  /** A Debian package with the tree in a compressed archive. */
  readonly deb: string;
}

/**
 * Fetches Debian's kernel source into a folder from this machine's own mirror of Debian, by apt with lists and cache of
 * its own: the machine's package configuration is not changed. What an earlier call fetched is taken again.
 */
export async function fetchKernelSource(folder: string, options: ToolOptions): Promise<KernelSource> {
  const fetched = await kernelSourceIn(folder);
  if (fetched) return fetched;
  const mirror = mirrorAmong(await tool("apt-get", ["indextargets", "--format", "$(REPO_URI)"], options));
  if (!existsSync(keyring))
    throw new EnvironmentError(
      `${keyring} is missing: on Debian and Ubuntu, apt install debian-archive-keyring`,
    );
  const apt = join(folder, "apt");
  await Promise.all(
    ["lists/partial", "archives/partial"].map((name) => mkdir(join(apt, name), { recursive: true })),
  );
  const list = join(apt, "sources.list");
  await writeFile(
    list,
    suites.map((suite) => `deb [signed-by=${keyring}] ${mirror} ${suite} main\n`).join(""),
  );
  const own = [
    `Dir::Etc::SourceList=${list}`,
    "Dir::Etc::SourceParts=/dev/null",
    `Dir::State::Lists=${join(apt, "lists")}`,
    `Dir::Cache=${apt}`,
    "Debug::NoLocking=1",
    // Root's apt would fetch as a user who cannot write here.
    "APT::Sandbox::User=root",
  ].flatMap((option) => ["-o", option]);
  await tool("apt-get", [...own, "update", "-q"], options);
  const names = await tool(
    "apt-cache",
    [...own, "search", "--names-only", "^linux-source-[0-9.]+$"],
    options,
  );
  const name = `linux-source-${chosen(names.map((line) => /^linux-source-([\d.]+)/.exec(line)?.[1] ?? ""))}`;
  const unfinished = join(folder, "unfinished");
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished);
  await tool("apt-get", [...own, "download", "-q", name], { ...options, cwd: unfinished });
  for (const deb of await readdir(unfinished)) await rename(join(unfinished, deb), join(folder, deb));
  const source = await kernelSourceIn(folder);
  if (!source) throw new EnvironmentError(`apt fetched no ${name} from ${mirror}`);
  return source;
}

async function kernelSourceIn(folder: string): Promise<KernelSource | undefined> {
  for (const name of await readdir(folder)) {
    const version = /^linux-source-[\d.]+_(.+)_all\.deb$/.exec(name)?.[1];
    if (version) return { version: decodeURIComponent(version), deb: join(folder, name) };
  }
  return undefined;
}

/** The mirror of Debian itself among the repositories of this machine's apt. */
export function mirrorAmong(repositories: readonly string[]): string {
  const mirror = repositories.find((uri) => /\/debian\/?$/.test(uri));
  if (mirror) return mirror;
  throw new EnvironmentError(
    "apt knows no mirror of Debian, which has the kernel's source: name one in /etc/apt/sources.list.d",
  );
}

/** @param versions as in the names of packages: `6.12`, `7.2` */
export function chosen(versions: readonly string[]): string {
  if (versions.includes(proven)) return proven;
  const newest = versions
    .map((version) => version.split(".").map(Number))
    .filter((version) => compare(version, oldest) >= 0)
    .sort(compare)
    .at(-1);
  if (newest) return newest.join(".");
  throw new EnvironmentError(
    `Debian has no kernel source from ${oldest.join(".")} on in ${suites.join(" or ")}: ` +
      `there is ${versions.join(", ") || "none"}`,
  );
}

const compare = (
  [major = 0, minor = 0]: readonly number[],
  [otherMajor = 0, otherMinor = 0]: readonly number[],
) => major - otherMajor || minor - otherMinor;
