import type { Field } from "../node/declaration.ts";
import { phrases, wordKey } from "../node/phrases.ts";
import type { Schema } from "../node/schema.ts";
import type { Kind } from "../node/vocabulary.ts";

/** English texts that every node set has, beside its own. */
export const everywhere = {
  checks: {
    refused: "__field__ __problem__, expected __expected__",
    name: "__field__: lower-case letters, digits and hyphens, at most 32",
    address: "lower-case letters, digits and hyphens, at most 32",
    taken: "__field__: another node configures __unit__",
  },
  phrases,
} as const;

/** What the palette calls a node, and the place where it finds it. */
export const paletteTexts = (label: string) => ({
  palette: { node: label, label: { street_furniture: "street furniture" } },
});

/** Descriptions and choices of settings, each under a key made of it. */
export const fieldWords = (fields: readonly Field[]): Readonly<Record<string, string>> =>
  keyed(
    fields.flatMap(({ schema, columns = [] }) => [
      ...wordsOf(schema),
      ...columns.flatMap((column) => (column.kind === "choice" ? column.options.filter(isWord) : [])),
    ]),
  );

/** Notes, descriptions and choices of all commands' arguments. An alarm's name is chosen as it is on the wire. */
export function argumentWords(kinds: readonly Kind[]): Readonly<Record<string, string>> {
  const alarms = new Set(
    kinds.flatMap(({ orders }) =>
      orders.flatMap(({ args }) =>
        args.filter(({ name }) => name === "alarm").flatMap(({ schema }) => wordsOf(schema)),
      ),
    ),
  );
  const texts = kinds
    .flatMap(({ orders }) => orders.flatMap(({ args }) => args))
    .flatMap(({ note, schema }) => [...(note === "" ? [] : [note]), ...wordsOf(schema)]);
  return keyed(texts.filter((text) => !alarms.has(text)));
}

function wordsOf({ description, anyOf = [], items, properties = {}, ...rest }: Schema): readonly string[] {
  return [
    ...(description === undefined ? [] : [description]),
    ...("const" in rest && typeof rest.const === "string" && isWord(rest.const) ? [rest.const] : []),
    ...[...anyOf, ...(items ? [items] : []), ...Object.values(properties)].flatMap(wordsOf),
  ];
}

/** Not a code such as `EUR` or `M4`. */
export const isWord = (choice: string): boolean => /^[a-z]/.test(choice);

function keyed(texts: readonly string[]): Record<string, string> {
  const words: Record<string, string> = {};
  for (const text of texts) {
    const key = wordKey(text);
    if (words[key] !== undefined && words[key] !== text)
      throw new Error(`"${text}" and "${words[key]}" have one key, ${key}: word one of them otherwise`);
    words[key] = text;
  }
  return words;
}
