import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { inspect } from "node:util";
import type { Command } from "commander";
import type { BuildFailure, Message } from "esbuild";
import * as catalogue from "#devices/furniture/index.ts";
import { bundle, type Manifest } from "../bundle/bundle.ts";
import { buildFlows, readTranslations } from "../bundle/flows.ts";
import { entryOf, streamEntryOf } from "../bundle/kinds.ts";
import { exitCodes, exitCodesHelp } from "../exit-codes.ts";
import { bakedBy } from "../flow/baked.ts";
import { soundFlow } from "../flow/flow-input.ts";
import { root } from "../root.ts";
import { UserError } from "../user-error.ts";

interface Options {
  readonly flow?: string | undefined;
  readonly out?: string | undefined;
  readonly minify?: boolean;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("build")
    .description("Bundle the firmware of one kind of furniture for a board")
    .argument(
      "<kind>",
      "a kind of the catalogue, devices/furniture/index.ts; or node-red, the package of nodes",
    )
    .option(
      "--flow <flows.json>",
      "bake what this flow sets for each unit of the kind in, as its factory settings",
    )
    .option("--out <folder>", "where the bundle goes; what is there is replaced (default: dist/<kind>)")
    .option("--no-minify", "readable in a debugger; the unit then takes some 12 MiB more memory")
    .option("--json", "print the manifest as JSON")
    .addHelpText(
      "after",
      `
Writes <kind>.js, the compiled addons and manifest.json, and beside the folder <folder>.metafile.json, which
esbuild's bundle analysers read. The addons are those of this machine's Node, platform and processor.

With --flow, a unit that the flow names starts with the flow's settings, before it ever met a broker: its unit.yaml
says which unit it is. What unit.yaml itself sets goes before; what is deployed later goes before both.

Examples:
  plinth build streetlight
  plinth build bench --flow flows.json
  plinth build node-red && npm pack --workspace flows
  node dist/streetlight/streetlight.js
${exitCodesHelp}`,
    )
    .action(buildKind);
}

async function buildKind(kind: string, { flow, out, minify = true, json = false }: Options): Promise<void> {
  if (kind === "node-red") return await buildPackage({ flow, out, json });
  const baked = flow === undefined ? undefined : bakedBy(await soundFlow(flow), kind);
  const entry = await entryOf(kind, baked?.settings);
  const folder = out === undefined ? join(root, "dist", kind) : resolve(out);
  const stream = await streamEntryOf(kind);
  const options = {
    kind,
    entry,
    out: folder,
    minify,
    ...(stream === undefined ? {} : { stream }),
    ...(baked ? { baked: baked.revisions } : {}),
  };
  const { manifest, metafile } = await bundle(options).catch(explain);
  const metafilePath = join(dirname(folder), `${basename(folder)}.metafile.json`);
  await mkdir(dirname(folder), { recursive: true });
  await writeFile(metafilePath, JSON.stringify(metafile));
  console.log(json ? JSON.stringify(manifest, undefined, 2) : table(manifest, relative("", folder) || "."));
}

/** The Node-RED package, where flows/package.json points. */
async function buildPackage({ flow, out, json }: Options): Promise<void> {
  if (flow !== undefined || out !== undefined)
    throw new UserError(
      "node-red takes neither --flow nor --out",
      exitCodes.usage,
      "It is built into flows/dist.",
    );
  const translations = await readTranslations();
  const files = await buildFlows({ kinds: Object.values(catalogue), translations });
  for (const { complaints } of translations) for (const complaint of complaints) console.error(complaint);
  console.log(
    json ? JSON.stringify({ files }, undefined, 2) : files.map((name) => `flows/dist/${name}`).join("\n"),
  );
}

function table({ kind, version, abi, platform, arch, baked = {}, files }: Manifest, folder: string): string {
  const rows = Object.entries(files).map(
    ([name, { bytes }]) => `  ${name.padEnd(40)} ${(bytes / 1024).toFixed(1).padStart(9)} KiB`,
  );
  const own = Object.entries(baked).map(([unit, revision]) => `  ${unit} has factory settings ${revision}`);
  return [`${kind} ${version} for Node ABI ${abi}, ${platform}-${arch}, in ${folder}`, ...rows, ...own].join(
    "\n",
  );
}

/** Turns esbuild's failure into lines of file:line: what. */
function explain(error: unknown): never {
  if (!isBuildFailure(error)) throw error;
  const thrown = error.errors.map(({ detail }) => detail).find((detail) => detail instanceof UserError);
  if (thrown !== undefined) throw thrown;
  const lines = error.errors.map(
    ({ location, text }: Message) => `  ${location ? `${location.file}:${location.line}: ` : ""}${text}`,
  );
  throw new UserError("the bundle could not be built", exitCodes.failed, lines.join("\n") || inspect(error));
}

const isBuildFailure = (error: unknown): error is BuildFailure =>
  error instanceof Error && "errors" in error && Array.isArray(error.errors);
