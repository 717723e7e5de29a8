import { readFile } from "node:fs/promises";
import { type FlightRecord, RecordError, unpackRecord } from "#firmware/recorder/file.ts";
import { exitCodes } from "../exit-codes.ts";
import { UserError } from "../user-error.ts";

/** Reads a flight record; UserError for what is wrong with the file. */
export async function readRecord(file: string): Promise<FlightRecord> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      `${file} cannot be read (${code})`,
      exitCodes.usage,
      "Give the path of an existing file.",
    );
  }
  try {
    return await unpackRecord(bytes);
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    throw new UserError(`${file}: ${error.message}`, exitCodes.usage);
  }
}

/** What `work` makes of a record; UserError where the record is of what this version does not know. */
export async function ofRecord<T>(file: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    throw new UserError(`${file}: ${error.message}`, exitCodes.usage);
  }
}
