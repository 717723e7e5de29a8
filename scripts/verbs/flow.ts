import type { Command } from "commander";
import { exitCodes, exitCodesHelp } from "../exit-codes.ts";
import { checkFlow } from "../flow/check-flow.ts";
import { diffFlows, diffWords } from "../flow/diff-flows.ts";
import { flowInput, soundFlow } from "../flow/flow-input.ts";
import { flowReport } from "../flow/flow-report.ts";
import { type KnownUnits, unitsOfFiles, unitsOnBroker } from "../flow/known-units.ts";
import { coreTypes } from "../flow/node-types.ts";
import { ownTypes } from "../flow/wanted.ts";
import { UserError } from "../user-error.ts";

export function register(program: Command): void {
  const flow = program
    .command("flow")
    .description("Check, compare and test Node-RED flows that set units, before they are deployed")
    .addHelpText("after", exitCodesHelp);
  registerCheck(flow);
  registerDiff(flow);
}

interface CheckOptions {
  readonly units?: readonly string[];
  readonly broker?: string;
  readonly strict?: boolean;
  readonly json?: boolean;
}

function registerCheck(flow: Command): void {
  flow
    .command("check")
    .description("Find in a flow what its units would refuse, and what would hold up or endanger the site")
    .argument("<flows.json>", "what Node-RED exports, or the flows.json that it keeps")
    .option("--units <file...>", "the units that there are: each a unit.yaml, or a scenario with its street")
    .option("--broker <url>", "or the broker that they have described themselves on: mqtt://host:1883")
    .option("--strict", "warnings fail too")
    .option("--json", "print the findings as one JSON object")
    .addHelpText(
      "after",
      `
Tells file, line, node and field of each finding, what was expected and what to do: settings out of range, units that
are unknown or set twice, nodes without site or broker, hardware and topics driven past the units' own permit, code
and rings of nodes that hold up Node-RED. Nodes and tabs that are switched off are left alone. Errors fail with exit
code 1; a file that is no flow, with 2.

Examples:
  plinth flow check flows.json
  plinth flow check flows.json --units sim/scenarios/street.yaml --strict
${exitCodesHelp}`,
    )
    .action(check);
}

function registerDiff(flow: Command): void {
  flow
    .command("diff")
    .description("Tell what a deploy of one flow over another changes, unit by unit, in words")
    .argument("<before.json>")
    .argument("<after.json>")
    .option("--json", "print the changes as one JSON object")
    .addHelpText(
      "after",
      `
Where a node stands on the canvas does not count. Exits with 0 whether or not something changes.

Example:
  git show HEAD:flows.json > before.json; plinth flow diff before.json flows.json
${exitCodesHelp}`,
    )
    .action(diff);
}

async function check(file: string, options: CheckOptions): Promise<void> {
  const flow = await flowInput(file);
  const units = await knownUnits(options);
  const types = new Set([...(await coreTypes()), ...ownTypes]);
  const findings = checkFlow(flow, { units, types });
  console.log(options.json ? JSON.stringify({ file, findings }, undefined, 2) : flowReport(findings, file));
  const failing = options.strict ? ["error", "warning"] : ["error"];
  const failed = findings.filter(({ severity }) => failing.includes(severity)).length;
  if (failed > 0)
    throw new UserError(`${file}: ${failed} to be mended before it is deployed`, exitCodes.failed);
}

async function diff(before: string, after: string, { json }: { readonly json?: boolean }): Promise<void> {
  const [old, next] = [await soundFlow(before), await soundFlow(after)];
  const changes = diffFlows(old.nodes, next.nodes);
  console.log(json ? JSON.stringify(changes, undefined, 2) : diffWords(changes));
}

async function knownUnits({ units, broker }: CheckOptions): Promise<KnownUnits | undefined> {
  if (broker === undefined && units === undefined) return undefined;
  if (broker !== undefined && !URL.canParse(broker))
    throw new UserError(`--broker is ${broker}`, exitCodes.usage, "Expected mqtt://host:1883.");
  const onBroker = broker === undefined ? [] : await unitsOnBroker(broker);
  return new Map([...(await unitsOfFiles(units ?? [])), ...onBroker]);
}
