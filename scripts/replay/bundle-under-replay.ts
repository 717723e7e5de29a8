import { createRequire } from "node:module";
import { resolve } from "node:path";
import { type Bundled, taken } from "#firmware/bundled.ts";
import { exitCodes } from "../exit-codes.ts";
import { UserError } from "../user-error.ts";

/** Loads a bundle as a board would, and gets the unit in it instead of a running one. */
export function loadBundle(file: string): Bundled {
  const require = createRequire(import.meta.url);
  let bundled: Bundled | undefined;
  try {
    bundled = taken(() => require(resolve(file)));
  } catch (error) {
    throw new UserError(
      `${file} cannot be loaded: ${(error as Error).message.split("\n")[0]}`,
      exitCodes.usage,
      "Give the <kind>.js that `plinth build` wrote for this machine, with the files beside it.",
    );
  }
  if (bundled) return bundled;
  throw new UserError(
    `${file} is no bundle of a unit that can be replayed`,
    exitCodes.usage,
    "Build it anew: plinth build <kind>",
  );
}
