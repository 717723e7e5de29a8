import type { Controller, Reason, Target, View } from "../../control.ts";
import { Permit } from "../../permit.ts";
import type { Quantity } from "../../quantities.ts";
import { isGood } from "../estimate.ts";
import { type Activity, activities, activityCode, activityOf, strictest } from "./activity.ts";

/** The page for kerbs of which the spaces differ: it refers to their lights. */
const mixedPage = activities.length + 1;

/** Pages as they are stored in the sign: 0 is dark, then one for each activity in the order of CDS, then the mixed one. */
export const signPage: Quantity = {
  name: "sign page",
  symbol: "N",
  unit: "1",
  unitCode: "C62",
  min: 0,
  max: mixedPage,
  decimals: 0,
};

export const pageOf = (activity: Activity) => activityCode(activity) + 1;
export const strictestPage = pageOf(strictest);

const reasons = {
  policy: { code: "policy", text: "the policy of the hour" },
  mixed: { code: "policy", text: "the spaces differ: see their lights" },
  unsure: { code: "unsure", text: "the policy is not known: the strictest rule holds" },
} as const satisfies Record<string, Reason>;

const strict: Target = { value: strictestPage, reason: reasons.unsure };

/** The page that says what the policies of all spaces say; undefined while one of them is not known. */
function pageNow(sources: readonly string[], view: View): number | undefined {
  const samples = sources.map((source) => view.latest(source));
  if (!samples.every(isGood)) return undefined;
  const pages = new Set(samples.map(({ value }) => pageOf(activityOf(value))));
  return pages.size === 1 ? [...pages][0] : mixedPage;
}

/** Shows the use that the policy of the hour gives the kerb. @param sources the activity of each space */
export const kerbSign = (sources: readonly string[]): Controller<undefined> => ({
  name: "kerbSign",
  inputs: sources,
  initial: () => undefined,
  decide(_, view) {
    const value = pageNow(sources, view);
    const reason = value === mixedPage ? reasons.mixed : reasons.policy;
    return { state: undefined, target: value === undefined ? strict : { value, reason } };
  },
});

/** Never a page that allows more than the policies of all spaces do: in doubt the strictest one, or none. */
export const kerbSignPermit = (sources: readonly string[]): Permit =>
  new Permit({
    inputs: sources,
    allow(wanted, view): Target {
      if (wanted.value === 0 || wanted.value === strictestPage) return wanted;
      return wanted.value === pageNow(sources, view) ? wanted : strict;
    },
  });
