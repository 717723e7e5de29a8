import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import * as Type from "@sinclair/typebox";
import type { Command } from "commander";
import { type ChainedEvent, type ChainFlaw, chainFlaws } from "#devices/chain.ts";
import { check } from "#firmware/check.ts";
import { sha256 } from "#firmware/unit/chains.ts";
import { exitCodes, exitCodesHelp } from "../exit-codes.ts";
import { UserError } from "../user-error.ts";

/** Of a record as a unit sends it, what a chain is made of; everything else may be there too. */
const record = Type.Object({
  device: Type.String({ minLength: 1 }),
  body: Type.Object({
    type: Type.Literal("event"),
    name: Type.String({ minLength: 1 }),
    fields: Type.Object({}, { additionalProperties: true }),
    chain: Type.Object({
      number: Type.Integer({ minimum: 1 }),
      previous: Type.String({ pattern: "^[0-9a-f]{64}$", description: "64 hexadecimal digits" }),
      hash: Type.String({ pattern: "^[0-9a-f]{64}$", description: "64 hexadecimal digits" }),
    }),
  }),
});

/** What became of one chain: the records of one name of one unit. */
export interface Verdict {
  readonly device: string;
  readonly name: string;
  readonly records: number;
  readonly last: number;
  readonly flaws: readonly ChainFlaw[];
}

export function register(program: Command): void {
  program
    .command("verify")
    .description("Look over chained records, such as charging sessions, for missing and altered ones")
    .argument("<records.jsonl>", "records as units send them, one JSON object a line; others are passed over")
    .option("--json", "print the verdicts as JSON")
    .addHelpText(
      "after",
      `
Each record names the hash of the one before it: whoever keeps the last one can tell whether any was left out or
changed. Copies are no flaw. Exit code 1 when there is a flaw.

What a broker passes on is kept by, say, mosquitto_sub -t 'plinth/+/+/record/meter' > records.jsonl.

Example:
  plinth verify records.jsonl
${exitCodesHelp}`,
    )
    .action(verify);
}

async function verify(file: string, { json = false }: { readonly json?: boolean }): Promise<void> {
  const verdicts = verdictsOf(await readRecords(file));
  if (json) console.log(JSON.stringify(verdicts, undefined, 2));
  else console.log(report(verdicts));
  const flaws = verdicts.reduce((sum, verdict) => sum + verdict.flaws.length, 0);
  if (flaws > 0) throw new UserError(`${flaws} flaws in ${file}`, exitCodes.failed);
}

async function readRecords(file: string): Promise<Type.Static<typeof record>[]> {
  const records: Type.Static<typeof record>[] = [];
  let line = 0;
  try {
    for await (const text of createInterface({ input: createReadStream(file, "utf8") })) {
      line++;
      if (text.trim() !== "") records.push(...chainedIn(JSON.parse(text)));
    }
    return records;
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new UserError(
        `${file}, line ${line} is not JSON`,
        exitCodes.usage,
        "Expected one record a line.",
      );
    if (error instanceof RecordError)
      throw new UserError(`${file}, line ${line}: ${error.message}`, exitCodes.usage);
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UserError(
      `${file} cannot be read (${code})`,
      exitCodes.usage,
      "Give the path of an existing file.",
    );
  }
}

class RecordError extends Error {}

/** The record, if it claims to be of a chain. */
function chainedIn(value: unknown): Type.Static<typeof record>[] {
  const { body } = (value ?? {}) as { readonly body?: { readonly chain?: unknown } };
  if (body?.chain === undefined) return [];
  const [refusal] = check(record, value);
  if (refusal) throw new RecordError(`${refusal.field} ${refusal.problem}; expected ${refusal.expected}`);
  return [value as Type.Static<typeof record>];
}

function verdictsOf(records: readonly Type.Static<typeof record>[]): Verdict[] {
  const chains = new Map<string, { device: string; name: string; events: ChainedEvent[] }>();
  for (const { device, body } of records) {
    const key = `${device} ${body.name}`;
    const chain = chains.get(key) ?? { device, name: body.name, events: [] };
    chain.events.push(body as unknown as ChainedEvent);
    chains.set(key, chain);
  }
  return [...chains.values()].map(({ device, name, events }) => ({
    device,
    name,
    records: new Set(events.map(({ chain }) => chain.hash)).size,
    last: Math.max(...events.map(({ chain }) => chain.number)),
    flaws: chainFlaws(device, events, sha256),
  }));
}

function report(verdicts: readonly Verdict[]): string {
  if (verdicts.length === 0) return "no chained records";
  return verdicts
    .flatMap(({ device, name, records, last, flaws }) => [
      `${flaws.length === 0 ? "✔" : "✘"} ${device} ${name}: ${records} records, the last is number ${last}`,
      ...flaws.map(({ number, flaw }) => `    number ${number} is ${flaw}`),
    ])
    .join("\n");
}
