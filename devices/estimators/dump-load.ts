import type { Controller, Reason, View } from "../control.ts";
import { Permit } from "../permit.ts";

/** On: the load is across the capacitor, and empties it. */
const on = 1;
const off = 0;
/** Off again this far below the voltage at which it came on, V: the load must not chatter. */
const hysteresisVolts = 0.5;

const reasons = {
  full: { code: "over-voltage", text: "the capacitor is at its limit" },
  below: { code: "below-limit", text: "the capacitor is below its limit" },
  unknown: { code: "unsure", text: "the capacitor's voltage is not known" },
  nonsense: { code: "unsure", text: "neither on nor off was asked for" },
} as const satisfies Record<string, Reason>;

function voltsOf(source: string, view: View): number | undefined {
  const sample = view.latest(source);
  return sample?.quality === "good" ? sample.value : undefined;
}

const limitOf = ({ settings }: View) => Number(settings.dumpVoltage);

/** Puts the dump load across the capacitor at the setting `dumpVoltage` (V), and takes it off again half a volt below. */
export function dumpLoad({ voltage }: { readonly voltage: string }): Controller<boolean> {
  return {
    name: "dumpLoad",
    inputs: [voltage],
    initial: () => true,
    decide(isOn, view) {
      const volts = voltsOf(voltage, view);
      if (volts === undefined) return { state: true, target: { value: on, reason: reasons.unknown } };
      const isFull = volts >= limitOf(view) - (isOn ? hysteresisVolts : 0);
      const target = isFull ? { value: on, reason: reasons.full } : { value: off, reason: reasons.below };
      return { state: isFull, target };
    },
  };
}

/**
 * Off only while the voltage is known and below the limit. On is always allowed: it costs nothing but light, and an
 * overcharged capacitor vents.
 */
export function dumpPermit({ voltage }: { readonly voltage: string }): Permit {
  return new Permit({
    inputs: [voltage],
    allow(wanted, view) {
      if (wanted.value === on) return wanted;
      if (wanted.value !== off) return { value: on, reason: reasons.nonsense };
      const volts = voltsOf(voltage, view);
      if (volts === undefined) return { value: on, reason: reasons.unknown };
      return volts < limitOf(view) ? wanted : { value: on, reason: reasons.full };
    },
  });
}
