import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as catalogue from "#devices/furniture/index.ts";
import { buildFlows, readTranslations } from "./flows.ts";
import { languages, Translation } from "./locales.ts";

let outDir: string;
let translations: readonly Translation[];
beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), "plinth-locales-"));
  translations = await readTranslations();
  await buildFlows({ kinds: Object.values(catalogue), outDir, translations });
});
afterAll(async () => {
  await rm(outDir, { recursive: true, force: true });
});

const sets = [...Object.keys(catalogue), "site", "in", "command"];
const read = (name: string) => readFile(join(outDir, "locales", name), "utf8");

/** Keys of all texts below a catalogue: `form.days.mon`. */
const keysOf = (texts: object, path = ""): string[] =>
  Object.entries(texts).flatMap(([key, inner]) =>
    typeof inner === "string" ? [`${path}${key}`] : keysOf(inner, `${path}${key}.`),
  );

/** What a translation may not change: gaps, markup, code, numbers with their units, names of standards. */
function fixed(text: string): Record<string, readonly string[]> {
  const all = (pattern: RegExp, of = text) => [...of.matchAll(pattern)].map(([found]) => found).sort();
  return {
    gaps: all(/__\w+?__/g),
    code: all(/<code>.*?<\/code>/g),
    tags: all(/<\/?[a-z]+[^>]*>/g),
    numbers: all(/\d+([.:,]\d+)*/g, text.replace(/__\w+?__/g, "")),
    units: all(/(?<=\d )(°C|mm|m|s|kWh)\b/g),
    names: [
      ...new Set(all(/MQTT|Node-RED|TLS|CDS|EN 13201-2|ISO 4217|ADA|UTCI|UUID|msg\.\w+|curb_\w+|sunset\+/g)),
    ],
    numbered: all(/#/g),
  };
}

/** English texts that are said so in the other language, too. */
const alike: Readonly<Record<(typeof languages)[number], readonly string[]>> = {
  // Words that Italian took from English, Saturday's first letters, and the type of JSON.
  it: ["Broker", "File", "Modem", "modem", "Sa", "array"],
  "zh-CN": [],
};

/** Texts that are translated by themselves: nobody has translated them. */
const untranslated = (pairs: Translation["pairs"], others: readonly string[]) =>
  pairs
    .filter(({ english, foreign }) => english.toLowerCase() === foreign.toLowerCase())
    .map(({ english }) => english)
    .filter((english) => !others.includes(english));

describe.each(languages)("the texts in %s", (language) => {
  const own = () => translations.find((translation) => translation.language === language)!;

  it("are all there, and none is left over", () => {
    expect(own().complaints).toEqual([]);
  });

  it.each(sets)("stand under the keys of the English ones for %s", async (set) => {
    const [english, foreign] = await Promise.all(
      ["en-US", language].map(async (name) => JSON.parse(await read(`${name}/${set}.json`)) as object),
    );
    expect(keysOf(foreign!)).toEqual(keysOf(english!));
    expect(keysOf(english!).length).toBeGreaterThan(10);
  });

  it.each(sets)("have a help for %s, of the shape of the English one", async (set) => {
    const page = await readFile(join(outDir, `${set}.html`), "utf8");
    const english = page.slice(page.indexOf('<script type="text/html" data-help-name='));
    const foreign = await read(`${language}/${set}.html`);
    const shape = (html: string) =>
      [...html.matchAll(/<(script|\/?(?:h3|h4|dl|dt|dd|ul|li|p))\b[^>]*>/g)].map(([tag]) => tag);
    expect(shape(foreign)).toEqual(shape(english));
    expect(foreign).not.toContain("__");
  });

  it("are not the English ones, but for words that both languages have", () => {
    const { pairs } = own();
    expect(untranslated(pairs, alike[language])).toEqual([]);
    const same = untranslated(pairs, []);
    expect(alike[language].filter((english) => !same.includes(english))).toEqual([]);
  });

  it("keep gaps, markup, code, numbers, units and names of standards", () => {
    const pairs = own().pairs;
    expect(pairs.length).toBeGreaterThan(500);
    const changed = pairs.filter(
      ({ english, foreign }) => JSON.stringify(fixed(english)) !== JSON.stringify(fixed(foreign)),
    );
    expect(changed).toEqual([]);
  });
});

it("is noticed when a text is translated by itself", () => {
  const pairs = [
    { english: "Hold time", foreign: "hold time" },
    { english: "Broker", foreign: "Broker" },
    { english: "Level", foreign: "Livello" },
  ];
  expect(untranslated(pairs, alike.it)).toEqual(["Hold time"]);
});

describe("a translation", () => {
  const texts = new Map([
    ["nodes", { Level: "Livello", unsaid: "non detto" }],
    ["lamp", { Level: "Flusso" }],
  ]);

  it("prefers what its kind calls a thing", () => {
    const translation = new Translation("it", texts);
    expect([translation.say("lamp")("Level"), translation.say("")("Level")]).toEqual(["Flusso", "Livello"]);
  });

  it("names what it lacks and what nothing says, with the file", () => {
    const translation = new Translation("it", texts);
    translation.say("lamp")("Hold time");
    translation.say("")("Level");
    expect(translation.complaints).toEqual([
      'it/lamp.json: no translation of "Hold time"',
      'it/nodes.json: nothing says "unsaid" any more',
      'it/lamp.json: nothing says "Level" any more',
    ]);
  });
});
