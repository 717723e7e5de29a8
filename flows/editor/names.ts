import { idPattern } from "../../devices/wire.ts";
import { refusals } from "../node/schema.ts";

export interface Options {
  readonly label?: string;
}

/** The editor's answer of a validator: true, or what is wrong. */
export type Verdict = true | string;

const address = { type: "string", pattern: idPattern } as const;
export const addressWords = "lower-case letters, digits and hyphens, at most 32";

/** Whether a text can name a site or a unit. */
export function nameProblem(value: unknown, { label }: Options): Verdict {
  return refusals(address, value, "").length === 0 || `${label}: ${addressWords}`;
}
