import type { Command } from "commander";
import { type Board, boards } from "#devices/plan/boards.ts";
import { json, report } from "../check/check-report.ts";
import { checkUnit } from "../check/check-unit.ts";
import { exitCodes, exitCodesHelp } from "../exit-codes.ts";
import { inputFile } from "../input-file.ts";
import { UserError } from "../user-error.ts";

interface Options {
  readonly board?: string;
  readonly supply?: string;
  readonly strict?: boolean;
  readonly json?: boolean;
}

const boardIds = boards.map(({ id }) => id).join(", ");

export function register(program: Command): void {
  program
    .command("check")
    .description("Plan the buses and pins of a unit before anybody solders")
    .argument("<unit.yaml>", "the configuration that the unit will run with, such as deploy/unit.yaml")
    .option("--board <board>", `${boardIds} (default: the first whose GPIO lines the parts are at)`)
    .option(
      "--supply <mA>",
      "what the board's supply gives at 5 V (default: the one that its maker recommends)",
    )
    .option("--strict", "warnings fail too")
    .option("--json", "print findings and plan as one JSON object")
    .addHelpText(
      "after",
      `
Draws the wiring and tells each finding with its line, what was expected and what to do: addresses that clash, where
a multiplexer is needed, the time of each bus, pins used twice, levels that a pin does not stand, the current of each
supply. An error keeps the unit from working; a warning is something to add that no file can tell, such as a level
shifter; a notice is good to know. Errors fail with exit code 1; a file that is no YAML, with 2.

Examples:
  plinth check deploy/unit.yaml
  plinth check unit.yaml --board raspberry-pi-5 --json
${exitCodesHelp}`,
    )
    .action(check);
}

async function check(file: string, options: Options): Promise<void> {
  const checked = await inputFile(file, (text) =>
    checkUnit(text, file, { board: boardOf(options.board), supplyMa: milliamperes(options.supply) }),
  );
  console.log(options.json ? JSON.stringify(json(checked, file), undefined, 2) : report(checked, file));
  const failing = options.strict ? ["error", "warning"] : ["error"];
  const failed = checked.findings.filter(({ severity }) => failing.includes(severity)).length;
  if (failed > 0) throw new UserError(`${file}: ${failed} to be mended before it is wired`, exitCodes.failed);
}

function boardOf(id: string | undefined): Board | undefined {
  const board = boards.find((each) => each.id === id);
  if (id === undefined || board) return board;
  throw new UserError(`there is no board "${id}"`, exitCodes.usage, `Boards: ${boardIds}`);
}

function milliamperes(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{3,5}$/.test(text)) return Number(text);
  throw new UserError(`--supply is ${text}`, exitCodes.usage, "Expected whole mA, from 100 to 99999: 5000.");
}
