import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { build, type Metafile } from "esbuild";
import packageJson from "../../package.json" with { type: "json" };
import { exitCodes } from "../exit-codes.ts";
import { root } from "../root.ts";
import { UserError } from "../user-error.ts";
import { type Addon, addonsBeside } from "./addons.ts";
import { leaveOut } from "./left-out.ts";

export interface BundleOptions {
  /** Names the bundle: `streetlight` gives `streetlight.js`. */
  readonly kind: string;
  /** TypeScript of the entry; its imports are relative to the repository. */
  readonly entry: string;
  /** A folder of its own: a bundle that is in it is removed first. */
  readonly out: string;
  readonly minify?: boolean;
  /** TypeScript of the thread that streams, where the kind has one: it becomes `stream/stream.js`. */
  readonly stream?: string;
  /** Revision of the factory settings that the entry has for a unit, by `site/unit`. */
  readonly baked?: Readonly<Record<string, string>>;
}

/** `manifest.json`: what a board checks before it runs a bundle. */
export interface Manifest {
  readonly kind: string;
  readonly version: string;
  /** The addons load on this Node ABI (nodejs.org/api/n-api.html), platform and processor only. */
  readonly abi: string;
  readonly platform: string;
  readonly arch: string;
  /** Units that have factory settings of their own, by `site/unit`, and the revision of these. */
  readonly baked?: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

export interface Bundle {
  readonly manifest: Manifest;
  readonly metafile: Metafile;
}

/**
 * One CommonJS file and the addons beside it, for Node 20 and newer; and the same in `stream/`, for a thread. The same input gives the same bytes: no dates,
 * no absolute paths. `import.meta.url` is the bundle's own, so that a worker can be started from it.
 */
export async function bundle(options: BundleOptions): Promise<Bundle> {
  const { kind, entry, out, minify = false, stream, baked } = options;
  await checkOut(out);
  const unit = await bundled(kind, entry, join(out, `${kind}.js`), minify);
  const thread =
    stream === undefined ? undefined : await bundled("stream", stream, join(out, "stream/stream.js"), minify);
  await rm(out, { recursive: true, force: true });
  await unit.write();
  // Wherever the folder is copied to, Node takes its .js for CommonJS.
  await writeFile(join(out, "package.json"), `${JSON.stringify({ name: kind, type: "commonjs" })}\n`);
  // An addon that knows nothing of threads loads once per file: the thread has copies of its own.
  await thread?.write();
  const [first, ...others] = unit.names;
  const names = [first!, "package.json", ...others, ...(thread?.names ?? []).map((name) => `stream/${name}`)];
  const manifest = { ...(await describe(kind, out, names)), ...(baked ? { baked } : {}) };
  await writeFile(join(out, "manifest.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return { manifest, metafile: merged(unit.metafile, thread?.metafile) };
}

/** One file of CommonJS that is not written yet, and the names of what will stand in its folder, itself first. */
async function bundled(name: string, entry: string, outfile: string, minify: boolean) {
  const addons = new Map<string, Addon>();
  const { metafile, outputFiles } = await build({
    stdin: { contents: entry, resolveDir: root, sourcefile: `${name}.entry.ts`, loader: "ts" },
    absWorkingDir: root,
    outfile,
    bundle: true,
    write: false,
    platform: "node",
    target: "node20.19",
    format: "cjs",
    minify,
    keepNames: true,
    legalComments: "eof",
    metafile: true,
    logLevel: "silent",
    define: { "import.meta.url": "bundleUrl" },
    banner: { js: `"use strict";const bundleUrl=require("node:url").pathToFileURL(__filename).href;` },
    plugins: [leaveOut, addonsBeside(addons)],
  });
  const write = async () => {
    await mkdir(dirname(outfile), { recursive: true });
    await writeFile(outfile, outputFiles[0]!.contents);
    for (const addon of addons.values()) await copyFile(addon.path, join(dirname(outfile), addon.name));
  };
  return { metafile, names: [basename(outfile), ...[...addons.keys()].sort()], write };
}

const merged = (unit: Metafile, thread: Metafile | undefined): Metafile => ({
  inputs: { ...unit.inputs, ...thread?.inputs },
  outputs: { ...unit.outputs, ...thread?.outputs },
});

/** Nothing is removed but what was built here before. */
async function checkOut(out: string): Promise<void> {
  const names = await readdir(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [] as string[];
    throw new UserError(`${out} is not a folder to write to (${error.code})`, exitCodes.usage);
  });
  if (names.length > 0 && !names.includes("manifest.json"))
    throw new UserError(
      `${out} holds something else than a bundle`,
      exitCodes.usage,
      "Give an empty folder with --out, or one that does not exist yet.",
    );
}

async function describe(kind: string, out: string, names: readonly string[]): Promise<Manifest> {
  const files: Record<string, { bytes: number; sha256: string }> = {};
  for (const name of names) {
    const bytes = await readFile(join(out, name));
    files[name] = { bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
  }
  const { platform, arch } = process;
  return { kind, version: packageJson.version, abi: process.versions.modules, platform, arch, files };
}
