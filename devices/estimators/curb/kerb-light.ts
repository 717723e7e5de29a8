import type { Controller, Reason, Target, View } from "../../control.ts";
import { Permit } from "../../permit.ts";
import type { Quantity } from "../../quantities.ts";
import { isGood } from "../estimate.ts";
import { reservedUntilMs } from "./access.ts";
import { type Activity, activityOf } from "./activity.ts";

/** What a space's light may say, by number; dark says nothing, and then only the static sign counts. */
export const aspects = [
  "dark",
  "parking",
  "loading",
  "pick-up and drop-off",
  "reserved",
  "prohibited",
] as const;
export type Aspect = (typeof aspects)[number];

export const lightAspect: Quantity = {
  name: "light aspect",
  symbol: "A",
  unit: "1",
  unitCode: "C62",
  min: 0,
  max: aspects.length - 1,
  decimals: 0,
};

/** Red, green and blue of each aspect, %. Told apart by lightness too: reds and greens alone are not by everybody. */
const colours: Readonly<Record<Aspect, readonly [red: number, green: number, blue: number]>> = {
  dark: [0, 0, 0],
  parking: [0, 80, 10],
  loading: [90, 50, 0],
  "pick-up and drop-off": [0, 20, 100],
  reserved: [60, 0, 80],
  prohibited: [60, 0, 0],
};

/** Colour of an aspect by its number, %. */
export const colourOf = (aspect: number) => colours[aspects[aspect] ?? "dark"];

const aspectFor = (activity: Activity): Aspect => {
  if (activity === "parking" || activity === "stopping")
    return activity === "parking" ? "parking" : "pick-up and drop-off";
  return activity === "loading" || activity === "unloading" ? "loading" : "prohibited";
};

export interface KerbLightSources {
  readonly activity: string;
  readonly occupied: string;
  readonly reserve: string;
  readonly release: string;
}

const reasons = {
  policy: { code: "policy", text: "the policy of the hour" },
  reserved: { code: "reserved", text: "reserved" },
  unsure: { code: "unsure", text: "the policy is not known: dark" },
  blind: { code: "unsure", text: "no sensor of the space can tell: dark" },
} as const satisfies Record<string, Reason>;

const dark = (reason: Reason): Target => ({ value: 0, reason });

/** What speaks against any light: a space of which the policy or the state is not known is dark. */
function doubt({ activity, occupied }: KerbLightSources, view: View): Reason | undefined {
  if (!isGood(view.latest(activity))) return reasons.unsure;
  const sample = view.latest(occupied);
  const isTold = sample !== undefined && (sample.quality === "good" || sample.quality === "suspect");
  return isTold && Number.isFinite(sample.value) ? undefined : reasons.blind;
}

/** Shows the use that the policy of the hour, or a reservation, gives one space. */
export const kerbLight = (space: number, sources: KerbLightSources): Controller<undefined> => ({
  name: "kerbLight",
  inputs: [sources.activity, sources.occupied, sources.reserve, sources.release],
  initial: () => undefined,
  decide(_, view) {
    const reason = doubt(sources, view);
    if (reason) return { state: undefined, target: dark(reason) };
    const untilMs = reservedUntilMs(space, view);
    if (untilMs > view.nowMs) {
      const target = { value: aspects.indexOf("reserved"), reason: reasons.reserved };
      return { state: undefined, target, wakeAtMs: untilMs };
    }
    const aspect = aspectFor(activityOf(view.latest(sources.activity)!.value));
    return { state: undefined, target: { value: aspects.indexOf(aspect), reason: reasons.policy } };
  },
});

/** Dark in any doubt, and for what is no aspect. */
export const kerbLightPermit = (sources: KerbLightSources): Permit =>
  new Permit({
    inputs: [sources.activity, sources.occupied],
    allow(wanted, view): Target {
      const reason = doubt(sources, view);
      if (reason) return dark(reason);
      return aspects[wanted.value] === undefined ? dark(reasons.unsure) : wanted;
    },
  });
