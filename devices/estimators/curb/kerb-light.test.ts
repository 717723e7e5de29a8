import { describe, expect, it } from "vitest";
import { ActuatorOnTable, ViewOnTable } from "#test/bench/view-on-table.ts";
import { activities, activityCode } from "./activity.ts";
import { aspects, colourOf, kerbLight, kerbLightPermit } from "./kerb-light.ts";
import { kerbSign, kerbSignPermit, pageOf, strictestPage } from "./kerb-sign.ts";

const sources = {
  ...{ activity: "activity", occupied: "occupied" },
  ...{ reserve: "command.reserve", release: "command.release" },
};
const reason = { code: "test", text: "wanted" };

function light() {
  const view = new ViewOnTable().put("activity", activityCode("parking")).put("occupied", 0);
  return new ActuatorOnTable(kerbLight(2, sources), kerbLightPermit(sources), view);
}

describe("a kerb's light", () => {
  it("shows what the policy of the hour gives the space to", () => {
    const rig = light();
    const shown = activities.map((activity) => {
      rig.view.put("activity", activityCode(activity));
      return `${activity}: ${aspects[rig.decide().value]}`;
    });
    expect(shown).toEqual([
      "parking: parking",
      "loading: loading",
      "unloading: loading",
      "stopping: pick-up and drop-off",
      "no travel: prohibited",
      "no parking: prohibited",
      "no loading: prohibited",
      "no unloading: prohibited",
      "travel: prohibited",
      "no stopping: prohibited",
    ]);
  });

  it("shows a reservation of this space until it is over", () => {
    const rig = light();
    const { view } = rig;
    const untilMs = view.nowMs + 60_000;
    view.commands = [{ name: "reserve", args: { space: 1 }, untilMs }];
    expect(aspects[rig.decide().value]).toBe("parking");
    view.commands = [{ name: "reserve", args: { space: 2 }, untilMs }];
    expect(aspects[rig.decide().value]).toBe("reserved");
    expect(rig.wakeAtMs).toBe(untilMs);
    view.nowMs = untilMs;
    expect(aspects[rig.decide().value]).toBe("parking");
  });

  it("is dark in any doubt", () => {
    for (const quality of ["suspect", "stale", "bad"] as const) {
      const rig = light();
      rig.view.put("activity", 0, quality);
      expect(rig.decide().value).toBe(0);
    }
    const blind = light();
    blind.view.put("occupied", Number.NaN, "bad");
    expect(blind.decide().value).toBe(0);
    const half = light();
    half.view.put("occupied", 1, "suspect");
    expect(half.decide().value).toBe(1);
    const permit = kerbLightPermit(sources);
    const known = light().view;
    for (const value of [Number.NaN, 1.5, -1, 99])
      expect(permit.allow({ value, reason }, known).value).toBe(0);
    expect(permit.allow({ value: 1, reason }, new ViewOnTable()).value).toBe(0);
  });

  it("has a colour for each aspect, all different, and none for dark", () => {
    const colours = aspects.map((_, aspect) => JSON.stringify(colourOf(aspect)));
    expect(new Set(colours).size).toBe(aspects.length);
    expect([colourOf(0), colourOf(42)]).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });
});

describe("a kerb's sign", () => {
  const spaces = ["a1", "a2"];
  const sign = (...codes: readonly number[]) => {
    const view = new ViewOnTable();
    for (const [index, code] of codes.entries()) view.put(spaces[index]!, code);
    return new ActuatorOnTable(kerbSign(spaces), kerbSignPermit(spaces), view);
  };

  it("shows the page of what all spaces are for, or that they differ", () => {
    expect(sign(1, 1).decide().value).toBe(pageOf("loading"));
    expect(sign(0, 1).decide().value).toBe(activities.length + 1);
  });

  it("shows the strictest page while a policy is not known", () => {
    expect(sign(0).decide().value).toBe(strictestPage);
    const suspect = sign(0, 0);
    suspect.view.put("a2", 0, "suspect");
    expect(suspect.decide().value).toBe(strictestPage);
  });

  it("is permitted no page but that one, the strictest and none", () => {
    const { view } = sign(1, 1);
    const allowed = (value: number) => kerbSignPermit(spaces).allow({ value, reason }, view).value;
    expect([0, 1, 2, strictestPage, 11, 99, Number.NaN].map(allowed)).toEqual([
      0,
      strictestPage,
      2,
      strictestPage,
      strictestPage,
      strictestPage,
      strictestPage,
    ]);
  });
});
