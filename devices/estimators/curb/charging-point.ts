import type { Controller, Reason, Target, View } from "../../control.ts";
import { Permit } from "../../permit.ts";
import type { Sample } from "../../sample.ts";
import { isGood } from "../estimate.ts";
import { activityOf } from "./activity.ts";

export interface ChargingSources {
  /** 1 while somebody who may stands in the space. */
  readonly rightful: string;
  /** What the policy of the hour permits in the space. */
  readonly activity: string;
  /** Active power, W, of the meter of the charging point. */
  readonly power: string;
  /** What it has counted, Wh: power that is not counted is not sold either. */
  readonly energy: string;
  /** Of the charging controller: 1 ready, 2 vehicle connected, 3 and 4 charging, 5 failed (IEC 61851-1 A to F). */
  readonly vehicleState: string;
  readonly fault: string;
}

/** A meter or a controller that was not read for this long is lost. */
export const meterLostMs = 3_000;
const controllerLostMs = 10_000;
/** After the contactor has opened it stays open for a while: relays of vehicles and meters come to rest. */
const openMs = 10_000;

const reasons = {
  charges: { code: "charging", text: "a vehicle that may stand here is connected" },
  offered: { code: "charging", text: "offered to who may stand here" },
  nobody: { code: "no-vehicle", text: "nobody stands here who may charge" },
  policy: { code: "policy", text: "the policy of the hour is not for parking, or not known" },
  meter: { code: "meter-lost", text: "the meter was not read: what is not metered is not sold" },
  controller: { code: "unsure", text: "the charging controller was not read" },
  fault: { code: "charger-fault", text: "the charging controller reports a fault" },
  unconnected: { code: "no-vehicle", text: "no vehicle is connected" },
  pause: { code: "pause", text: "it has just opened" },
} as const satisfies Record<string, Reason>;

/** What speaks against charging, if anything: whatever is not known speaks against it. */
function chargingRefusal(sources: ChargingSources, view: View): Reason | undefined {
  const { rightful, activity, power, energy, vehicleState, fault } = sources;
  if (!isTrue(view.latest(rightful))) return reasons.nobody;
  const policy = view.latest(activity);
  if (!isGood(policy) || activityOf(policy.value) !== "parking") return reasons.policy;
  const isMetered = [power, energy].every((source) => isFresh(view.latest(source), view, meterLostMs));
  if (!isMetered) return reasons.meter;
  if (!isFresh(view.latest(vehicleState), view, controllerLostMs)) return reasons.controller;
  const failed = view.latest(fault);
  return isGood(failed) && failed.value < 0.5 ? undefined : reasons.fault;
}

const contactorRefusal = (sources: ChargingSources, view: View): Reason | undefined =>
  chargingRefusal(sources, view) ??
  (isConnected(view.latest(sources.vehicleState)) ? undefined : reasons.unconnected);

const isTrue = (sample: Sample | undefined) => isGood(sample) && sample.value >= 0.5;

const isFresh = (sample: Sample | undefined, { nowMs }: View, ageMsMax: number): sample is Sample =>
  isGood(sample) && nowMs - sample.atMs <= ageMsMax && sample.atMs <= nowMs;

/** 2 to 4: a vehicle is connected. */
const isConnected = (sample: Sample | undefined) => isGood(sample) && sample.value >= 2 && sample.value <= 4;

/** Offers the current of the setting `chargingCurrent` (A) to whoever may charge. */
export const chargingCurrent = (sources: ChargingSources): Controller<undefined> => ({
  name: "chargingCurrent",
  inputs: inputsOf(sources),
  initial: () => undefined,
  decide(_, view) {
    const refusal = chargingRefusal(sources, view);
    const { chargingCurrent: amperes } = view.settings;
    const value = typeof amperes === "number" ? amperes : 0;
    return {
      state: undefined,
      target: refusal ? { value: 0, reason: refusal } : { value, reason: reasons.offered },
      wakeAtMs: lostAtMs(sources, view),
    };
  },
});

interface ContactorState {
  readonly isClosed: boolean;
  readonly openedAtMs: number;
}

/** Closes the contactor while somebody who may charge is connected. */
export const chargingContactor = (sources: ChargingSources): Controller<ContactorState> => ({
  name: "chargingContactor",
  inputs: inputsOf(sources),
  initial: () => ({ isClosed: false, openedAtMs: Number.NEGATIVE_INFINITY }),
  decide(before, view) {
    const { nowMs } = view;
    const refusal =
      contactorRefusal(sources, view) ??
      (!before.isClosed && nowMs - before.openedAtMs < openMs ? reasons.pause : undefined);
    const isClosed = refusal === undefined;
    const openedAtMs = before.isClosed && !isClosed ? nowMs : before.openedAtMs;
    return {
      state: { isClosed, openedAtMs },
      target: refusal ? { value: 0, reason: refusal } : { value: 1, reason: reasons.charges },
      wakeAtMs: lostAtMs(sources, view),
    };
  },
});

const inputsOf = ({ rightful, activity, power, energy, vehicleState, fault }: ChargingSources) => [
  rightful,
  activity,
  power,
  energy,
  vehicleState,
  fault,
];

/** When the meter will be lost if it stays silent. */
function lostAtMs({ power }: ChargingSources, view: View): number {
  const sample = view.latest(power);
  return isFresh(sample, view, meterLostMs) ? sample.atMs + meterLostMs + 1 : view.nowMs + meterLostMs;
}

/** Nothing is offered while anything speaks against charging. */
export const chargingPermit = (sources: ChargingSources): Permit => permitUnless(sources, chargingRefusal);

/** No contactor is closed then either, nor while no vehicle is connected: what anybody can touch has no voltage. */
export const contactorPermit = (sources: ChargingSources): Permit => permitUnless(sources, contactorRefusal);

const permitUnless = (sources: ChargingSources, refusalOf: typeof chargingRefusal): Permit =>
  new Permit({
    inputs: inputsOf(sources),
    allow(wanted, view): Target {
      // Written so that a wish that is no number is no wish.
      if (!(wanted.value > 0)) return { value: 0, reason: wanted.reason };
      const refusal = refusalOf(sources, view);
      return refusal ? { value: 0, reason: refusal } : wanted;
    },
  });
