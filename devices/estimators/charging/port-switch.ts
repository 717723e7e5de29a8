import type { Controller, Reason } from "../../control.ts";
import { isGood } from "../estimate.ts";
import { standings } from "./port-standing.ts";

export interface PortSwitchSources {
  /** 1 while the port should be on, and why it should stand so: an index among `standings`. */
  readonly wanted: string;
  readonly standing: string;
}

/** Switches a charging port as its estimator wants it. */
export function portSwitch({ wanted, standing }: PortSwitchSources): Controller<null> {
  return {
    name: "portSwitch",
    inputs: [wanted, standing],
    initial: () => null,
    decide(state, view) {
      const wish = view.latest(wanted);
      const why = view.latest(standing);
      const value = isGood(wish) && wish.value >= 0.5 ? 1 : 0;
      return { state, target: { value, reason: reasonOf(isGood(why) ? why.value : undefined) } };
    },
  };
}

const unsure: Reason = { code: "unsure", text: "not known whether it should be on" };

function reasonOf(standing: number | undefined): Reason {
  const known = standing === undefined ? undefined : standings[standing];
  return known ?? unsure;
}
