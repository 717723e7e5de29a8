import { exitCodes } from "../exit-codes.ts";
import { UserError } from "../user-error.ts";

/** One thing by its three spellings: files are named `hc-sr501`, exports `hcSr501`, classes `HcSr501`. */
export interface Name {
  readonly id: string;
  readonly camel: string;
  readonly pascal: string;
}

const upperFirst = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

function spelled(id: string): Name {
  const [first, ...rest] = id.split("-");
  const camel = [first!, ...rest.map(upperFirst)].join("");
  return { id, camel, pascal: upperFirst(camel) };
}

const shape = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const lengthMax = 32;

function refuse(what: string, id: string, expected: string): never {
  throw new UserError(`"${id}" is no name of a ${what}`, exitCodes.usage, `Expected ${expected}.`);
}

/** UserError unless `id` can be a part's: its part number in lower case. */
export function chipName(id: string): Name {
  // A digit or a hyphen also keeps it from being a word of the language.
  if (!shape.test(id) || id.length > lengthMax || !/[0-9-]/.test(id))
    refuse(
      "part",
      id,
      `a part number of at most ${lengthMax} lower-case letters, digits and single hyphens, such as veml7700 or hc-sr501`,
    );
  return spelled(id);
}

/** Words that no export can be called, or that the files of a kind already use. */
const taken = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends " +
    "false finally for function if implements import in instanceof interface let new null package private protected " +
    "public return static super switch this throw true try typeof var void while with yield " +
    "bme280 furniture minutes model number site street"
  ).split(" "),
);

/** UserError unless `id` can be a kind's: what people call the furniture. */
export function kindName(id: string): Name {
  if (!shape.test(id) || id.length > lengthMax || taken.has(id))
    refuse(
      "kind",
      id,
      `what people call it, in at most ${lengthMax} lower-case letters, digits and single hyphens, such as streetlight or bus-stop`,
    );
  return spelled(id);
}

/** UserError unless `text` can stand in a string and in a comment of the skeleton. */
export function plainText(flag: string, text: string): string {
  if (/^[^\p{C}"'`\\]{1,70}$/u.test(text) && !text.includes("*/") && text.trim() === text) return text;
  throw new UserError(
    `${flag} is ${JSON.stringify(text)}`,
    exitCodes.usage,
    "Expected 1 to 70 characters on one line, without quotes and backslashes.",
  );
}
