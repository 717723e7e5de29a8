import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import type { Command } from "commander";
import type { Clock } from "#devices/ports/clock.ts";
import type { Link } from "#devices/ports/link.ts";
import { type FlightFile, flightFilePattern, idPattern } from "#devices/wire.ts";
import { systemClock, systemWallMs } from "#firmware/ports/clock.ts";
import { mqttLinkPort } from "#firmware/ports/mqtt.ts";
import { RecordError, unpackRecord } from "#firmware/recorder/file.ts";
import { plinthCommand } from "../command.ts";
import { exitCodes, exitCodesHelp } from "../exit-codes.ts";
import { outputFile } from "../output-file.ts";
import { type Asked, Fetch, type Fetched } from "../replay/fetch.ts";
import { shellWord } from "../shell-word.ts";
import { UserError } from "../user-error.ts";

interface Options {
  readonly broker: string;
  readonly username?: string;
  readonly passwordFile?: string;
  readonly ca?: string;
  readonly file?: string;
  readonly keep?: boolean;
  readonly out?: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("fetch-record")
    .description("Fetch a unit's flight record through its broker, for `plinth replay`")
    .argument("<site/unit>", "whose, such as my-street/lamp-01")
    .requiredOption("--broker <url>", "mqtt://host:1883, or mqtts://host:8883 for TLS")
    .option("--username <name>", "who asks: at the broker of deploy/ it is technician")
    .option("--password-file <file>", "a file that has the password alone")
    .option("--ca <file.pem>", "who signed the broker's certificate, where the system does not know")
    .option(
      "--file <record-….flight>",
      "one that is kept on the unit, such as an alarm's; not the record of now",
    )
    .option("--keep", "have the record written down on the unit instead of sent here")
    .option("-o, --out <file>", "where the record goes (default: its name, in this folder)")
    .option("--json", "print what the unit answered as one JSON object")
    .addHelpText(
      "after",
      `
What is sent is the record as it is at that moment, straight from the unit's memory, in pieces of 8 KiB, some 150 KB a
second at most. The answer names the records that are kept on the unit: those of alarms, and those that somebody had kept. A
unit sends three at once, and then one in ten minutes.

Examples:
  plinth fetch-record my-street/lamp-01 --broker mqtts://broker:8883 --username technician --password-file secret
  plinth fetch-record my-street/lamp-01 --broker mqtt://127.0.0.1 --file record-000012-0001.flight
${exitCodesHelp}`,
    )
    .action(run);
}

async function run(address: string, options: Options): Promise<void> {
  const asked = askedOf(address, options);
  if (options.out !== undefined) await outputFile(options.out);
  const clock = systemClock();
  clock.setWall(systemWallMs(), "network");
  let fetch: Fetch | undefined;
  const link = await opened(options, clock, (sentence) => fetch?.giveUp(sentence));
  try {
    fetch = new Fetch(link, clock, asked, progress);
    const found = await fetch.run();
    const out = await written(found, options.out);
    const told = { ...found.flight, ...(out === undefined ? {} : { out }) };
    console.log(options.json ? JSON.stringify(told, undefined, 2) : report(found.flight, out));
  } finally {
    await link.close();
  }
}

function askedOf(address: string, { file, keep, out }: Options): Asked {
  const [site = "", unit = "", ...more] = address.split("/");
  const isName = (name: string) => new RegExp(idPattern).test(name);
  if (!isName(site) || !isName(unit) || more.length > 0)
    throw new UserError(
      `${address} is no unit`,
      exitCodes.usage,
      "Expected its site and name: my-street/lamp-01",
    );
  if (keep && (file !== undefined || out !== undefined))
    throw new UserError("--keep sends nothing here", exitCodes.usage, "Leave --file and --out out.");
  if (file !== undefined && !new RegExp(flightFilePattern).test(file))
    throw new UserError(
      `--file is ${file}`,
      exitCodes.usage,
      "Expected a name such as record-000012-0001.flight",
    );
  const command = keep ? "saveFlightRecord" : "sendFlightRecord";
  return { site, unit, command, ...(file === undefined ? {} : { file }) };
}

async function opened(
  { broker, username, passwordFile, ca }: Options,
  clock: Clock,
  onError: (sentence: string) => void,
): Promise<Link> {
  const settings = {
    ...(username === undefined ? {} : { username }),
    ...(passwordFile === undefined ? {} : { password: (await textOf(passwordFile)).trim() }),
    ...(ca === undefined ? {} : { ca: await textOf(ca) }),
  };
  try {
    const port = mqttLinkPort({ url: broker, clock, onError, ...settings });
    return port.open(`plinth-fetch-${randomBytes(4).toString("hex")}`);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(error.message, exitCodes.usage);
  }
}

const textOf = (file: string): Promise<string> =>
  readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new UserError(
      `${file} cannot be read (${error.code})`,
      exitCodes.usage,
      "Give the path of an existing file.",
    );
  });

/** The file that a record was written to, once it was seen to be whole; undefined where none was sent. */
async function written({ flight, bytes }: Fetched, out = flight.file): Promise<string | undefined> {
  if (!bytes) return undefined;
  // What a unit calls its file decides here where it goes.
  if (!new RegExp(flightFilePattern).test(flight.file))
    throw new UserError(`the record is called ${flight.file}, which no unit calls one`, exitCodes.failed);
  await unpackRecord(bytes).catch((error) => {
    if (error instanceof RecordError) throw new UserError(error.message, exitCodes.failed);
    throw error;
  });
  await writeFile(out, bytes);
  return out;
}

function report({ file, bytes, from, until, lostEvents, kept }: FlightFile, out: string | undefined): string {
  const instant = (unixMs: number | null) => (unixMs === null ? "?" : new Date(unixMs).toISOString());
  const gap =
    lostEvents === 0 ? "" : `, and the beginning of that life; ${lostEvents} events between are lost`;
  return [
    `${out ?? `${file}, on the unit`}: ${bytes} bytes, ${instant(from)} to ${instant(until)}${gap}`,
    `kept on the unit: ${kept.length === 0 ? "none" : kept.join(", ")}`,
    ...(out === undefined ? [] : [`${plinthCommand()} replay ${shellWord(out)}`]),
  ].join("\n");
}

function progress(share: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${Math.floor(100 * share)} %\r`);
}
