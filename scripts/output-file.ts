import { open } from "node:fs/promises";
import { dirname } from "node:path";
import { exitCodes } from "./exit-codes.ts";
import { outputFolder } from "./output-folder.ts";
import { UserError } from "./user-error.ts";

/** Makes sure, before the work begins, that its result can be written to a file: the folders above it are made. */
export async function outputFile(file: string): Promise<void> {
  await outputFolder(dirname(file));
  const opened = await open(file, "a").catch((error: NodeJS.ErrnoException) => {
    const isFolder = error.code === "EISDIR";
    throw new UserError(
      `${file} is not a file to write to (${error.code})`,
      isFolder ? exitCodes.usage : exitCodes.environment,
      isFolder ? "Give the name of a file." : "Give a file that may be written.",
    );
  });
  await opened.close();
}
