/** Other languages of the Node-RED package: pairs of an English text and its translation, and what they lack. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { filled, type Say } from "#flows/form/say.ts";

/** As Node-RED calls them. */
export const languages = ["it", "zh-CN"] as const;

/** Which of two readings of a text is meant: the kind it belongs to; empty for all kinds. */
export type Context = string;

/** One language: says English texts in it, and remembers which it could not say and which it never had to. */
export class Translation {
  readonly #pairs: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** In which contexts a text was asked for. */
  readonly #missing = new Map<string, Set<Context>>();
  readonly #used = new Set<string>();
  readonly language: string;

  /** @param pairs by file, without its ending */
  constructor(language: string, pairs: ReadonlyMap<string, Readonly<Record<string, string>>>) {
    this.language = language;
    this.#pairs = pairs;
  }

  /** @param folder of `<language>/<file>.json`. Rejects when a file cannot be read. */
  static async read(folder: string, language: string): Promise<Translation> {
    const names = (await readdir(join(folder, language))).filter((name) => name.endsWith(".json")).sort();
    const files = names.map(async (name) => {
      const text = await readFile(join(folder, language, name), "utf8");
      return [name.replace(/\.json$/, ""), JSON.parse(text) as Record<string, string>] as const;
    });
    return new Translation(language, new Map(await Promise.all(files)));
  }

  /** A kind's own file comes before those of all nodes. */
  say(context: Context): Say {
    return (english, values) => {
      if (english === "" || isCode(english)) return filled(english, values);
      for (const file of [context, ...shared]) {
        const found = this.#pairs.get(file)?.[english];
        if (found === undefined) continue;
        this.#used.add(`${file}\n${english}`);
        return filled(found, values);
      }
      this.#missing.set(english, (this.#missing.get(english) ?? new Set()).add(context));
      return filled(english, values);
    };
  }

  /** Every pair, of all files. */
  get pairs(): readonly { readonly english: string; readonly foreign: string }[] {
    return [...this.#pairs.values()].flatMap((pairs) =>
      Object.entries(pairs).map(([english, foreign]) => ({ english, foreign })),
    );
  }

  /** What is wrong with the pairs, each with its file and text. */
  get complaints(): readonly string[] {
    const missing = [...this.#missing].map(
      ([english, contexts]) => `${this.language}/${fileFor(contexts)}.json: no translation of "${english}"`,
    );
    const unused = [...this.#pairs].flatMap(([file, pairs]) =>
      Object.keys(pairs)
        .filter((english) => !this.#used.has(`${file}\n${english}`))
        .map((english) => `${this.language}/${file}.json: nothing says "${english}" any more`),
    );
    return [...missing, ...unused];
  }
}

/** Files whose texts belong to no one kind. */
const shared = ["nodes", "refusals", "help"] as const;

/** Where a new pair belongs: with the one kind that says it, else with all nodes. */
const fileFor = ([first = "", ...others]: Iterable<Context>) =>
  first === "" || others.length > 0 ? "nodes" : first;

/** Names on the wire, examples of them, and nothing but gaps: the same in every language. */
const isCode = (text: string) => !/\p{L}/u.test(text.replace(/__\w+?__/g, "")) || codes.test(text);
const codes = /^(via-roma|lamp-\d(, lamp-\d)*|22:30, sunset\+00:30)$/;

/** The texts of a catalogue, those below `kinds.<kind>` in that kind's context. */
export function translated<T>(texts: T, translation: Translation, context: Context): T {
  if (typeof texts === "string") return translation.say(context)(texts) as T;
  const entries = Object.entries(texts as Record<string, unknown>).map(([key, inner]) => {
    if (key !== "kinds") return [key, translated(inner, translation, context)];
    const kinds = Object.entries(inner as Record<string, unknown>);
    return [key, Object.fromEntries(kinds.map(([kind, own]) => [kind, translated(own, translation, kind)]))];
  });
  return Object.fromEntries(entries) as T;
}
