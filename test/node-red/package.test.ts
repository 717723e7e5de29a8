import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as catalogue from "#devices/furniture/index.ts";
import { fieldsOf, formValues, settingsRefusals } from "#flows/node/declaration.ts";
import packageJson from "#flows/package.json" with { type: "json" };
import { languages } from "#scripts/bundle/locales.ts";
import { type BuiltPackage, builtPackage, flowsFolder } from "./package.ts";

const kinds = Object.values(catalogue);
/** Node sets by file, with the type that each registers. */
const types: Readonly<Record<string, string>> = {
  ...Object.fromEntries(kinds.map(({ kind }) => [kind, kind])),
  site: "plinth-site",
  in: "furniture in",
  command: "furniture command",
};
const sets = Object.keys(types);
/** Each kind has one of its own; the other nodes share one. */
const icons = ["bench.svg", "curb.svg", "floor.svg", "plinth.svg", "streetlight.svg"];

/**
 * The rules of Node-RED's package scorecard that need no network, by their ids in node-red/node-red-dev-cli,
 * docs/. Left out: P02 is switched off there; P08 and D03 ask the npm registry.
 */
describe("Node-RED scorecard", () => {
  it("P01: names a licence", () => {
    expect(packageJson.license).toBe("Apache-2.0");
  });

  it("P03: links its source and its issues, on a public host", () => {
    expect(packageJson.repository.url).toMatch(/^git\+https:\/\/github\.com\//);
    expect(packageJson.bugs.url).toMatch(/^https:\/\/github\.com\//);
  });

  it("P04: is scoped", () => {
    expect(packageJson.name).toMatch(/^@[a-z0-9-]+\/[a-z0-9-]+$/);
  });

  it("P05: has the keyword that lists it in the palette", () => {
    expect(packageJson.keywords).toContain("node-red");
  });

  it("P06: names the Node-RED that it needs, which admits 4.x and 5", () => {
    expect(packageJson["node-red"].version).toBe(">=4.0.0");
  });

  it("P07: runs on the lowest Node of the latest Node-RED, 22.9, and on ours", () => {
    expect(packageJson.engines.node).toBe(">=20");
  });

  it("D01, D02: needs no other package, so none of the bad ones", () => {
    expect(packageJson).not.toHaveProperty("dependencies");
    expect(packageJson).not.toHaveProperty("peerDependencies");
  });
});

describe("the package", () => {
  let built: BuiltPackage;
  beforeAll(async () => {
    built = await builtPackage();
  });
  afterAll(async () => {
    await built.remove();
  });

  it("has a node for each kind of the catalogue, the three that serve all kinds, and no other", () => {
    const expected = Object.fromEntries(sets.map((set) => [set, `dist/${set}.js`]));
    expect(packageJson["node-red"].nodes).toEqual(expected);
    expect(kinds.length).toBeGreaterThan(0);
  });

  it("ships what package.json names, and the form and texts beside it", async () => {
    for (const set of sets)
      expect(built.files).toEqual(
        expect.arrayContaining([`${set}.js`, `${set}.html`, `locales/en-US/${set}.json`]),
      );
    expect(await readdir(join(built.folder, "dist/icons"))).toEqual(icons);
    expect(packageJson.files).toEqual(["dist", "examples"]);
  });

  it("asks at run time for nothing but Node's own crypto", async () => {
    for (const set of sets) {
      const script = await readFile(join(built.folder, `dist/${set}.js`), "utf8");
      const required = [...script.matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name);
      expect(required.filter((name) => name !== "node:crypto")).toEqual([]);
    }
  });

  it("packs what a palette needs, and no source", async () => {
    const { stdout } = await promisify(execFile)("npm", ["pack", "--dry-run", "--json"], {
      cwd: built.folder,
    });
    const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
    const packed = files.map(({ path }) => path).sort();
    const examples = (await readdir(join(flowsFolder, "examples"))).map((name) => `examples/${name}`);
    expect(packed).toEqual(
      [
        ...[
          "LICENSE",
          "README.md",
          "package.json",
          "dist/package.json",
          ...icons.map((icon) => `dist/icons/${icon}`),
        ],
        ...sets.flatMap((set) => [`dist/${set}.js`, `dist/${set}.html`, `dist/locales/en-US/${set}.json`]),
        ...languages.flatMap((language) =>
          sets.flatMap((set) => ["json", "html"].map((end) => `dist/locales/${language}/${set}.${end}`)),
        ),
        ...examples,
      ].sort(),
    );
  });

  it.each(sets)("has a form, help and an icon for %s, as the editor looks for them", async (set) => {
    const html = await readFile(join(built.folder, `dist/${set}.html`), "utf8");
    const type = types[set];
    expect(html).toContain(`<script type="text/html" data-template-name="${type}">`);
    const help = html.split(`<script type="text/html" data-help-name="${type}">`)[1] ?? "";
    // Its first paragraph is the palette's tooltip.
    expect(help.trim()).toMatch(/^<p>[A-Z]/);
    const shown = [...html.matchAll(/icon: "([^"]+)"/g)].map(([, icon]) => icon);
    const own = kinds.some(({ kind }) => kind === set) ? `${set}.svg` : "plinth.svg";
    expect(shown).toEqual(type === "plinth-site" ? [] : [own]);
  });

  it.each(sets)("has a text for each place of %s that asks for one", async (set) => {
    const html = await readFile(join(built.folder, `dist/${set}.html`), "utf8");
    const texts = JSON.parse(await readFile(join(built.folder, `dist/locales/en-US/${set}.json`), "utf8"));
    const asked = [
      ...[...html.matchAll(/data-i18n="([^":]+)"/g)]
        .flatMap(([, places]) => places!.split(";"))
        .map((place) => place.replace(/^\[[\w-]+\]/, "")),
      ...[
        ...html.matchAll(
          /_\("(?:@plinth\/node-red\/\w+:)?((?:form|port|palette|checks|settings)\.[\w.]+)"[,)]/g,
        ),
      ].map(([, key]) => key!),
    ];
    const textAt = (key: string) => key.split(".").reduce((inner, name) => inner?.[name], texts);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((key) => typeof textAt(key) !== "string")).toEqual([]);
  });

  it("N01: registers each type once, under the name of its file", async () => {
    for (const set of sets) {
      const html = await readFile(join(built.folder, `dist/${set}.html`), "utf8");
      const registered = [...html.matchAll(/registerType\("([^"]+)", \{$/gm)].map(([, type]) => type);
      expect(registered).toEqual([types[set]]);
    }
  });
});

describe("the examples", () => {
  interface Example {
    readonly name: string;
    readonly nodes: readonly Record<string, unknown>[];
  }
  let examples: Example[];
  beforeAll(async () => {
    const folder = join(flowsFolder, "examples");
    const names = await readdir(folder);
    examples = await Promise.all(
      names.map(async (name) => ({ name, nodes: JSON.parse(await readFile(join(folder, name), "utf8")) })),
    );
  });

  it("N02: use every node of the package", () => {
    const used = new Set(examples.flatMap(({ nodes }) => nodes.map(({ type }) => type)));
    expect(Object.values(types).filter((type) => !used.has(type))).toEqual([]);
  });

  it("use nobody else's nodes, explain themselves, and are named as a person would", () => {
    const core = [
      ...["tab", "comment", "inject", "debug", "catch", "function", "mqtt-broker"],
      ...["http in", "http response"],
    ];
    for (const { name, nodes } of examples) {
      const known = [...core, ...Object.values(types)];
      expect(nodes.map(({ type }) => type).filter((type) => !known.includes(type as string))).toEqual([]);
      expect(
        nodes.some(({ type, info }) => type === "comment" && info),
        name,
      ).toBe(true);
      expect(name).toMatch(/^[A-Z][A-Za-z ]+\.json$/);
    }
  });

  it("carry settings that a unit would take, and all of them", () => {
    for (const { nodes } of examples)
      for (const declaration of kinds) {
        const fields = fieldsOf(declaration);
        for (const node of nodes.filter(({ type }) => type === declaration.kind)) {
          expect(settingsRefusals(fields, formValues(fields, node))).toEqual([]);
          expect(Object.keys(node)).toEqual(expect.arrayContaining(Object.keys(declaration.settings)));
        }
      }
  });

  it("name no broker outside", () => {
    const brokers = examples.flatMap(({ nodes }) => nodes.filter(({ type }) => type === "mqtt-broker"));
    expect(brokers.map(({ broker }) => broker)).toEqual(examples.map(() => "127.0.0.1"));
  });
});
