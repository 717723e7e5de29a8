import { mkdir } from "node:fs/promises";
import { exitCodes } from "./exit-codes.ts";
import { UserError } from "./user-error.ts";

/** Codes of what is wrong with a path that somebody gave; anything else is the disk's or the machine's. */
const wrongPath = ["EEXIST", "ENOTDIR", "ENOENT", "ENAMETOOLONG", "EINVAL"];

/** Makes a folder to write to, and those above it. UserError when it cannot be: a file is there, a disk is read-only. */
export async function outputFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    const isWrong = wrongPath.includes(error.code ?? "");
    throw new UserError(
      `${folder} is not a folder to write to (${error.code})`,
      isWrong ? exitCodes.usage : exitCodes.environment,
      isWrong ? "Give a folder, or a path where nothing is yet." : "Give a folder that may be written to.",
    );
  });
}
