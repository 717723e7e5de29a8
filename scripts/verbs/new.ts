import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Connection } from "#devices/part.ts";
import { exitCodes, exitCodesHelp } from "../exit-codes.ts";
import { chipSkeletons } from "../new/chip.ts";
import { kindSkeletons, withLine } from "../new/kind.ts";
import { chipName, kindName, plainText } from "../new/names.ts";
import { mustBeThere, type Skeleton, writeAll } from "../new/written.ts";
import { root } from "../root.ts";
import { UserError } from "../user-error.ts";

interface ChipOptions {
  readonly bus: Connection["kind"];
  readonly address?: readonly number[];
  readonly maker: string;
  readonly datasheet?: string;
  readonly title: string;
  readonly into: string;
  readonly json?: boolean;
}

interface KindOptions {
  readonly title?: string;
  readonly summary: string;
  readonly into: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  const verb = program
    .command("new")
    .description("Write the skeleton of a part or of a kind of furniture, which says what is missing")
    .addHelpText(
      "after",
      `
Examples:
  plinth new chip sht45 --address 0x44 --maker Sensirion --title "humidity sensor"
  plinth new kind bus-stop
${exitCodesHelp}`,
    );
  registerChip(verb);
  registerKind(verb);
}

function registerChip(verb: Command): void {
  verb
    .command("chip")
    .description("Write a part: its driver, its test and its twin")
    .argument("<part>", "its part number in lower case, the name of its files: sht45")
    .addOption(new Option("--bus <bus>", "how it connects").choices(["i2c", "serial", "gpio"]).default("i2c"))
    .option("--address <address>", "of a part on I2C, the factory's first: 0x44 or 0x44,0x45", addresses)
    .option("--maker <name>", "who makes it", "various")
    .option("--datasheet <number>", "document number of the datasheet (default: <part> datasheet)")
    .option("--title <words>", "what it is, in a few words", "part")
    .addOption(into())
    .option("--json", "print the paths as JSON")
    .addHelpText(
      "after",
      `
Writes three files, and touches nothing else:
  devices/chips/<part>.ts       the driver, in the datasheet's words
  devices/chips/<part>.test.ts  what it is held to: rows of the datasheet
  sim/chips/<part>.ts           the twin, written from the datasheet once more
They type-check and lint. The test fails, and says what is to be looked up; the sweep (test/sweep) takes the part in,
and wants its two counts raised when it passes.

Example:
  plinth new chip sht45 --address 0x44 --maker Sensirion --title "humidity sensor"
${exitCodesHelp}`,
    )
    .action(newChip);
}

function registerKind(verb: Command): void {
  verb
    .command("kind")
    .description("Write a kind of furniture: its declaration, its test and its model in the street")
    .argument("<name>", "what people call it: bus-stop")
    .option("--title <words>", "as people read it (default: from the name)")
    .option("--summary <sentence>", "what it does", "Says here in a sentence what it does for a street.")
    .addOption(into())
    .option("--json", "print the paths as JSON")
    .addHelpText(
      "after",
      `
Writes three files and one line, and touches nothing else:
  devices/furniture/<name>.ts       the declaration, from which all else is derived
  devices/furniture/<name>.test.ts  what it is held to
  sim/kinds/<name>/model.ts         what is around one in the simulated street
  devices/furniture/index.ts        one line: the catalogue
They type-check and lint, and the kind can be built, configured and simulated at once. The test fails, and says what
makes a kind worth having; test/node-red says what the package of nodes then lacks.

Example:
  plinth new kind bus-stop --title "Bus stop" --summary "Tells who waits how long."
${exitCodesHelp}`,
    )
    .action(newKind);
}

const into = () => new Option("--into <folder>", "instead of this checkout").default(root, "this checkout");

function addresses(text: string): readonly number[] {
  const found = text.split(",").map((word) => (/^0x[0-9a-f]{2}$/i.test(word) ? Number(word) : Number.NaN));
  if (found.every((address) => address >= 0x08 && address <= 0x77) && new Set(found).size === found.length)
    return found;
  throw new InvalidArgumentError(
    "Expected different addresses from 0x08 to 0x77, such as 0x44 or 0x44,0x45.",
  );
}

function newChip(id: string, options: ChipOptions): void {
  const name = chipName(id);
  const { bus, address } = options;
  if (bus === "i2c" && !address)
    throw new UserError("a part on I2C has an address", exitCodes.usage, "Give it: --address 0x44");
  if (bus !== "i2c" && address)
    throw new UserError(`a part on ${bus} has no I2C address`, exitCodes.usage, "Leave --address out.");
  const folder = resolve(options.into);
  mustBeThere(folder, ["devices/chips", "sim/chips"]);
  const skeletons = chipSkeletons(bus, {
    name,
    title: plainText("--title", options.title),
    maker: plainText("--maker", options.maker),
    datasheet: plainText("--datasheet", options.datasheet ?? `${id} datasheet`),
    addresses: address ?? [],
  });
  writeAll(folder, skeletons);
  tell(skeletons, [], `devices/chips/${id}.test.ts`, options.json);
}

function newKind(id: string, options: KindOptions): void {
  const name = kindName(id);
  const folder = resolve(options.into);
  const catalogue = "devices/furniture/index.ts";
  mustBeThere(folder, [catalogue, "sim/kinds"]);
  const words = id.replaceAll("-", " ");
  const skeletons = kindSkeletons({
    name,
    title: plainText("--title", options.title ?? words.charAt(0).toUpperCase() + words.slice(1)),
    summary: plainText("--summary", options.summary),
  });
  const text = withLine(readFileSync(join(folder, catalogue), "utf8"), name);
  writeAll(folder, skeletons, [{ path: catalogue, text }]);
  tell(skeletons, [catalogue], `devices/furniture/${id}.test.ts`, options.json);
}

function tell(skeletons: readonly Skeleton[], changed: readonly string[], test: string, json = false): void {
  const written = skeletons.map(({ path }) => path);
  if (json) {
    console.log(JSON.stringify({ written, changed }, undefined, 2));
    return;
  }
  for (const path of written) console.log(`written  ${path}`);
  for (const path of changed) console.log(`changed  ${path}`);
  console.log(`Next: npx vitest run ${test} says what is missing.`);
}
