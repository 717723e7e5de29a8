/** Builds the Node-RED package: each node, its form with help, and its texts. */
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Furniture } from "#devices/furniture/vocabulary.ts";
import { catalogue, commandCatalogue, inCatalogue, siteCatalogue } from "#flows/form/catalogue.ts";
import { commandHtml } from "#flows/form/command-html.ts";
import { inHtml } from "#flows/form/in-html.ts";
import { kindOf } from "#flows/form/kinds.ts";
import { nodeHtml } from "#flows/form/node-html.ts";
import { siteHtml } from "#flows/form/site-html.ts";
import { type Declaration, fieldsOf } from "#flows/node/declaration.ts";
import type { Kind } from "#flows/node/vocabulary.ts";

const flows = fileURLToPath(new URL("../../flows", import.meta.url));

export interface FlowsOptions {
  /** The catalogue, as `devices/furniture/index.ts` exports it. */
  readonly kinds: readonly Furniture[];
  /** Default: `flows/dist`, where package.json points. What was there is deleted. */
  readonly outDir?: string;
}

/** @returns the files written, below `outDir`. Rejects when a declaration says what a form cannot. */
export async function buildFlows({ kinds, outDir = join(flows, "dist") }: FlowsOptions): Promise<string[]> {
  const formScript = await editorScript("form", "plinthForm");
  const sets = await Promise.all([
    ...kinds.map((declaration) => kindSet(declaration, formScript)),
    siteSet(),
    inSet(kinds.map(kindOf)),
    commandSet(kinds.map(kindOf)),
  ]);
  const files = Object.entries(Object.assign({ "package.json": '{ "type": "commonjs" }\n' }, ...sets));

  await rm(outDir, { recursive: true, force: true });
  for (const folder of ["icons", "locales/en-US"]) await mkdir(join(outDir, folder), { recursive: true });
  await cp(join(flows, "icons"), join(outDir, "icons"), { recursive: true });
  for (const [name, content] of files) await writeFile(join(outDir, name), content as string);
  return [...files.map(([name]) => name), "icons/plinth.svg"];
}

/** The files of one node set, by name. */
function nodeSet(name: string, script: string, html: string, texts: object): Record<string, string> {
  return {
    [`${name}.js`]: script,
    [`${name}.html`]: html,
    [`locales/en-US/${name}.json`]: `${JSON.stringify(texts, null, 2)}\n`,
  };
}

async function kindSet(declaration: Declaration, formScript: string): Promise<Record<string, string>> {
  const { kind } = declaration;
  const fields = fieldsOf(declaration);
  const script = await nodeScript(
    "register",
    `registerFurniture(RED, ${JSON.stringify(kind)}, ${JSON.stringify(fields)})`,
  );
  return nodeSet(kind, script, nodeHtml(declaration, fields, formScript), catalogue(fields));
}

async function siteSet(): Promise<Record<string, string>> {
  const script = await nodeScript("site", "registerSite(RED)");
  return nodeSet("site", script, siteHtml(await editorScript("site", "plinthSite")), siteCatalogue);
}

async function inSet(kinds: readonly Kind[]): Promise<Record<string, string>> {
  const known = kinds.map((kind) => ({ ...kind, orders: [] }));
  const script = await nodeScript("furniture-in", `registerIn(RED, ${JSON.stringify(known)})`);
  return nodeSet("in", script, inHtml(kinds, await editorScript("in", "plinthIn")), inCatalogue(kinds));
}

async function commandSet(kinds: readonly Kind[]): Promise<Record<string, string>> {
  const known = kinds.map((kind) => ({ ...kind, tellings: [] }));
  const script = await nodeScript("furniture-command", `registerCommand(RED, ${JSON.stringify(known)})`);
  const html = commandHtml(kinds, await editorScript("command", "plinthCommand"));
  return nodeSet("command", script, html, commandCatalogue(kinds));
}

/** A form's script: what `flows/editor/<file>.ts` exports, as a global. */
const editorScript = (file: string, globalName: string) =>
  bundle({ entryPoints: [join(flows, `editor/${file}.ts`)], globalName });

/**
 * The runtime's half: one CommonJS file without dependencies, with its data in it.
 * @param file below `flows/node`, @param call what to do with it when Node-RED, `RED`, loads it
 */
function nodeScript(file: string, call: string): Promise<string> {
  const [name] = call.split("(");
  const contents = `import { ${name} } from "./node/${file}.ts";\nmodule.exports = (RED) => ${call};`;
  return bundle({ stdin: { contents, resolveDir: flows, loader: "ts" }, platform: "node", format: "cjs" });
}

async function bundle(options: Parameters<typeof build>[0]): Promise<string> {
  const { outputFiles } = await build({
    bundle: true,
    write: false,
    format: "iife",
    target: ["node18", "es2021"],
    charset: "utf8",
    logLevel: "silent",
    ...options,
  });
  const [output] = outputFiles ?? [];
  if (!output) throw new Error("esbuild wrote nothing");
  return output.text;
}
