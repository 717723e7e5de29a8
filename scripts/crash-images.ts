import { execFile } from "node:child_process";
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { Disk, type Image } from "./crash-images/disk.ts";
import { parseTrace, straceOptions } from "./crash-images/trace.ts";
import { judgeOutbox, judgeSettings, type Verdict } from "./crash-images/verdicts.ts";

/** A program that writes to the directory it is given and prints what it may be held to. */
export interface Writer {
  readonly name: string;
  /** TypeScript file in scripts/crash-images. */
  readonly program: string;
  readonly args: readonly string[];
  /** What the reader makes of an image, given what the program had printed by then. */
  readonly judge: (directory: string, printed: string) => Promise<Verdict>;
}

export interface CrashReport {
  readonly writer: string;
  readonly calls: number;
  readonly images: number;
  readonly unreadable: number;
  readonly lost: number;
}

const settings = { program: "settings-writer.ts", judge: judgeSettings };
const outbox = { program: "outbox-writer.ts", judge: judgeOutbox };

/** The two ways in which settings must not be saved are here to show that the method finds what it should. */
export const writers = {
  inPlace: { ...settings, name: "5 saves, writeFileSync in place", args: ["in-place"] },
  rename: { ...settings, name: "5 saves, temporary file and rename, no fsync", args: ["rename"] },
  store: { ...settings, name: "5 saves, Store.replace", args: ["store"] },
  outbox: { ...outbox, name: "outbox, 40 groups", args: ["1", "40", "64"] },
  drained: {
    ...outbox,
    name: "outbox, 120 groups, delivering, ring of 6",
    args: ["1", "120", "6", "deliver"],
  },
} satisfies Record<string, Writer>;

/**
 * Crash-image enumeration: runs the program under strace(1), and after each of its calls makes the directories
 * that a reboot could find (see `Model`), and has the program's reader open each. Needs strace (Debian).
 */
export async function crashImages(writer: Writer): Promise<CrashReport> {
  const scratch = await mkdtemp(join(await memory(), "plinth-crash-"));
  try {
    const calls = parseTrace(await trace(writer, scratch), join(scratch, "data"));
    const disk = new Disk();
    const count = { images: 0, unreadable: 0, lost: 0 };
    let printed = "";
    for (const call of calls) {
      disk.apply(call);
      if (call.call === "print") printed += call.text;
      for (const image of disk.images(call)) {
        const verdict = await judged(writer, image, scratch, printed);
        count.images += 1;
        if (verdict !== "whole") count[verdict] += 1;
      }
    }
    return { writer: writer.name, calls: calls.length, ...count };
  } finally {
    await rm(scratch, { recursive: true });
  }
}

async function trace(writer: Writer, scratch: string): Promise<string> {
  const program = await bundle(writer.program, scratch);
  const [log, data] = [join(scratch, "strace.log"), join(scratch, "data")];
  await mkdir(data);
  const command = [...straceOptions, "-o", log, process.execPath, program, data, ...writer.args];
  await promisify(execFile)("strace", command, { maxBuffer: 1 << 28 }).catch((cause) => {
    throw new Error("the writer did not run under strace: is Debian's strace installed?", { cause });
  });
  return readFile(log, "utf8");
}

/** One plain JavaScript file, so that nothing but the program itself is traced. */
export async function bundle(program: string, directory: string): Promise<string> {
  const outfile = join(directory, "writer.mjs");
  const entry = fileURLToPath(new URL(`crash-images/${program}`, import.meta.url));
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
  });
  return outfile;
}

async function judged(writer: Writer, image: Image, scratch: string, printed: string): Promise<Verdict> {
  const directory = join(scratch, "image");
  await mkdir(directory);
  for (const [path, content] of image.files)
    await writeFile(join(directory, relative(join(scratch, "data"), path)), content);
  try {
    return await writer.judge(directory, printed);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** A place where thousands of fsyncs cost nothing, if there is one. */
const memory = () => access("/dev/shm").then(() => "/dev/shm", tmpdir);

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const reports: CrashReport[] = [];
  for (const writer of Object.values(writers)) reports.push(await crashImages(writer));
  console.table(reports);
}
