import type { Controller, Reason, Target } from "../../control.ts";
import { Permit } from "../../permit.ts";
import { isGood } from "../estimate.ts";

export interface ReserveLoadSources {
  /** 1 while even this load must go. */
  readonly shed: string;
  /** Of a light: 1 while it is dark. */
  readonly dark?: string;
}

const reasons = {
  on: { code: "on", text: "always on" },
  dark: { code: "dark", text: "it is dark" },
  daylight: { code: "daylight", text: "it is not dark" },
  shed: { code: "shed", text: "the battery is nearly empty" },
  nonsense: { code: "unsure", text: "nothing usable was wanted" },
  charging: { code: "open", text: "the battery may be charged" },
  frost: { code: "frost", text: "the battery is too cold to be charged" },
  unsure: { code: "unsure", text: "the battery's temperature is not known" },
} as const satisfies Record<string, Reason>;

/** A load that goes last: on, or on while it is dark; off only when it is known that it must. */
export function reserveLoad({ shed, dark }: ReserveLoadSources): Controller<null> {
  return {
    name: "reserveLoad",
    inputs: dark === undefined ? [shed] : [shed, dark],
    initial: () => null,
    decide(state, view) {
      const isTold = (source: string, value: number) => {
        const sample = view.latest(source);
        return isGood(sample) && sample.value === value;
      };
      if (isTold(shed, 1)) return { state, target: { value: 0, reason: reasons.shed } };
      if (dark === undefined) return { state, target: { value: 1, reason: reasons.on } };
      return isTold(dark, 0)
        ? { state, target: { value: 0, reason: reasons.daylight } }
        : { state, target: { value: 1, reason: reasons.dark } };
    },
  };
}

/** On or off as it is wanted; what is neither is on. */
export const reserveLoadPermit = new Permit({
  inputs: [],
  allow: (wanted): Target =>
    wanted.value === 0 || wanted.value === 1 ? wanted : { value: 1, reason: reasons.nonsense },
});

/** The path from the charger to the battery: wanted closed, always. */
export const chargePath: Controller<null> = {
  name: "chargePath",
  inputs: [],
  initial: () => null,
  decide: (state) => ({ state, target: { value: 1, reason: reasons.charging } }),
};

/** Closed only while it is known that the battery is not too cold. */
export function chargePermit({ frost }: { readonly frost: string }): Permit {
  return new Permit({
    inputs: [frost],
    allow(wanted, view): Target {
      const cold = view.latest(frost);
      if (!isGood(cold)) return { value: 0, reason: reasons.unsure };
      if (cold.value >= 0.5) return { value: 0, reason: reasons.frost };
      return wanted.value === 1 ? wanted : { value: 0, reason: wanted.reason };
    },
  });
}
