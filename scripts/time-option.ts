import { durationMs, durationPattern } from "#sim/scenario/times.ts";
import { exitCodes } from "./exit-codes.ts";
import { UserError } from "./user-error.ts";

/** Milliseconds of a time that a flag was given, such as `10 min`. UserError for any other text. */
export function timeOption(flag: string, text: string): number {
  if (new RegExp(durationPattern).test(text)) return durationMs(text);
  throw new UserError(`${flag} is ${text}`, exitCodes.usage, "Give a time such as 500 s, 10 min or 2 h.");
}
