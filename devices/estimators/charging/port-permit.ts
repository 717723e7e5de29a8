import type { Reason, Target, View } from "../../control.ts";
import { Permit } from "../../permit.ts";
import { isGood } from "../estimate.ts";
import { type PortLimits, type PortSensors, type TripCause, tripCauses } from "./port-guard.ts";

/** What a port's permit looks at. */
export interface PortPermitSources extends PortSensors {
  /** The guard's latch: an index among `tripCauses`. */
  readonly trip: string;
  /** 1 while the guard finds all its readings young enough: when that changes, so may the answer. */
  readonly sure: string;
  /** 1 while it is too cold to charge. */
  readonly frost: string;
}

const reasons: Readonly<Record<TripCause | "unsure" | "frost", Reason>> = {
  none: { code: "open", text: "nothing speaks against it" },
  "over-current": { code: "over-current", text: "too much current was drawn: off until it is reset" },
  "over-temperature": { code: "over-temperature", text: "its contacts were too hot: off until it is reset" },
  "meter-stale": { code: "meter-stale", text: "its meter fell silent: off until it is reset" },
  "load-switch-fault": { code: "load-switch-fault", text: "its load switch gave up: off until it is reset" },
  "stuck-on": { code: "stuck-on", text: "its switch does not open: off until it is reset" },
  unsure: { code: "unsure", text: "not known whether it is safe" },
  frost: { code: "frost", text: "too cold to charge" },
};

/**
 * What a charging port may do, whatever is wanted: nothing but be off, unless its guard's latch is known to be clear
 * and its meter, its thermometer and its load switch have just been read, and found well below their limits.
 */
export function portPermit(sources: PortPermitSources, limits: PortLimits): Permit {
  const { trip, sure, frost, current, temperature, fault } = sources;
  return new Permit({
    inputs: [trip, sure, frost, current, temperature, fault],
    // Whatever a new reading changes, the guard tells by these at once.
    wakes: [trip, sure, frost],
    allow(wanted, view): Target {
      // Written so that a wish that is no number is no wish.
      if (!(wanted.value >= 0.5)) return { value: 0, reason: wanted.reason };
      const refusal = refusalOf(view);
      return refusal === undefined ? { value: 1, reason: wanted.reason } : { value: 0, reason: refusal };
    },
  });

  function refusalOf(view: View): Reason | undefined {
    const latch = view.latest(trip);
    const cause = isGood(latch) ? tripCauses[latch.value] : undefined;
    if (cause !== "none") return cause === undefined ? reasons.unsure : reasons[cause];
    const amperes = fresh(view, current, limits.meterAgeMsMax);
    const celsius = fresh(view, temperature, limits.temperatureAgeMsMax);
    const faulty = fresh(view, fault, limits.faultAgeMsMax);
    if (amperes !== undefined && Math.abs(amperes) >= limits.instantShare * limits.ratedCurrentA)
      return reasons["over-current"];
    if (celsius !== undefined && celsius > limits.temperatureMax) return reasons["over-temperature"];
    if (faulty !== undefined && faulty >= 0.5) return reasons["load-switch-fault"];
    const isKnown = amperes !== undefined && celsius !== undefined && faulty !== undefined;
    const readings = view.latest(sure);
    if (!isKnown || !isGood(readings) || readings.value < 0.5) return reasons.unsure;
    const cold = view.latest(frost);
    if (!isGood(cold)) return reasons.unsure;
    return cold.value >= 0.5 ? reasons.frost : undefined;
  }
}

/** The value of a good sample that is young enough. */
function fresh(view: View, source: string, ageMsMax: number): number | undefined {
  const sample = view.latest(source);
  return isGood(sample) && view.nowMs - sample.atMs <= ageMsMax ? sample.value : undefined;
}
