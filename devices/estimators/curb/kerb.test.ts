import * as Type from "@sinclair/typebox";
import { describe, expect, it } from "vitest";
import { check } from "#firmware/check.ts";
import { Stepper } from "#test/bench/stepper.ts";
import { curbEventFields } from "./curb-data.ts";
import { kerb } from "./kerb.ts";

const estimator = kerb(2, {
  occupied: (space) => `space${space}.occupied`,
  latency: (space) => `space${space}.latency`,
  decommission: "command.decommission",
  commission: "command.commission",
});
const week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const rule = (from: string, to: string, activity: string, maxStay = 0) => ({
  ...{ days: week, from, to, spaces: "all", activity, userClasses: "", maxStay, rate: 0 },
});
const settings = {
  policy: [rule("08:00", "20:00", "parking", 60), rule("20:00", "22:00", "no stopping")],
  ...{ grace: 120, spaceLength: 6, bearing: 90 },
};
/** Tuesday, local time in Rome. */
const rome = (hour: number, minute = 0) => Date.UTC(2026, 3, 14, hour - 2, minute);
const minuteMs = 60_000;

const start = (wallOriginMs: number | undefined = rome(10), saved?: unknown) =>
  new Stepper(estimator, { settings, wallOriginMs, saved }).start();
type Table = ReturnType<typeof start>;
const occupied = (table: Table, space: number, value: 0 | 1, latency = 3) =>
  table.hear(`space${space}.latency`, latency).hear(`space${space}.occupied`, value);
const types = (table: Table) => table.events.map(({ fields }) => fields.event_type);

describe("the use of a kerb", () => {
  it("counts spaces, sessions, and those that ended within the hour", () => {
    const table = start();
    occupied(occupied(table, 1, 0), 2, 0);
    expect([table.value("free"), table.value("occupied"), table.value("sessions")]).toEqual([2, 0, 0]);
    occupied(table, 2, 1);
    expect([table.value("free"), table.value("sessions"), table.value("turnover")]).toEqual([1, 1, 0]);
    occupied(table.pass(10 * minuteMs), 2, 0);
    expect([table.value("free"), table.value("turnover")]).toEqual([2, 1]);
    table.pass(61 * minuteMs);
    expect(table.value("turnover")).toBe(0);
  });

  // CDS 1.0.1, Events API, "Curb Event": required fields, and examples.md for their form.
  it("tells of a vehicle that came and went with the fields that CDS requires", () => {
    const table = start();
    occupied(table, 2, 0);
    table.pass(5 * minuteMs);
    occupied(table, 2, 1, 4);
    occupied(table.pass(7 * minuteMs), 2, 0, 1);
    const [came, went] = table.events.map(({ fields }) => fields);
    const cameMs = rome(10, 5) - 4_000;
    expect(came).toEqual({
      event_id: expect.any(String),
      event_type: "park_start",
      event_location: {
        type: "Feature",
        properties: { timestamp: cameMs },
        // Half a space east of the unit: 3 m at 45.07° N.
        geometry: { type: "Point", coordinates: [expect.closeTo(7.690_038, 5), 45.07] },
      },
      event_time: cameMs,
      event_publication_time: rome(10, 5),
      event_session_id: expect.any(String),
      data_source_type: "in_ground",
      data_source_device_id: expect.any(String),
      data_source_device_name: "park/bench-01 space 2",
      sensor_status_is_commissioned: true,
      sensor_status_is_online: true,
      curb_occupants: [{ type: "unspecified" }],
    });
    expect(went).toMatchObject({
      event_type: "park_end",
      event_time: rome(10, 12) - 1_000,
      event_session_id: came!.event_session_id,
      data_source_device_id: came!.data_source_device_id,
      curb_occupants: [],
    });
    expect(went!.event_id).not.toBe(came!.event_id);
    const schema = Type.Object({ ...curbEventFields }, { additionalProperties: false });
    expect([came, went].flatMap((fields) => check(schema, fields))).toEqual([]);
  });

  it("gives every event an identifier of its own, the same in any life", () => {
    const live = () => {
      const table = start();
      for (let visit = 0; visit < 20; visit++) occupied(table.pass(minuteMs), 1, visit % 2 ? 0 : 1);
      table.restart(minuteMs).start();
      for (let visit = 0; visit < 20; visit++) occupied(table.pass(minuteMs), 2, visit % 2 ? 0 : 1);
      return table.events.map(({ fields }) => fields.event_id);
    };
    const ids = live();
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(40);
    expect(live()).toEqual(ids);
  });

  it("goes on with a session over a restart", () => {
    const table = start();
    occupied(table, 1, 1);
    table.restart(minuteMs).start();
    occupied(table, 1, 1);
    expect(types(table)).toEqual(["park_start"]);
    occupied(table, 1, 0);
    expect(types(table)).toEqual(["park_start", "park_end"]);
    expect(table.events[1]!.fields.event_session_id).toBe(table.events[0]!.fields.event_session_id);
    expect(estimator.initial({ uses: [{ events: -1, sessions: "9" }] }).uses[0]).toMatchObject({
      ...{ events: 0, sessions: 0, isOccupied: undefined },
    });
  });

  it("keeps what happened while the time was not known, and tells it with the times at which it did", () => {
    const table = new Stepper(estimator, { settings }).start();
    occupied(table, 1, 1, 2);
    occupied(table.pass(5 * minuteMs), 1, 0, 0);
    occupied(table.pass(minuteMs), 1, 1, 0);
    expect(table.events).toEqual([]);
    table.pass(minuteMs);
    table.wallOriginMs = rome(11) - table.nowMs;
    table.pass(10_000);
    const told = table.events.map(({ fields }) => [fields.event_type, fields.event_time]);
    expect(told).toEqual([
      ["park_start", rome(10, 53) - 2_000],
      ["park_end", rome(10, 58)],
      ["park_start", rome(10, 59)],
    ]);
    const [first, second, third] = table.events.map(({ fields }) => fields.event_session_id);
    expect([first === second, first === third]).toEqual([true, false]);
  });

  it("loses a space's sensors after a minute, and has them back", () => {
    const table = start();
    occupied(table, 1, 1);
    table.hear("space1.occupied", Number.NaN, "bad").pass(59_000);
    expect(types(table)).toEqual(["park_start"]);
    table.pass(12_000);
    expect(table.events[1]!.fields).toMatchObject({
      event_type: "comms_lost",
      sensor_status_is_online: false,
    });
    expect(table.quality("free")).toBe("suspect");
    occupied(table, 1, 1);
    expect(types(table)).toEqual(["park_start", "comms_lost", "comms_restored"]);
    expect(table.events[2]!.fields).toMatchObject({ sensor_status_is_online: true });
  });

  it("tells once that sensors are lost, whatever restarts meanwhile, and that they are back", () => {
    const table = start();
    table.hear("space1.occupied", Number.NaN, "bad").pass(71_000);
    expect(types(table)).toEqual(["comms_lost"]);
    table
      .restart(minuteMs)
      .start()
      .hear("space1.occupied", Number.NaN, "bad")
      .pass(5 * minuteMs);
    expect(types(table)).toEqual(["comms_lost"]);
    occupied(table.restart(minuteMs).start(), 1, 0);
    expect(types(table)).toEqual(["comms_lost", "comms_restored"]);
  });

  it("reports at each full hour, whatever happens", () => {
    const table = start(rome(10, 30));
    occupied(table, 2, 1);
    table.pass(31 * minuteMs);
    const reports = table.events.filter(({ fields }) => fields.event_type === "scheduled_report");
    expect(reports.map(({ fields }) => fields.data_source_device_name)).toEqual([
      "park/bench-01 space 1",
      "park/bench-01 space 2",
    ]);
    expect(reports[0]!.fields.curb_occupants).toEqual([{ type: "unspecified" }]);
  });

  it("tells nothing of a space that is out of service, until it is back", () => {
    const table = start();
    table.command("decommission", { space: 1 });
    expect(table.events[0]!.fields).toMatchObject({
      event_type: "decommissioned",
      sensor_status_is_commissioned: false,
    });
    table.command("decommission", { space: 1 });
    occupied(occupied(table.restart().start(), 1, 1), 1, 0);
    expect(types(table)).toEqual(["decommissioned"]);
    occupied(table.command("commission", { space: 1 }), 1, 1);
    expect(types(table)).toEqual(["decommissioned", "park_start"]);
  });

  it("ends no session that began before a space was out of service, and begins one with whom it finds", () => {
    const table = occupied(start(), 1, 1);
    table.command("decommission", { space: 1 });
    expect([table.value("free"), table.value("occupied")]).toEqual([0, 0]);
    occupied(occupied(table, 1, 0), 1, 1);
    table.hear("space1.occupied", Number.NaN, "bad").pass(2 * minuteMs);
    occupied(table, 1, 1);
    expect(types(table)).toEqual(["park_start", "decommissioned"]);
    table.pass(minuteMs).command("commission", { space: 1 });
    occupied(table.pass(minuteMs), 1, 0);
    expect(types(table).slice(2)).toEqual(["park_start", "park_end"]);
    const [first, , second, end] = table.events.map(({ fields }) => fields.event_session_id);
    expect([second === end, second === first, typeof end]).toEqual([true, false, "string"]);
  });

  it("names no session of one whose begin was never told, and never the same one twice", () => {
    const lost = new Stepper(estimator, { settings }).start();
    occupied(lost, 1, 1).restart().start();
    lost.wallOriginMs = rome(11);
    occupied(lost, 1, 1).pass(minuteMs);
    occupied(lost, 1, 0);
    expect(types(lost)).toEqual(["park_end"]);
    expect(lost.events[0]!.fields).not.toHaveProperty("event_session_id");
    // Two boards, one after the other, at the same place.
    const ids = [rome(10), rome(12)].map(
      (at) => occupied(start(at), 1, 1).events[0]!.fields.event_session_id,
    );
    expect(ids[0]).not.toBe(ids[1]);
  });

  it("tells how many stood there at the time of the event", () => {
    const table = new Stepper(estimator, { settings }).start();
    for (const [space, value] of [
      [1, 1],
      [2, 1],
      [1, 0],
      [2, 0],
    ] as const)
      occupied(table.pass(minuteMs), space, value);
    table.wallOriginMs = rome(11);
    table.pass(10_000);
    const occupants = table.events.map(({ fields }) => (fields.curb_occupants as unknown[]).length);
    expect(occupants).toEqual([1, 2, 1, 0]);
  });

  it("names the operator, and for who comes and goes the areas, where the city has them", () => {
    const operator = "16a85550-51d3-4f52-8ea9-e8a10306cab2";
    const areas = ["02885f6f-ef93-441b-9e74-487279380656"];
    const table = start();
    table.settings = { ...settings, operatorId: [operator], curbAreaIds: areas };
    occupied(table, 1, 1).command("decommission", { space: 2 });
    expect(table.events[0]!.fields).toMatchObject({
      data_source_operator_id: operator,
      curb_area_ids: areas,
    });
    expect(table.events[1]!.fields).toMatchObject({ data_source_operator_id: operator });
    expect(table.events[1]!.fields).not.toHaveProperty("curb_area_ids");
  });
});

describe("an overstay", () => {
  it("begins when the longest stay and the grace are over", () => {
    const table = occupied(start(), 1, 1, 0).pass(62 * minuteMs);
    expect(table.value("overstay1")).toBe(0);
    expect(table.pass(10_001).value("overstay1")).toBe(1);
    expect(occupied(table, 1, 0).value("overstay1")).toBe(0);
  });

  it("counts the time under the present policy, and none where nobody may stand", () => {
    const evening = occupied(start(rome(19, 30)), 1, 1, 0).pass(31 * minuteMs);
    expect(evening.value("overstay1")).toBe(0);
    expect(evening.pass(2 * minuteMs).value("overstay1")).toBe(1);
    // Parked for three hours when the limit of an hour begins at eight: it has an hour from then.
    const morning = occupied(start(rome(5)), 2, 1, 0).pass(239 * minuteMs);
    expect(morning.value("overstay2")).toBe(0);
    expect(morning.pass(5 * minuteMs).value("overstay2")).toBe(1);
  });

  it("goes on over a restart", () => {
    const table = occupied(start(), 1, 1, 0).pass(50 * minuteMs);
    table.restart(11 * minuteMs).start();
    occupied(table, 1, 1).pass(2 * minuteMs);
    expect(table.value("overstay1")).toBe(1);
  });

  it("cannot be judged without the time or a policy", () => {
    const lost = new Stepper(estimator, { settings }).start();
    expect(occupied(lost, 1, 1).quality("overstay1")).toBe("bad");
    expect(occupied(start(rome(23)), 1, 1).quality("overstay1")).toBe("bad");
  });

  it("is none because the clock was set anew, nor the shorter for it", () => {
    const table = occupied(start(), 1, 1, 0).pass(30 * minuteMs);
    table.wallOriginMs = rome(13);
    expect(table.pass(31 * minuteMs).value("overstay1")).toBe(0);
    expect(table.pass(2 * minuteMs).value("overstay1")).toBe(1);
    const back = occupied(start(), 1, 1, 0).pass(30 * minuteMs);
    back.wallOriginMs = rome(8);
    expect(back.pass(31 * minuteMs).value("overstay1")).toBe(0);
    expect(back.pass(2 * minuteMs).value("overstay1")).toBe(1);
  });
});
