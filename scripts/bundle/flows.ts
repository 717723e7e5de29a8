/** Builds the Node-RED package: for each kind of furniture its node, its form with help, and its texts. */
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { catalogue } from "#flows/form/catalogue.ts";
import { nodeHtml } from "#flows/form/node-html.ts";
import { type Declaration, type Field, fieldsOf } from "#flows/node/declaration.ts";

const flows = fileURLToPath(new URL("../../flows", import.meta.url));

export interface FlowsOptions {
  /** The catalogue, as `devices/furniture/index.ts` exports it. */
  readonly kinds: readonly Declaration[];
  /** Default: `flows/dist`, where package.json points. What was there is deleted. */
  readonly outDir?: string;
}

/** @returns the files written, below `outDir`. Rejects when a declaration says what a form cannot. */
export async function buildFlows({ kinds, outDir = join(flows, "dist") }: FlowsOptions): Promise<string[]> {
  const formScript = await bundle({ entryPoints: [join(flows, "editor/form.ts")], globalName: "plinthForm" });
  const sets = await Promise.all(kinds.map((declaration) => nodeSet(declaration, formScript)));
  const files = Object.entries(Object.assign({ "package.json": '{ "type": "commonjs" }\n' }, ...sets));

  await rm(outDir, { recursive: true, force: true });
  for (const folder of ["icons", "locales/en-US"]) await mkdir(join(outDir, folder), { recursive: true });
  await cp(join(flows, "icons"), join(outDir, "icons"), { recursive: true });
  for (const [name, content] of files) await writeFile(join(outDir, name), content as string);
  return [...files.map(([name]) => name), "icons/plinth.svg"];
}

/** The files of one kind, by name. */
async function nodeSet(declaration: Declaration, formScript: string): Promise<Record<string, string>> {
  const { kind } = declaration;
  const fields = fieldsOf(declaration);
  return {
    [`${kind}.js`]: await nodeScript(kind, fields),
    [`${kind}.html`]: nodeHtml(declaration, fields, formScript),
    [`locales/en-US/${kind}.json`]: `${JSON.stringify(catalogue(fields), null, 2)}\n`,
  };
}

/** The runtime's half: one CommonJS file without dependencies, with the settings in it as data. */
function nodeScript(kind: string, fields: readonly Field[]): Promise<string> {
  const contents = `import { registerFurniture } from "./node/register.ts";
module.exports = (RED) => registerFurniture(RED, ${JSON.stringify(kind)}, ${JSON.stringify(fields)});`;
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
