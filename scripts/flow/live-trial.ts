import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Listr } from "listr2";
import * as catalogue from "#devices/furniture/index.ts";
import { NodeRedError } from "#sim/node-red.ts";
import { inventory, type Scenario } from "#sim/scenario/scenario.ts";
import packageJson from "../../package.json" with { type: "json" };
import { buildFlows } from "../bundle/flows.ts";
import { exitCodes } from "../exit-codes.ts";
import { inSteps } from "../run/progress.ts";
import { UserError } from "../user-error.ts";
import { enabledNodes, type FlowFile } from "./flow-file.ts";
import { coreTypes } from "./node-types.ts";
import { named, type Trial, type TrialOptions, tryFlow } from "./trial.ts";
import { isKnownType, ownTypes, wantedUnits } from "./wanted.ts";

/** What keeps a flow from being tried with a scenario at all. UserError for the first that is found. */
export async function refuseUntestable(
  { file, nodes }: FlowFile,
  scenario: Scenario,
  street: string,
): Promise<void> {
  const refuse = (what: string, hint: string): never => {
    throw new UserError(what, exitCodes.usage, hint);
  };
  const types = new Set([...(await coreTypes()), ...ownTypes]);
  const strange = enabledNodes(nodes).find(({ type }) => !isKnownType(type, types));
  if (strange)
    refuse(
      `${file} needs nodes of type ${strange.type}, which are not here`,
      "Only Node-RED's own nodes and Plinth's run in a test: switch the others off, or take them out.",
    );
  const there = scenario.units.map(({ config: { site, unit, kind } }) => `${kind} ${site}/${unit}`);
  const missing = wantedUnits(nodes).find(
    ({ site, unit, kind }) => !there.includes(`${kind} ${site}/${unit}`),
  );
  if (missing)
    refuse(
      `${file} sets the ${missing.kind} ${missing.site}/${missing.unit}, which ${street} does not have`,
      `It has: ${there.join(", ")}. A street may have a site, and a group names.`,
    );
  const { presses = [], expectations = [] } = scenario.flow ?? {};
  const unknown = [...presses, ...expectations].find(({ node }) => !named(nodes, node));
  if (unknown)
    refuse(
      `${street} means a node "${unknown.node}", which ${file} does not have`,
      "Name one, or give its id.",
    );
  const button = presses.find(({ node }) => named(nodes, node)!.type !== "inject");
  if (button) refuse(`${street} presses "${button.node}", which is no inject node`, "Name an inject node.");
}

type Asked = Pick<TrialOptions, "scenario" | "nodes" | "seed" | "speed">;

/** Tries a flow, with its progress on a terminal, a line now and then elsewhere, and nothing when `quiet`. */
export async function liveTrial(asked: Asked, quiet: boolean): Promise<Trial> {
  const workDir = await mkdtemp(join(tmpdir(), "plinth-flow-"));
  const nothing = () => {};
  const options = { ...asked, version: packageJson.version, workDir, onStep: nothing, onProgress: nothing };
  try {
    await buildFlows({ kinds: Object.values(catalogue) });
    return quiet ? await tryFlow(options) : await withProgress(options);
  } catch (error) {
    if (error instanceof NodeRedError) throw new UserError(error.message, exitCodes.environment);
    throw error;
  } finally {
    await rm(workDir, { recursive: true });
  }
}

async function withProgress(options: TrialOptions): Promise<Trial> {
  const { scenario, seed } = options;
  let trial: Trial | undefined;
  const title = `${scenario.title}: ${inventory(scenario)}, seed ${seed}`;
  await new Listr([
    {
      title,
      task: async (_, task) => {
        const say = (text: string) => {
          task.output = text;
        };
        const onProgress = inSteps((share) => say(`${Math.round(share * 100)} %`));
        trial = await tryFlow({ ...options, onStep: say, onProgress });
      },
    },
  ]).run();
  return trial!;
}
