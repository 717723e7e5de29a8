import { readFile } from "node:fs/promises";
import { DocumentError } from "#firmware/document.ts";
import { InputError } from "#sim/world/input-error.ts";
import { exitCodes } from "./exit-codes.ts";
import { UserError } from "./user-error.ts";

/** Reads a file and makes something of it; UserError for what is wrong with it, which is the user's to know. */
export async function inputFile<T>(file: string, parse: (text: string) => T | Promise<T>): Promise<T> {
  try {
    return await parse(await readFile(file, "utf8"));
  } catch (error) {
    if (error instanceof DocumentError || error instanceof InputError)
      throw new UserError(error.message, exitCodes.usage);
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const what = `${file} cannot be read (${code})`;
    throw new UserError(what, exitCodes.usage, "Give the path of an existing file.");
  }
}
