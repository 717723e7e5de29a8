import { idPattern } from "../../devices/wire.ts";
import { refusals } from "../node/schema.ts";
import type { EditedNode } from "./editor-api.ts";

/** Has the texts of its node set. */
export type Worded = Pick<EditedNode, "_">;

export interface Options {
  readonly label?: string;
}

/** The editor's answer of a validator: true, or what is wrong. */
export type Verdict = true | string;

const address = { type: "string", pattern: idPattern } as const;

/** Whether a text can name a site or a unit. */
export function nameProblem(node: Worded, value: unknown, { label = "" }: Options): Verdict {
  return refusals(address, value, "").length === 0 || node._("checks.name", { field: label });
}
