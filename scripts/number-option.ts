import { exitCodes } from "./exit-codes.ts";
import { UserError } from "./user-error.ts";

/** A number that a flag was given, a whole one unless `fractions`. UserError for any other text. */
export function numberOption(
  flag: string,
  text: string,
  min: number,
  max: number,
  fractions = false,
): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value >= min && value <= max && (fractions || Number.isInteger(value))) return value;
  const what = fractions ? "a number" : "a whole number";
  throw new UserError(`${flag} is ${text}`, exitCodes.usage, `Expected ${what} from ${min} to ${max}.`);
}
