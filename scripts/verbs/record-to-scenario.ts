import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { stringify } from "yaml";
import { exitCodesHelp } from "../exit-codes.ts";
import { ofRecord, readRecord } from "../replay/record-file.ts";

interface Options {
  readonly out?: string;
}

export function register(program: Command): void {
  program
    .command("record-to-scenario")
    .description("Make a scenario of a flight record: what befell the unit befalls a simulated one")
    .argument("<record>", "a file record-….flight from a unit's data folder")
    .option("-o, --out <file.yaml>", "where the scenario goes (default: standard output)")
    .addHelpText(
      "after",
      `
A part that failed is unplugged for as long, a lost connection is a broker that was away, and commands and settings come when
they came. What a scenario cannot say is told beside it: readings, people, weather, checksums that were wrong for a
moment, confidential settings. For those, \`plinth replay\` has the record itself.

Example:
  plinth record-to-scenario record-000012-0001.flight -o lamp-12.yaml && plinth run lamp-12.yaml
${exitCodesHelp}`,
    )
    .action(run);
}

async function run(file: string, { out }: Options): Promise<void> {
  const record = await readRecord(file);
  const { scenarioOf } = await import("#sim/replay/scenario-of.ts");
  const { scenario, leftOut } = await ofRecord(file, () => scenarioOf(record));
  const comments = leftOut.map((what) => `# Not in it: ${what}\n`).join("");
  const text = `# Made of a flight record by plinth record-to-scenario.\n${comments}${stringify(scenario)}`;
  if (out === undefined) process.stdout.write(text);
  else await writeFile(out, text);
  for (const what of leftOut) console.error(`not in the scenario: ${what}`);
}
