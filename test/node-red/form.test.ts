import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import * as Type from "@sinclair/typebox";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as catalogue from "#devices/furniture/index.ts";
import { percent } from "#devices/furniture/settings.ts";
import type { Furniture, Setting } from "#devices/furniture/vocabulary.ts";
import { filled } from "#flows/form/say.ts";
import { type Declaration, fieldsOf } from "#flows/node/declaration.ts";
import { type BuiltPackage, builtPackage } from "./package.ts";
import { planter } from "./planter.ts";

const kinds: readonly Furniture[] = [...Object.values(catalogue), planter];

interface Property {
  readonly value: unknown;
  readonly label?: string;
  readonly validate?: (value: unknown, options: { label?: string }) => true | string;
}

interface Definition {
  readonly category: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly icon: string;
  readonly defaults: Readonly<Record<string, Property>>;
}

let built: BuiltPackage;
beforeAll(async () => {
  built = await builtPackage(kinds);
});
afterAll(async () => {
  await built.remove();
});

const read = (name: string) => readFile(join(built.folder, "dist", name), "utf8");

/** The script elements of a page, as a browser would find them: each ends at the first `</script`. */
const scriptsOf = (html: string) =>
  [...html.matchAll(/<script type="([^"]+)"([^>]*)>([\s\S]*?)<\/script>/g)].map(
    ([, type, attributes, text]) => ({
      type,
      attributes: attributes?.trim(),
      text: text ?? "",
    }),
  );

/** What the editor would have of a node set: its scripts run as a browser runs them. */
async function definition(kind: string): Promise<Definition> {
  const registered: [string, Definition][] = [];
  const registerType = (type: string, found: Definition) => registered.push([type, found]);
  const say = await textsOf(kind);
  const _ = (key: string) => say(key.slice(key.indexOf(":") + 1));
  const context = createContext({ RED: { _, nodes: { registerType, filterNodes: () => [] } } });
  for (const { type, text } of scriptsOf(await read(`${kind}.html`)))
    if (type === "text/javascript") runInContext(text, context);
  expect(registered.map(([type]) => type)).toEqual([kind]);
  const [, found] = registered[0]!;
  const defaults = Object.entries(found.defaults).map(([name, property]) => [
    name,
    { ...property, validate: property.validate?.bind({ _: say }) },
  ]);
  return { ...found, defaults: Object.fromEntries(defaults) };
}

/** Finds the English texts of a node set, as Node-RED does. */
async function textsOf(set: string) {
  const texts: unknown = JSON.parse(await read(`locales/en-US/${set}.json`));
  return (key: string, values?: Readonly<Record<string, string>>): string => {
    const found = key
      .split(".")
      .reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], texts);
    return typeof found === "string" ? filled(found, values) : key;
  };
}

describe.each(kinds)("the form of a $kind", (declaration) => {
  const { kind } = declaration;
  const fields = fieldsOf(declaration);

  it("has a control for each setting, with title, help and unit", async () => {
    const html = await read(`${kind}.html`);
    for (const { name } of fields) {
      expect(html).toMatch(new RegExp(`id="(node|plinth)-input-${name}"`));
      expect(html).toContain(`data-i18n="[text]settings.${name}.title"`);
    }
    const texts = JSON.parse(await read(`locales/en-US/${kind}.json`));
    expect(texts.settings).toEqual(
      Object.fromEntries(
        Object.entries(declaration.settings).map(([name, { title, help, columns }]) => [
          name,
          {
            title,
            help,
            ...(columns && {
              columns: Object.fromEntries(columns.map((column) => [column.name, column.title])),
            }),
          },
        ]),
      ),
    );
  });

  it("starts with the factory's settings, and takes them", async () => {
    const { defaults } = await definition(kind);
    expect(Object.keys(defaults)).toEqual(["name", "site", "unit", ...Object.keys(declaration.settings)]);
    for (const [name, { schema }] of Object.entries(declaration.settings)) {
      const { value, label, validate } = defaults[name]!;
      expect(value).toEqual(schema.default);
      expect(validate?.(value, { label: label! })).toBe(true);
    }
  });

  it("bounds its numbers where they are declared, and refuses one step beyond", async () => {
    const html = await read(`${kind}.html`);
    const { defaults } = await definition(kind);
    const numbers = Object.entries(declaration.settings).filter(([, { editor }]) => editor === "number");
    expect(numbers.length).toBeGreaterThan(0);
    for (const [name, { schema, title }] of numbers) {
      expect(html).toContain(`id="node-input-${name}" min="${schema.minimum}" max="${schema.maximum}"`);
      const judge = (value: number) => defaults[name]!.validate!(String(value), { label: title });
      expect([judge(schema.minimum), judge(schema.maximum)]).toEqual([true, true]);
      expect(judge(schema.minimum - 0.01)).toContain(`${title} is`);
      expect(judge(schema.maximum + 0.01)).toContain(`expected ${schema.minimum} to ${schema.maximum}`);
    }
  });

  it("folds away what is advanced, and nothing else", async () => {
    const html = await read(`${kind}.html`);
    const folded = [...html.matchAll(/<details class="plinth-advanced">([\s\S]*?)<\/details>/g)]
      .map(([, inner]) => inner)
      .join();
    for (const { name, advanced } of fields)
      expect([name, folded.includes(`-input-${name}"`)]).toEqual([name, advanced]);
  });

  it("has each setting under the heading that it is declared with, in the order of the headings", async () => {
    const html = await read(`${kind}.html`);
    const groups = [...html.matchAll(/<fieldset class="plinth-group">([\s\S]*?)<\/fieldset>/g)];
    const found = groups.map(([, inner = ""]) => [
      /<legend>.*>(.*)<\/span><\/legend>/.exec(inner)?.[1] ?? "",
      [...inner.matchAll(/plinth-problem-(\w+)" role/g)].map(([, name]) => name).sort(),
    ]);
    const settings = Object.entries(declaration.settings);
    const headings = [...new Set(settings.map(([, { group = "" }]) => group))];
    expect(found).toEqual(
      headings.map((heading) => [
        heading,
        settings
          .filter(([, { group = "" }]) => group === heading)
          .map(([name]) => name)
          .sort(),
      ]),
    );
    const texts = JSON.parse(await read(`locales/en-US/${kind}.json`));
    expect(Object.values(texts.form.groups)).toEqual(headings.filter((heading) => heading !== ""));
  });

  it("helps in the order of Node-RED's style guide, with every setting in it", async () => {
    const scripts = scriptsOf(await read(`${kind}.html`));
    const help = scripts.find(({ attributes }) => attributes === `data-help-name="${kind}"`)?.text ?? "";
    expect(help.trim()).toMatch(/^<p>/);
    const headings = [...help.matchAll(/<h3>(.*)<\/h3>/g)].map(([, heading]) => heading);
    expect(headings).toEqual(["Inputs", "Outputs", "Details", "References"]);
    for (const { name } of fields) expect(help).toContain(`<span class="property-type">${name}</span>`);
  });

  it("is four script elements, whatever the declaration says", async () => {
    const html = await read(`${kind}.html`);
    expect(scriptsOf(html).map(({ type, attributes }) => [type, attributes])).toEqual([
      ["text/javascript", ""],
      ["text/javascript", ""],
      ["text/html", `data-template-name="${kind}"`],
      ["text/html", `data-help-name="${kind}"`],
    ]);
    expect(html.match(/<\/?script/g)).toHaveLength(8);
  });
});

it("writes out text as text", async () => {
  const html = await read("planter.html");
  const [, , template, help] = scriptsOf(html);
  expect(template?.text).toContain("Moisture &lt;at least&gt;");
  expect(template?.text).toContain(
    '<option value="sand &quot;0/2&quot;" data-i18n="[text]words.sand02">sand &quot;0/2&quot;</option>',
  );
  expect(help?.text).toContain("planter &lt;b&gt;&quot;flora&quot;&lt;/b&gt;");
  expect(html).not.toContain("<script>alert");
});

it("gives each kind its own node script", async () => {
  for (const { kind } of kinds) expect(await read(`${kind}.js`)).toContain(`"${kind}"`);
});

describe("a declaration that no form can show", () => {
  const withSetting = (name: string, setting: Setting): Declaration => ({
    ...planter,
    settings: { [name]: setting },
  });
  const words = { title: "T", help: "H." };

  it("is refused for a name that Node-RED uses itself", () => {
    const setting = percent(words, { default: 1 });
    expect(() => fieldsOf(withSetting("wires", setting))).toThrow("planter: a setting cannot be named wires");
    expect(() => fieldsOf(withSetting("hold-time", setting))).toThrow("expected lowerCamelCase");
  });

  it("is refused for a schema word that would not be checked", () => {
    const schema = Type.String({ default: "", format: "date" }) as Setting["schema"];
    expect(() => fieldsOf(withSetting("day", { ...words, editor: "choice", schema }))).toThrow(
      "planter.day: the form does not know the schema word format",
    );
  });
});
