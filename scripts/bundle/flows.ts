/** Builds the Node-RED package: each node, its form with help, and its texts in every language. */
import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Furniture } from "#devices/furniture/vocabulary.ts";
import {
  catalogue,
  commandCatalogue,
  inCatalogue,
  paletteLabel,
  siteCatalogue,
} from "#flows/form/catalogue.ts";
import { commandHelp } from "#flows/form/command-help.ts";
import { commandHtml } from "#flows/form/command-html.ts";
import { help, type Voice } from "#flows/form/help.ts";
import { inHelp } from "#flows/form/in-help.ts";
import { inHtml } from "#flows/form/in-html.ts";
import { kindOf } from "#flows/form/kinds.ts";
import { indent } from "#flows/form/markup.ts";
import { nodeHtml } from "#flows/form/node-html.ts";
import { english, filled, type Say } from "#flows/form/say.ts";
import { siteHelp } from "#flows/form/site-help.ts";
import { siteHtml } from "#flows/form/site-html.ts";
import { argumentWords, everywhere, fieldWords, paletteTexts } from "#flows/form/words.ts";
import { type Declaration, fieldsOf } from "#flows/node/declaration.ts";
import { spoken } from "#flows/node/phrases.ts";
import { siteType } from "#flows/node/place.ts";
import { expectation } from "#flows/node/schema.ts";
import type { Text } from "#flows/node/text.ts";
import type { Kind } from "#flows/node/vocabulary.ts";
import { languages, Translation, translated } from "./locales.ts";

const flows = fileURLToPath(new URL("../../flows", import.meta.url));

export interface FlowsOptions {
  /** The catalogue, as `devices/furniture/index.ts` exports it. */
  readonly kinds: readonly Furniture[];
  /** Default: `flows/dist`, where package.json points. What was there is deleted. */
  readonly outDir?: string;
  /** Default: those of `flows/locales`. */
  readonly translations?: readonly Translation[];
}

/** @returns the files written, below `outDir`. Rejects when a declaration says what a form cannot. */
export async function buildFlows({
  kinds,
  outDir = join(flows, "dist"),
  translations,
}: FlowsOptions): Promise<string[]> {
  const others = translations ?? (await readTranslations());
  const formScript = await editorScript("form", "plinthForm");
  const icons = await readdir(join(flows, "icons"));
  const sets = await Promise.all([
    ...kinds.map((declaration) => kindSet(declaration, formScript, icons)),
    siteSet(),
    inSet(kinds.map(kindOf)),
    commandSet(kinds.map(kindOf)),
  ]);
  const files = Object.entries({
    "package.json": '{ "type": "commonjs" }\n',
    ...Object.assign({}, ...sets.map((set) => setFiles(set, others))),
  } as Record<string, string>);

  await rm(outDir, { recursive: true, force: true });
  const locales = ["en-US", ...others.map(({ language }) => language)].map((name) => `locales/${name}`);
  for (const folder of ["icons", ...locales]) await mkdir(join(outDir, folder), { recursive: true });
  await cp(join(flows, "icons"), join(outDir, "icons"), { recursive: true });
  for (const [name, content] of files) await writeFile(join(outDir, name), content);
  return [...files.map(([name]) => name), ...icons.map((name) => `icons/${name}`)];
}

export const readTranslations = (): Promise<Translation[]> =>
  Promise.all(languages.map((language) => Translation.read(join(flows, "locales"), language)));

/** Of a kind that has none of its own. */
const anyIcon = "plinth.svg";

/** A node set before it is written in languages. */
interface NodeSet {
  readonly name: string;
  /** Type of its node. */
  readonly type: string;
  readonly script: string;
  /** The editor's half but for its help. */
  readonly html: string;
  readonly texts: object;
  /** Whose reading of a text comes first. */
  readonly context: string;
  readonly fields?: ReturnType<typeof fieldsOf>;
  readonly help: (voice: Voice) => string;
}

function setFiles(set: NodeSet, others: readonly Translation[]): Record<string, string> {
  const { name, script, html } = set;
  const own = inLanguage(set, english, set.texts);
  const foreign = others.flatMap((translation) => {
    const { language } = translation;
    const texts = translated(set.texts, translation, set.context);
    const { catalogue, page } = inLanguage(set, translation.say(set.context), texts);
    return [
      [`locales/${language}/${name}.json`, catalogue],
      [`locales/${language}/${name}.html`, page],
    ];
  });
  return {
    [`${name}.js`]: script,
    [`${name}.html`]: `${html}\n${own.page}`,
    [`locales/en-US/${name}.json`]: own.catalogue,
    ...Object.fromEntries(foreign),
  };
}

/** A set's message catalogue and help. Ranges are worded by the catalogue that they stand in. */
function inLanguage({ type, fields = [], help }: NodeSet, say: Say, texts: object) {
  const look = lookUp(texts);
  const ranges = fields
    .filter(({ editor }) => editor === "number")
    .map(({ name, schema, unit }) => [name, spoken(expectation(schema, unit), look)]);
  const whole = { ...texts, ...(ranges.length > 0 ? { ranges: Object.fromEntries(ranges) } : {}) };
  return {
    catalogue: `${JSON.stringify(whole, null, 2)}\n`,
    page: `<script type="text/html" data-help-name="${type}">\n${indent(1, help({ say, texts: look }))}\n</script>\n`,
  };
}

/** Finds texts as Node-RED does. */
const lookUp =
  (texts: object): Text =>
  (key, values) => {
    const found = key
      .split(".")
      .reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], texts);
    return typeof found === "string" ? filled(found, values) : key;
  };

async function kindSet(
  declaration: Declaration,
  formScript: string,
  icons: readonly string[],
): Promise<NodeSet> {
  const { kind } = declaration;
  const own = `${kind}.svg`;
  const fields = fieldsOf(declaration);
  return {
    ...{ name: kind, type: kind, context: kind, fields },
    script: await nodeScript(
      "register",
      `registerFurniture(RED, ${JSON.stringify(kind)}, ${JSON.stringify(fields)})`,
    ),
    html: nodeHtml(declaration, fields, formScript, icons.includes(own) ? own : anyIcon),
    texts: {
      ...catalogue(fields),
      ...paletteTexts(paletteLabel(declaration)),
      ...everywhere,
      words: fieldWords(fields),
    },
    help: (voice) => help(declaration, fields, voice),
  };
}

async function siteSet(): Promise<NodeSet> {
  return {
    ...{ name: "site", type: siteType, context: "" },
    script: await nodeScript("site", "registerSite(RED)"),
    html: siteHtml(await editorScript("site", "plinthSite")),
    texts: { ...siteCatalogue, ...everywhere },
    help: ({ say }) => siteHelp(say),
  };
}

async function inSet(kinds: readonly Kind[]): Promise<NodeSet> {
  const known = kinds.map((kind) => ({ ...kind, orders: [] }));
  return {
    ...{ name: "in", type: "furniture in", context: "" },
    script: await nodeScript("furniture-in", `registerIn(RED, ${JSON.stringify(known)})`),
    html: inHtml(kinds, await editorScript("in", "plinthIn")),
    texts: { ...inCatalogue(kinds), ...paletteTexts("furniture in"), ...everywhere },
    help: ({ say }) => inHelp(say),
  };
}

async function commandSet(kinds: readonly Kind[]): Promise<NodeSet> {
  const known = kinds.map((kind) => ({ ...kind, tellings: [] }));
  return {
    ...{ name: "command", type: "furniture command", context: "" },
    script: await nodeScript("furniture-command", `registerCommand(RED, ${JSON.stringify(known)})`),
    html: commandHtml(kinds, await editorScript("command", "plinthCommand")),
    texts: {
      ...commandCatalogue(kinds),
      ...paletteTexts("furniture command"),
      ...everywhere,
      words: argumentWords(kinds),
    },
    help: ({ say }) => commandHelp(say),
  };
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
