import * as Type from "@sinclair/typebox";
import { describe, expect, it } from "vitest";
import { check } from "#firmware/check.ts";
import { Stepper } from "#test/bench/stepper.ts";
import { ViewOnTable } from "#test/bench/view-on-table.ts";
import { activityCode } from "./activity.ts";
import { curbPolicy, curbPolicyFields } from "./curb-data.ts";
import { policiesOf, policyAt } from "./policy.ts";
import { policyOfTheHour } from "./policy-of-the-hour.ts";

const row = (days: readonly string[], from: string, to: string, activity: string, more = {}) => ({
  ...{ days, from, to, spaces: "all", activity, userClasses: "", maxStay: 0, rate: 0 },
  ...more,
});
const week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const settings = {
  policy: [
    row(["tue"], "12:00", "14:00", "stopping", { maxStay: 10, spaces: "1,3-4" }),
    row(["tue"], "07:00", "20:00", "parking", {
      ...{ maxStay: 120, rate: 200, userClasses: "electric, permit" },
    }),
    row(["fri"], "22:00", "02:00", "no parking"),
  ],
};
/** Local time in Rome; 2026-04-14 is a Tuesday, in summer time. */
const rome = (day: number, hour: number, minute = 0) => Date.UTC(2026, 3, day, hour - 2, minute);
const at = (space: number, wallMs: number) =>
  policyAt(policiesOf(settings), space, "Europe/Rome", wallMs)?.activity;

describe("the policies of a kerb", () => {
  it("hold by day and time: from the first minute on, and no more in the last", () => {
    expect(at(2, rome(14, 6, 59))).toBeUndefined();
    expect(at(2, rome(14, 7))).toBe("parking");
    expect(at(2, rome(14, 19, 59))).toBe("parking");
    expect(at(2, rome(14, 20))).toBeUndefined();
    expect(at(2, rome(15, 12))).toBeUndefined();
  });

  it("take precedence in the order of their rows, each for its spaces", () => {
    expect([1, 2, 3, 4, 5].map((space) => at(space, rome(14, 12)))).toEqual([
      "stopping",
      "parking",
      "stopping",
      "stopping",
      "parking",
    ]);
  });

  it("hold over midnight", () => {
    expect(at(1, rome(17, 23))).toBe("no parking");
    expect(at(1, rome(18, 1, 59))).toBe("no parking");
    expect(at(1, rome(18, 2))).toBeUndefined();
    expect(at(1, rome(17, 1))).toBeUndefined();
  });

  it("are none at all when one row makes no sense", () => {
    for (const wrong of [
      { activity: "dancing" },
      { from: "25:00" },
      { days: ["someday"] },
      { days: [] },
      { maxStay: "2 h" },
    ])
      expect(policiesOf({ policy: [...settings.policy, { ...settings.policy[0], ...wrong }] })).toEqual([]);
    expect(policiesOf({ policy: [null] })).toEqual([]);
    expect(policiesOf({})).toEqual([]);
  });
});

describe("the policy of the hour", () => {
  const start = (wallOriginMs: number | undefined, saved?: unknown) =>
    new Stepper(policyOfTheHour(2, "clock.time"), { settings, wallOriginMs, saved }).start();

  it("is the strictest, and suspect, while the time is not known or no policy applies", () => {
    const table = start(undefined);
    expect([table.value("activity1"), table.quality("activity1")]).toEqual([
      activityCode("no stopping"),
      "suspect",
    ]);
    const night = start(rome(14, 3));
    expect([night.value("activity2"), night.quality("activity2")]).toEqual([9, "suspect"]);
  });

  it("is known as soon as the time is, and changes to the second", () => {
    const table = start(undefined);
    table.wallOriginMs = rome(14, 11, 59);
    table.hear("clock.time", 0);
    expect([table.value("activity1"), table.quality("activity1")]).toEqual([0, "good"]);
    table.pass(59_999);
    expect(table.value("activity1")).toBe(activityCode("parking"));
    table.pass(1);
    expect([table.value("activity1"), table.value("activity2")]).toEqual([
      activityCode("stopping"),
      activityCode("parking"),
    ]);
  });

  it("follows settings that change", () => {
    const table = start(rome(14, 12));
    table.settings = { policy: [row(week, "00:00", "24:00", "travel")] };
    table.pass(10_000);
    expect(table.value("activity1")).toBe(activityCode("travel"));
  });

  // CDS 1.0.1, Curbs API: fields and examples of "Rule", "Rate" and "Time Span".
  it("tells each policy that begins to hold as CDS has it, once, over restarts too", () => {
    const table = start(rome(14, 7));
    expect(table.events).toHaveLength(2);
    expect(table.events[0]).toEqual({
      event: "curbPolicy",
      fields: {
        curb_policy_id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-/),
        published_date: rome(14, 7),
        space_number: 1,
        priority: 2,
        rules: [
          {
            activity: "parking",
            max_stay: 120,
            max_stay_unit: "minute",
            user_classes: ["electric", "permit"],
            rate: [{ rate: 200, rate_unit: "hour" }],
          },
        ],
        time_spans: [{ days_of_week: ["tue"], time_of_day_start: "07:00", time_of_day_end: "20:00" }],
      },
    });
    expect(table.events[1]!.fields.curb_policy_id).toBe(table.events[0]!.fields.curb_policy_id);
    table.restart(60_000).start().pass(60_000);
    expect(table.events).toHaveLength(2);
    table.pass(5 * 3_600_000);
    expect(table.events[2]!.fields.published_date).toBe(rome(14, 12));
    expect(table.events.map(({ fields }) => fields.space_number)).toEqual([1, 2, 1]);
    expect(table.events[2]!.fields.curb_policy_id).not.toBe(table.events[0]!.fields.curb_policy_id);
  });

  // "Two Policy objects containing the same curb_policy_id MUST be completely identical."
  it("tells the same policy whenever it holds again, and another one once it was away", () => {
    const table = start(rome(14, 7))
      .pass(5 * 3_600_000)
      .restart(60_000)
      .start()
      .pass(3 * 3_600_000);
    const [first, , , again] = table.events.map(({ fields }) => fields);
    expect(again).toEqual(first);
    const { settings: before } = table;
    table.settings = { policy: [row(week, "00:00", "24:00", "parking")] };
    table.pass(10_000).settings = before;
    const later = table.pass(10_000).events.at(-2)!.fields;
    expect(later).toMatchObject({ rules: first!.rules, priority: 2, space_number: 1 });
    expect(later.curb_policy_id).not.toBe(first!.curb_policy_id);
  });

  // CDS 1.0.1, "Time Span": HH:MM of one day, midnight where the end is left out; "Rule": whole numbers, and no rate
  // for a negative activity.
  it.each([
    [
      ["fri"],
      "22:00",
      "02:00",
      [
        ["fri", "22:00"],
        ["sat", "00:00", "02:00"],
      ],
    ],
    [["sun"], "18:00", "00:00", [["sun", "18:00"]]],
    [
      ["mon"],
      "06:00",
      "06:00",
      [
        ["mon", "06:00"],
        ["tue", "00:00", "06:00"],
      ],
    ],
    [["mon"], "00:00", "24:00", [["mon", "00:00"]]],
    [["sun"], "24:00", "03:00", [["mon", "00:00", "03:00"]]],
  ] as const)("tells the time spans of %s from %s to %s as CDS can", (days, from, to, expected) => {
    const policy = [row(days, from, to, "no parking", { maxStay: 7.5, rate: 200 })];
    const spans = expected.map(([day, begin, end]) => ({
      ...{ days_of_week: [day], time_of_day_start: begin },
      ...(end === undefined ? {} : { time_of_day_end: end }),
    }));
    const [only] = policiesOf({ policy });
    const { fields } = curbPolicy(only!, 1, 1_776_142_800_000.4, new ViewOnTable({}));
    expect(fields).toMatchObject({ published_date: 1_776_142_800_000, time_spans: spans });
    expect(fields.rules).toEqual([{ activity: "no parking", max_stay: 450, max_stay_unit: "second" }]);
    const schema = Type.Object({ ...curbPolicyFields }, { additionalProperties: false });
    expect(check(schema, fields)).toEqual([]);
  });

  it("names the city's zone and space where it knows them", () => {
    const zone = "02885f6f-ef93-441b-9e74-487279380656";
    const space = "0fcb51b0-4529-4d28-a339-81e9a9bbcdb3";
    const named = { ...settings, curbZoneId: [zone], curbSpaceIds: [space] };
    const table = new Stepper(policyOfTheHour(2, "clock.time"), {
      settings: named,
      wallOriginMs: rome(14, 7),
    }).start();
    expect(table.events[0]!.fields).toMatchObject({ curb_zone_id: zone, curb_space_id: space });
    expect(table.events[1]!.fields).toMatchObject({ curb_zone_id: zone });
    expect(table.events[1]!.fields).not.toHaveProperty("curb_space_id");
  });
});
