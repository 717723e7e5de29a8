/**
 * Refusals in the reader's language. On the wire they are English sentences, and a unit writes its own: so they are
 * known by their wording, and said again by the message catalogue. What is not known stays as it came.
 */
import type { Refusal } from "../../devices/wire.ts";
import type { Text } from "./text.ts";

/** Each way in which problems and expectations are worded; the first that fits is meant. */
export const phrases = {
  flood: "comes in a flood",
  perSecond: "at most __count__ a second",
  retained: "was retained by the broker",
  sentNow: "a command sent now, not retained",
  afterLast: "more than __count__, the last one taken",
  noTime: "cannot be judged: the unit does not know the time",
  setClock: "a set clock",
  farAhead: "is __count__, more than a day ahead of the unit's clock",
  risingId: "Unix milliseconds, or a smaller number that rises",
  late: "was __count__ s ago",
  future: "the future",
  raisedAlarm: "a raised alarm whose condition is over",
  notRecorded: "could not be recorded",
  notStored: "could not be stored: __value__",
  notRead: "cannot be read: __value__",
  noRecorder: "needs a flight recorder",
  withRecorder: "a unit with one: recorder in unit.yaml",
  tooSoon: "comes too soon after others",
  wait: "a wait of __count__ s",
  otherRecord: "comes while another record is sent",
  itsEnd: "the end of that",
  wholeRecord: "a whole record",
  dataPartition: "a working data partition",
  bytes: "has __count__ bytes",
  noJson: "is not JSON: __value__",
  json: "a JSON object in UTF-8",
  deep: "is nested too deeply",
  levels: "at most __count__ levels",
  moreFaults: "has __count__ more faults",
  notChecked: "cannot be checked",
  oddNames: "no names such as toString and valueOf",
  oneCharacterAtLeast: "at least 1 character",
  charactersAtLeast: "at least __count__ characters",
  charactersAtMost: "at most __count__ characters",
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
  aText: "a text",
  aList: "a list",
  anObject: "an object",
  oneOf: "one of __value__",
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

/**
 * Where a refused value stands, in as few words as fit under a node: the title of its setting, or of its column with
 * the number of its row. `Level 3` for `profile/2/level`; as it came where the catalogue does not know it.
 */
export function fieldSpoken(field: string, text: Text): string {
  const [name = "", index, column] = field.split("/");
  const row = index === undefined ? "" : ` ${Number(index) + 1}`;
  const title =
    column === undefined
      ? found(text, `settings.${name}.title`)
      : (found(text, `settings.${name}.columns.${column}`) ?? found(text, `form.${column}`));
  return title === undefined || row === " NaN" ? field : `${title}${row}`;
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
