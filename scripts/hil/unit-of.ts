import type { Scenario } from "#sim/scenario/scenario.ts";
import { exitCodes } from "../exit-codes.ts";
import { UserError } from "../user-error.ts";

/** The unit that was asked for, or the only one. UserError when there is none such. @param what it is for, in words */
export function unitOf({ units }: Scenario, asked: string | undefined, what: string): string {
  const ids = units.map(({ config }) => config.unit);
  if (asked === undefined && ids.length === 1) return ids[0]!;
  if (asked !== undefined && ids.includes(asked)) return asked;
  throw new UserError(
    asked === undefined ? `the street has ${ids.length} units` : `the street has no unit ${asked}`,
    exitCodes.usage,
    `Say ${what}: --unit, one of ${ids.join(", ")}.`,
  );
}
