import { exitCodes } from "../exit-codes.ts";
import { inputFile } from "../input-file.ts";
import { UserError } from "../user-error.ts";
import { type FlowFile, readFlow } from "./flow-file.ts";
import { settingErrors } from "./unit-nodes.ts";

/** Reads a flow. UserError for a file that is none. */
export const flowInput = (file: string): Promise<FlowFile> => inputFile(file, (text) => readFlow(text, file));

/** Reads a flow whose settings its units would take. UserError for any other. */
export async function soundFlow(file: string): Promise<FlowFile> {
  const flow = await flowInput(file);
  const [first] = settingErrors(flow.nodes);
  if (!first) return flow;
  throw new UserError(
    `${file}:${flow.lineOf(first.node ?? "", first.field)}: ${first.found}; expected ${first.expected}`,
    exitCodes.usage,
    `See what else: plinth flow check ${file}`,
  );
}
