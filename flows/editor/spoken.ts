import type { Refusal } from "../../devices/wire.ts";
import { refusalSpoken, spoken } from "../node/phrases.ts";
import type { Text } from "../node/text.ts";
import type { Worded } from "./names.ts";

/** Refusals, expectations and choices in the language of the reader's browser. */

const texts =
  (node: Worded): Text =>
  (key, values) =>
    node._(key, values);

export const spokenBy = (node: Worded, english: string): string => spoken(english, texts(node));

/** What is expected instead; undefined when nothing is refused. */
export const expectedWords = (node: Worded, refusal: Refusal | undefined): string | undefined =>
  refusal && spokenBy(node, refusal.expected);

/** A refusal in a sentence. @param field what the reader knows the value by */
export const refusedWords = (node: Worded, field: string | undefined, refusal: Refusal): string =>
  node._("checks.refused", { ...refusalSpoken(refusal, texts(node)), field: field ?? "" });
