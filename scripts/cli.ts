import { Command, CommanderError } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { exitCodes, exitCodesHelp } from "./exit-codes.ts";
import { UserError } from "./user-error.ts";
import * as bench from "./verbs/bench.ts";
import * as build from "./verbs/build.ts";
import * as check from "./verbs/check.ts";
import * as diffWorlds from "./verbs/diff-worlds.ts";
import * as docs from "./verbs/docs.ts";
import * as fetchRecord from "./verbs/fetch-record.ts";
import * as flow from "./verbs/flow.ts";
import * as hil from "./verbs/hil.ts";
import * as newSkeleton from "./verbs/new.ts";
import * as pictures from "./verbs/pictures.ts";
import * as recordToScenario from "./verbs/record-to-scenario.ts";
import * as replay from "./verbs/replay.ts";
import * as run from "./verbs/run.ts";
import * as start from "./verbs/start.ts";
import * as test from "./verbs/test.ts";
import * as verify from "./verbs/verify.ts";

/** One verb per file in scripts/verbs, in the order of the help. */
const verbs = [
  start,
  hil,
  run,
  diffWorlds,
  fetchRecord,
  replay,
  recordToScenario,
  check,
  flow,
  newSkeleton,
  build,
  docs,
  verify,
  test,
  bench,
  pictures,
];

/** @returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const program = new Command("plinth")
    .description("Firmware for smart street furniture: build it, simulate it, prove it")
    .version(packageJson.version)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`${text.trim().replaceAll("\n", " ")}\n`) })
    .addHelpText("after", exitCodesHelp);
  for (const verb of verbs) verb.register(program);
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    if (!(error instanceof UserError)) throw error;
    if (error.message !== "") console.error(`error: ${error.message}`);
    if (error.hint !== undefined) console.error(error.hint);
    return error.exitCode;
  }
}
