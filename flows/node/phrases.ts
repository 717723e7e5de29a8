/**
 * Refusals in the reader's language. On the wire they are English sentences, and a unit writes its own: so they are
 * known by their wording, and said again by the message catalogue. What is not known stays as it came.
 */
import type { Refusal } from "../../devices/wire.ts";
import type { Text } from "./text.ts";

/** Each way in which problems and expectations are worded; the first that fits is meant. */
export const phrases = {
  missing: "is missing",
  unknown: "is unknown",
  notKnown: "is not known",
  noSetting: "is no setting",
  noArgument: "is no argument",
  concealed: "is not as it should be",
  oneEntry: "has 1 entry",
  entries: "has __count__ entries",
  namesTwice: "names __value__ twice",
  twice: "__value__ twice",
  is: "is __value__",
  eachOnce: "each once",
  value: "a value",
  nothing: "none",
  atLeast: "at least __minimum__",
  atMost: "at most __maximum__",
  steps: "__range__ in steps of __step__",
  wholeFrom: "a whole number from __minimum__",
  wholeUpTo: "a whole number up to __maximum__",
  wholeOf: "a whole number in __unit__",
  whole: "a whole number",
  numberFrom: "a number from __minimum__",
  numberUpTo: "a number up to __maximum__",
  numberOf: "a number in __unit__",
  number: "a number",
  switch: "true or false",
  true: "true",
  false: "false",
  pattern: "text that matches __pattern__",
  text: "text",
  list: "a list of __least__ to __most__ entries",
  object: "an object with __range__",
  range: "__least__ to __maximum__",
  or: "__first__ or __last__",
  and: "__first__ and __last__",
} as const;

/** Gaps that hold a number, and gaps that hold an expectation in turn. */
const numeric: ReadonlySet<string> = new Set(["count", "step", "least"]);
const worded: ReadonlySet<string> = new Set(["range", "first", "last"]);

const patterns = Object.entries(phrases).map(([key, phrase]) => {
  const source = phrase.replace(
    /__(\w+?)__/g,
    (_, gap: string) => `(?<${gap}>${numeric.has(gap) ? "-?[\\d.]+" : ".+"})`,
  );
  return { key, pattern: new RegExp(`^${source}$`, "su") };
});

/** Key of a declared description or choice in the catalogue: `12 hexadecimal digits` is `12HexadecimalDigits`. */
export const wordKey = (text: string): string =>
  text.replace(/[^A-Za-z0-9]+(.)?/g, (_, next: string | undefined) => next?.toUpperCase() ?? "");

/** A problem, an expectation or a choice as the catalogue has it; as it is where the catalogue does not know it. */
export function spoken(english: string, text: Text): string {
  const word = found(text, `words.${wordKey(english)}`);
  if (word !== undefined) return word;
  for (const { key, pattern } of patterns) {
    const fit = pattern.exec(english);
    if (!fit) continue;
    const values = Object.entries(fit.groups ?? {}).map(([gap, value]) => [
      gap,
      worded.has(gap) ? listSpoken(value, text) : value,
    ]);
    return found(text, `phrases.${key}`, Object.fromEntries(values)) ?? english;
  }
  return english;
}

/** Commas divide the choices of a list, but stand within an expectation of one's own, too. */
function listSpoken(english: string, text: Text): string {
  const whole = spoken(english, text);
  return whole === english
    ? english
        .split(", ")
        .map((part) => spoken(part, text))
        .join(", ")
    : whole;
}

export const refusalSpoken = ({ field, problem, expected }: Refusal, text: Text) => ({
  field,
  problem: spoken(problem, text),
  expected: spoken(expected, text),
});

/** Node-RED answers with the key where it has no text. */
function found(text: Text, key: string, values?: Readonly<Record<string, string>>): string | undefined {
  const said = text(key, values);
  return said.endsWith(key) ? undefined : said;
}
