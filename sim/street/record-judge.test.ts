import { describe, expect, it } from "vitest";
import { streetlight } from "#devices/furniture/index.ts";
import type { RecordBody } from "#devices/wire.ts";
import { RecordJudge } from "./record-judge.ts";

const epoch = "0123456789abcdef";
const actuator: RecordBody = { type: "actuator", name: "lamp", value: 40, unit: "%", code: "x", text: "x" };
const event: RecordBody = { type: "part", role: "light", state: "ok" };

function judge(bodies: readonly RecordBody[]): RecordJudge {
  const made = new RecordJudge(streetlight);
  bodies.forEach((body, index) => {
    made.durable(epoch, index + 1, body);
  });
  return made;
}

const held = (...sequences: number[]) => sequences.map((sequence) => ({ epoch, sequence }));

describe("records", () => {
  it("are in the city, on the unit, or lost", () => {
    const of = judge([event, event, event]);
    of.stored(epoch, 1);
    expect(of.score(held(2))).toEqual({ made: 3, delivered: 1, waiting: 1, superseded: 0, lost: 1 });
  });

  it("count once what is in the city and on the unit still", () => {
    const of = judge([event, event]);
    of.stored(epoch, 1);
    expect(of.score(held(1, 2))).toEqual({ made: 2, delivered: 1, waiting: 1, superseded: 0, lost: 0 });
  });

  it("are superseded only by a newer state of the same thing that is safe itself", () => {
    const of = judge([actuator, actuator]);
    expect(of.score(held(2))).toMatchObject({ superseded: 1, lost: 0 });
    expect(of.score([])).toMatchObject({ superseded: 0, lost: 2 });
    of.stored(epoch, 2);
    expect(of.score([])).toMatchObject({ delivered: 1, superseded: 1, lost: 0 });
    expect(judge([actuator, event]).score(held(2))).toMatchObject({ superseded: 0, lost: 1 });
    const other = judge([actuator, { ...actuator, name: "heater" }]);
    expect(other.score(held(2))).toMatchObject({ superseded: 0, lost: 1 });
  });

  it("are made though the unit died before it could say so", () => {
    const of = judge([event]);
    of.stored(epoch, 1);
    of.stored(epoch, 2);
    expect(of.score(held(3))).toEqual({ made: 3, delivered: 2, waiting: 1, superseded: 0, lost: 0 });
  });

  it("have numbers without gaps: one that nobody saw is lost", () => {
    const of = judge([event]);
    of.stored(epoch, 1);
    of.stored(epoch, 3);
    expect(of.score([])).toMatchObject({ made: 3, delivered: 2, lost: 1 });
  });

  it("of another epoch are others", () => {
    const of = judge([event]);
    of.stored("fedcba9876543210", 1);
    expect(of.score([])).toEqual({ made: 2, delivered: 1, waiting: 0, superseded: 0, lost: 1 });
  });
});
