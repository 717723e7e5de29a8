import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { systemWallMs } from "#firmware/ports/clock.ts";
import { readScenario } from "#sim/scenario/scenario.ts";
import { plinthCommand } from "../command.ts";
import { exitCodes, exitCodesHelp } from "../exit-codes.ts";
import { checkFlow } from "../flow/check-flow.ts";
import { diffFlows, diffWords } from "../flow/diff-flows.ts";
import { flowInput, soundFlow } from "../flow/flow-input.ts";
import { flowReport } from "../flow/flow-report.ts";
import { type KnownUnits, unitsOfFiles, unitsOnBroker } from "../flow/known-units.ts";
import { liveTrial, refuseUntestable } from "../flow/live-trial.ts";
import { coreTypes } from "../flow/node-types.ts";
import { passed, trialReport } from "../flow/trial-report.ts";
import { trialSuite } from "../flow/trial-suite.ts";
import { ownTypes } from "../flow/wanted.ts";
import { inputFile } from "../input-file.ts";
import { junitXml } from "../junit.ts";
import { numberOption } from "../number-option.ts";
import { outputFile } from "../output-file.ts";
import { shellWord } from "../shell-word.ts";
import { UserError } from "../user-error.ts";
import { report } from "./run-report.ts";

export function register(program: Command): void {
  const flow = program
    .command("flow")
    .description("Check, compare and test Node-RED flows that set units, before they are deployed")
    .addHelpText(
      "after",
      `
Example:
  plinth flow check flows.json
${exitCodesHelp}`,
    );
  registerCheck(flow);
  registerDiff(flow);
  registerTest(flow);
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

function registerTest(flow: Command): void {
  flow
    .command("test")
    .description("Run a flow, real, in Node-RED, against the simulated units of a scenario, and judge both")
    .argument("<flows.json>", "what Node-RED exports, or the flows.json that it keeps")
    .argument("<scenario.yaml>", "such as sim/scenarios/flow-night-dimming.yaml")
    .option("--seed <number>", "instead of the scenario's own")
    .option(
      "--speed <factor>",
      "virtual seconds per real second; the flow's own timers follow real time",
      "60",
    )
    .option("--junit <file.xml>", "write a JUnit report: a case per unit and expectation")
    .option("--json", "print the outcome as one JSON object")
    .addHelpText(
      "after",
      `
The scenario names the site and the units as the flow does (street: { site: ..., furniture: [{ ..., names: [...] }] }),
and may say under \`flow\` which inject buttons to press and which messages a node must get:

  flow:
    press:  [{ at: "17:10", node: Market night }]
    expect: [{ node: What the lamps report, payload: { unit: lamp-1, state: applied }, min: 1 }]

Every broker of the flow is replaced by the test's own, on this machine. Fails, with exit code 1, when a unit does not
apply what the flow asks of it, when an expectation is not met, and when Node-RED logs an error.

Example:
  plinth flow test "flows/examples/Dim a street by night.json" sim/scenarios/flow-night-dimming.yaml
${exitCodesHelp}`,
    )
    .action(test);
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

interface TestOptions {
  readonly seed?: string;
  readonly speed: string;
  readonly junit?: string;
  readonly json?: boolean;
}

async function test(flowFile: string, scenarioFile: string, options: TestOptions): Promise<void> {
  const flow = await soundFlow(flowFile);
  const scenario = await inputFile(scenarioFile, (text) => readScenario(text, scenarioFile));
  await refuseUntestable(flow, scenario, scenarioFile);
  const seed = numberOption("--seed", options.seed ?? `${scenario.seed}`, 0, 0xffff_ffff);
  const speed = numberOption("--speed", options.speed, 1, 3_600);
  if (options.junit) await outputFile(options.junit);
  const startedUnixMs = systemWallMs();
  const trial = await liveTrial({ scenario, nodes: flow.nodes, seed, speed }, options.json ?? false);
  console.log(
    options.json
      ? JSON.stringify(trial, undefined, 2)
      : `${report(trial.summary, scenario)}\n\n${trialReport(trial)}`,
  );
  const again = `${plinthCommand()} flow test ${shellWord(flowFile)} ${shellWord(scenarioFile)} --seed ${seed}`;
  const files = { flow: flowFile, scenario: scenarioFile };
  if (options.junit)
    await writeFile(options.junit, junitXml([trialSuite(trial, { files, startedUnixMs, again })]));
  if (passed(trial)) return;
  throw new UserError(
    `${flowFile} is not as expected with seed ${seed}`,
    exitCodes.failed,
    `Again: ${again}`,
  );
}

async function knownUnits({ units, broker }: CheckOptions): Promise<KnownUnits | undefined> {
  if (broker === undefined && units === undefined) return undefined;
  if (broker !== undefined && !URL.canParse(broker))
    throw new UserError(`--broker is ${broker}`, exitCodes.usage, "Expected mqtt://host:1883.");
  const onBroker = broker === undefined ? [] : await unitsOnBroker(broker);
  return new Map([...(await unitsOfFiles(units ?? [])), ...onBroker]);
}
