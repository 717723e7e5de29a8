import { describe, expect, it } from "vitest";
import { chainText, genesis } from "#devices/chain.ts";
import type { FieldValue } from "#devices/estimators/estimator.ts";
import type { UnitEvent } from "#firmware/journal.ts";
import { sha256 } from "#firmware/unit/chains.ts";
import { RecordsJudge } from "./records-judge.ts";

const device = "park/bench-01";

function rig() {
  const judge = new RecordsJudge(device, ["usb1Energy"]);
  const measured: unknown[] = [];
  let sequence = 0;
  const hear = (body: Extract<UnitEvent, { type: "record" }>["body"]) =>
    judge.hear({ type: "record", epoch: "1", sequence: ++sequence, body }, (measurement) =>
      measured.push(measurement),
    );
  const measure = (name: string, value: number) =>
    hear({ type: "measurement", name, value, unit: "Wh", quality: "good" });
  let previous = genesis;
  /** A link of a chain; `skip` leaves a number out, `forge` changes a field afterwards. */
  const link = (number: number, fields: Record<string, FieldValue>, forge?: Record<string, FieldValue>) => {
    const name = "chargingSession";
    const hash = sha256(chainText(device, { name, fields, chain: { number, previous } }));
    hear({ type: "event", name, fields: forge ?? fields, chain: { number, previous, hash } });
    previous = hash;
  };
  return { judge, measured, hear, measure, link };
}

describe("the judge of a bench's records", () => {
  it("counts counters that go back, and no other number that does", () => {
    const { judge, measured, measure } = rig();
    for (const value of [1, 2, 2, 1.9, 5]) measure("usb1Energy", value);
    for (const value of [30, 20]) measure("temperature", value);
    expect([judge.countersBack, measured.length]).toEqual([1, 7]);
  });

  it("adds up sessions and their energy, and finds chains without a flaw", () => {
    const { judge, link } = rig();
    link(1, { port: "usb1", energy: 1.25 });
    link(2, { port: "pad", energy: 0.75 });
    expect([judge.sessions, judge.sessionWh, judge.chainFlaws]).toEqual([2, 2, 0]);
  });

  it("finds a record that is missing, and one that was altered", () => {
    const missing = rig();
    missing.link(1, { energy: 1 });
    missing.link(3, { energy: 1 });
    expect(missing.judge.chainFlaws).toBeGreaterThan(0);
    const altered = rig();
    altered.link(1, { energy: 1 }, { energy: 2 });
    expect(altered.judge.chainFlaws).toBeGreaterThan(0);
  });

  it("tells trips from resets", () => {
    const { judge, hear } = rig();
    hear({ type: "event", name: "portTrip", fields: { port: "usb1", cause: "over-current" } });
    hear({ type: "event", name: "portTrip", fields: { port: "usb1", cause: "none" } });
    expect(judge.trips).toBe(1);
  });
});
