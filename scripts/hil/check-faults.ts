import { kernelVerbs } from "#sim/scenario/kernel-verbs.ts";
import type { Scenario } from "#sim/scenario/scenario.ts";
import { exitCodes } from "../exit-codes.ts";
import { UserError } from "../user-error.ts";

/** What a real broker cannot be made to do, which units' bundles have. */
export const impossibleAtBroker: readonly string[] = ["drop-puback"];
/** What a real kernel cannot be made to do. */
export const impossibleInKernel: readonly string[] = Object.keys(kernelVerbs);

/** UserError where a scenario has a fault that nothing in this world can be made to have. @param impossible verbs */
export function checkFaults(
  { scenario: { faults }, file }: { readonly scenario: Scenario; readonly file: string },
  impossible: readonly string[],
): void {
  const met = faults.find(({ verb }) => impossible.includes(verb));
  if (!met) return;
  const remedy = impossibleAtBroker.includes(met.verb) ? "" : ", or in real time: plinth hil --depth preload";
  throw new UserError(
    `${file} has the fault ${met.verb}, which nothing here can be made to have`,
    exitCodes.usage,
    `Live through it in virtual time: plinth run ${file}${remedy}`,
  );
}
