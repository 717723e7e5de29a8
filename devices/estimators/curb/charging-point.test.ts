import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Quality } from "#devices/sample.ts";
import { ActuatorOnTable, ViewOnTable } from "#test/bench/view-on-table.ts";
import { activityCode } from "./activity.ts";
import { chargingContactor, chargingCurrent, chargingPermit, contactorPermit } from "./charging-point.ts";

const sources = {
  ...{ rightful: "rightful", activity: "activity", power: "power", energy: "energy" },
  ...{ vehicleState: "state", fault: "fault" },
};
const well = { rightful: 1, activity: 0, power: 0, energy: 0, state: 2, fault: 0 };

/** A charging point with a vehicle that may charge. */
function rig() {
  const view = new ViewOnTable({ chargingCurrent: 16 });
  const put = (values: Readonly<Record<string, number>> = well) => {
    for (const [source, value] of Object.entries(values)) view.put(source, value);
  };
  put();
  const contactor = new ActuatorOnTable(chargingContactor(sources), contactorPermit(sources), view);
  const current = new ActuatorOnTable(chargingCurrent(sources), chargingPermit(sources), view);
  return { view, put, contactor, current };
}

describe("a charging point", () => {
  it("offers its current and closes its contactor to who may charge", () => {
    const { contactor, current } = rig();
    expect([contactor.decide().value, current.decide().value]).toEqual([1, 16]);
  });

  it.each([
    ["nobody stands there who may", { rightful: 0 }, "no-vehicle"],
    ["the policy is not for parking", { activity: activityCode("loading") }, "policy"],
    ["the controller reports a fault", { fault: 1 }, "charger-fault"],
  ])("does neither when %s", (_, change, code) => {
    const { view, contactor, current } = rig();
    for (const [source, value] of Object.entries(change)) view.put(source, value);
    for (const actuator of [contactor, current]) {
      const { value, reason } = actuator.decide();
      expect([value, reason.code]).toEqual([0, code]);
    }
  });

  it("offers, and keeps the contactor open, while no vehicle is connected", () => {
    const { view, contactor, current } = rig();
    view.put("state", 1);
    expect([contactor.decide().value, current.decide().value]).toEqual([0, 16]);
  });

  it("opens when the meter was not read for 3 s, by its own waking, and waits 10 s before it closes", () => {
    const { view, put, contactor } = rig();
    expect(contactor.decide().value).toBe(1);
    expect(contactor.wakeAtMs).toBe(view.nowMs + 3_001);
    view.nowMs += 3_000;
    expect(contactor.decide().value).toBe(1);
    view.nowMs += 1;
    expect(contactor.decide()).toMatchObject({ value: 0, reason: { code: "meter-lost" } });
    view.nowMs += 9_999;
    put();
    expect(contactor.decide()).toMatchObject({ value: 0, reason: { code: "pause" } });
    view.nowMs += 1;
    expect(contactor.decide().value).toBe(1);
  });

  it("permits nothing on anything that is not known, fresh and good", () => {
    const permit = chargingPermit(sources);
    const closing = contactorPermit(sources);
    const names = Object.keys(well) as (keyof typeof well)[];
    const odd = fc.constantFrom(Number.NaN, -1, 0, 1, 2, 5, 9, 99);
    const sample = fc.record({
      name: fc.constantFrom(...names),
      value: odd,
      quality: fc.constantFrom<Quality>("good", "stale", "suspect", "bad"),
      ageMs: fc.constantFrom(0, 2_999, 3_001, 11_000),
    });
    const wishes = fc.constantFrom(1, 16, 32, Number.NaN, -5, 0);
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 3 }), wishes, (samples, wish) => {
        const { view, put } = rig();
        put();
        const given: Record<string, { value: number; quality: Quality; ageMs: number }> = {};
        for (const name of names) given[name] = { value: well[name], quality: "good", ageMs: 0 };
        for (const { name, ...rest } of samples) given[name] = rest;
        const nowMs = view.nowMs;
        for (const [name, { value, quality, ageMs }] of Object.entries(given)) {
          view.nowMs = nowMs - ageMs;
          view.put(name, value, quality);
        }
        view.nowMs = nowMs;
        const { value } = permit.allow({ value: wish, reason: { code: "test", text: "" } }, view);
        const isWell =
          names.every((name) => given[name]!.quality === "good") &&
          given.rightful!.value >= 0.5 &&
          given.activity!.value === 0 &&
          given.fault!.value < 0.5 &&
          Number.isFinite(given.power!.value) &&
          Number.isFinite(given.energy!.value) &&
          given.energy!.ageMs <= 3_000 &&
          Number.isFinite(given.state!.value) &&
          given.power!.ageMs <= 3_000 &&
          given.state!.ageMs <= 10_000;
        expect(value).toBe(wish > 0 && isWell ? wish : 0);
        const isConnected = [2, 3, 4].includes(given.state!.value);
        const closed = closing.allow({ value: wish, reason: { code: "test", text: "" } }, view);
        expect(closed.value).toBe(wish > 0 && isWell && isConnected ? wish : 0);
      }),
      { numRuns: 5_000 },
    );
  });
});
