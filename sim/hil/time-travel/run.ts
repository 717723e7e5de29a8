import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { milliseconds } from "#devices/duration.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import { cacheFolder, compiled } from "../compiled.ts";
import { EnvironmentError } from "../environment-error.ts";
import { nextProcessor } from "./processor.ts";
import { setUpTimeTravel } from "./set-up.ts";
import { Tail } from "./tail.ts";

export interface TimeTravel {
  /** Program and arguments, as on this machine: its files are the guest's. */
  readonly command: readonly string[];
  /** What time it is in the guest when it is switched on, Unix milliseconds. */
  readonly startUnixMs: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Folders that it may write to, at their own paths; all else is read-only, or memory that ends with it. */
  readonly folders?: readonly string[];
  /** Of all that the guest's kernel draws by chance; default 1. */
  readonly seed?: number;
  /** Memory of the guest, MiB; default 512. */
  readonly memoryMiB?: number;
  readonly onLine?: (line: string, stream: "stdout" | "stderr") => void;
  readonly signal?: AbortSignal | undefined;
}

export interface TravelEnd {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const initSource = fileURLToPath(new URL("init.c", import.meta.url));
const repository = fileURLToPath(new URL("../../../", import.meta.url));
/** The job's folder, to the kernel that is a process in it. */
const here = "/proc/self/cwd";
/** Where a guest has memory instead of this machine's files (init.c). */
const inMemory = ["/tmp/", "/run/", "/var/tmp/", "/dev/"] as const;
/**
 * Programs sleep for whole milliseconds from the boot on. Half of one later they are as far as can be from where the
 * date's next millisecond begins, and the little that passes for one that computes for long moves none.
 */
const halfMsNs = 500_000n;
/** Between two looks at what the command has said, real ms. */
const lookMs = 100;
/** So many of the kernel's last lines are shown when it ended without the command's exit code. */
const shownLines = 30;

/**
 * Runs a command of this machine in a guest of its own, whose clock jumps whenever all sleep: computing takes no time
 * there, waiting takes none here (Linux, arch/um, time-travel=inf-cpu). The guest sees this machine's files, has its
 * own /tmp, /run, /dev, /proc and /sys, a loopback interface and no other, and one processor. Sets the depth up at
 * first use, which takes minutes. Needs neither root nor KVM.
 */
export async function runInTimeTravel(travel: TimeTravel): Promise<TravelEnd> {
  const { signal, onLine } = travel;
  const kernel = await setUpTimeTravel({ signal });
  const init = await compiled(initSource, "program");
  const job = await mkdtemp(join(tmpdir(), "plinth-travel-"));
  const tails = (["stdout", "stderr"] as const).map((stream) => new Tail(join(job, stream), stream, onLine));
  const stopLooking = systemClock().every(milliseconds(lookMs), () => {
    for (const tail of tails) void tail.look();
  });
  try {
    await writeJob(job, travel);
    const console = await bootTo(kernel, args(init, travel), job, signal);
    const exit = join(job, "exit");
    if (!existsSync(exit))
      throw new EnvironmentError(`the guest ended before its command did:\n${console.join("\n")}`);
    const [stdout = "", stderr = ""] = await Promise.all(tails.map((tail) => tail.end()));
    return { exitCode: Number(await readFile(exit, "utf8")), stdout, stderr };
  } finally {
    stopLooking();
    await Promise.all(tails.map((tail) => tail.close()));
    await rm(job, { recursive: true });
  }
}

async function writeJob(
  job: string,
  { command, env, cwd = process.cwd(), folders = [] }: TimeTravel,
): Promise<void> {
  const { PATH = "/usr/bin:/bin" } = process.env;
  const caches = dirname(cacheFolder());
  const environment = { PATH, HOME: "/tmp", LANG: "C.UTF-8", XDG_CACHE_HOME: caches, ...env };
  const files = {
    command,
    environment: Object.entries(environment).map((pair) => pair.join("=")),
    cwd: [cwd],
    folders,
    views: [cwd, repository, caches].filter((path) => inMemory.some((folder) => path.startsWith(folder))),
  };
  for (const [name, strings] of Object.entries(files))
    await writeFile(join(job, name), strings.map((string) => `${string}\0`).join(""));
  await mkdir(join(job, "uml"));
}

function args(init: string, { startUnixMs, seed = 1, memoryMiB = 512 }: TimeTravel): string[] {
  return [
    `mem=${memoryMiB}M`,
    "rootfstype=hostfs",
    "rootflags=/",
    "ro",
    "con=null",
    "con0=null,fd:1",
    "ssl=null",
    "devtmpfs.mount=0",
    "seccomp=auto",
    // Where things lie in memory moves when they are collected, and with that how often a program asks for the time.
    "norandmaps",
    "time-travel=inf-cpu",
    `time-travel-start=${BigInt(Math.round(startUnixMs)) * 1_000_000n + halfMsNs}`,
    `random-seed=${seed}`,
    // The kernel's own words are part of its entropy, and the job's folder has another name each time.
    `uml_dir=${join(here, "uml")}`,
    `init=${init}`,
    `plinth_job=${here}`,
  ];
}

/** Boots the guest in the job's folder and waits for its end. Resolves with the last lines of its kernel. */
async function bootTo(
  kernel: string,
  args: readonly string[],
  job: string,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  signal?.throwIfAborted();
  // Ends with this process, however that ends; and in a group of its own, for the kernel is several processes.
  const words = ["--cpu-list", `${nextProcessor()}`, "setpriv", "--pdeathsig", "KILL", kernel, ...args];
  const child = spawn("taskset", words, {
    cwd: job,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let said = "";
  const hear = (chunk: Buffer) => {
    said = (said + chunk.toString("latin1")).slice(-10_000);
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const end = () => process.kill(-child.pid!, "SIGKILL");
  signal?.addEventListener("abort", end);
  try {
    await new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", () => resolve());
    });
  } finally {
    signal?.removeEventListener("abort", end);
  }
  signal?.throwIfAborted();
  return said.split(/\r?\n/).slice(-shownLines);
}
