import type { Controller, Reason } from "../../control.ts";
import { isGood } from "../estimate.ts";
import type { PortLimits, PortSensors } from "./port-guard.ts";
import { expiryMs } from "./port-permit.ts";
import { standings } from "./port-standing.ts";

export interface PortSwitchSources extends PortSensors {
  /** 1 while the port should be on, and why it should stand so: an index among `standings`. */
  readonly wanted: string;
  readonly standing: string;
}

/** Switches a charging port as its estimator wants it, and looks again when something the permit needs grows too old. */
export function portSwitch(sources: PortSwitchSources, limits: PortLimits): Controller<null> {
  const { wanted, standing, current, temperature, fault } = sources;
  const ages = [
    [current, limits.meterAgeMsMax],
    [temperature, limits.temperatureAgeMsMax],
    [fault, limits.faultAgeMsMax],
  ] as const;
  return {
    name: "portSwitch",
    inputs: [wanted, standing],
    initial: () => null,
    decide(state, view) {
      const wish = view.latest(wanted);
      const why = view.latest(standing);
      const value = isGood(wish) && wish.value >= 0.5 ? 1 : 0;
      const target = { value, reason: reasonOf(isGood(why) ? why.value : undefined) };
      const wakeAtMs = value === 1 ? expiryMs(view, ages) : undefined;
      return { state, target, ...(wakeAtMs !== undefined && { wakeAtMs }) };
    },
  };
}

const unsure: Reason = { code: "unsure", text: "not known whether it should be on" };

function reasonOf(standing: number | undefined): Reason {
  const known = standing === undefined ? undefined : standings[standing];
  return known ?? unsure;
}
