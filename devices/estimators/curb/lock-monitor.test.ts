import { describe, expect, it } from "vitest";
import { Stepper } from "#test/bench/stepper.ts";
import { lockMonitor } from "./lock-monitor.ts";

const estimator = lockMonitor({
  ...{ target: "lock.target", upperLimit: "upper", lowerLimit: "lower" },
  ...{ motorCurrent: "current", kept: "kept" },
});
const start = () =>
  new Stepper(estimator, { settings: { stallCurrent: 6, travelTime: 6 } }).start().hear("lower", 1);
/** On its way up for a second. */
const rising = () => start().hear("kept", 1).hear("lock.target", 1).pass(1_000).hear("lower", 0);

describe("the monitor of a ground lock", () => {
  it("wants attention while the lock moves or is not where it is wanted", () => {
    const table = start();
    expect([table.value("attention"), table.value("lowered"), table.value("raised")]).toEqual([0, 1, 0]);
    expect(table.hear("kept", 1).value("attention")).toBe(1);
    table.hear("lock.target", 1).hear("lower", 0).hear("upper", 1);
    expect([table.value("attention"), table.value("raised")]).toEqual([1, 1]);
    expect(table.hear("lock.target", 0).pass(2_999).value("attention")).toBe(1);
    expect(table.pass(1).value("attention")).toBe(0);
    expect(table.hear("kept", 0).value("attention")).toBe(1);
  });

  it("calls a motor stalled that strains for 0.2 s beyond the inrush, until it has rested for 2 s", () => {
    const start = rising().hear("current", 12).pass(199).hear("current", 12);
    expect(start.value("stalled")).toBe(0);
    expect(start.pass(1).hear("current", 12).value("stalled")).toBe(1);
    expect(start.hear("current", 3).value("stalled")).toBe(1);
    expect(start.hear("lock.target", 0).pass(1_999).value("stalled")).toBe(1);
    expect(start.pass(1).value("stalled")).toBe(0);
  });

  it("does not take the inrush for a stall", () => {
    const table = start().hear("kept", 1).hear("lock.target", 1);
    table.hear("current", 12).pass(200).hear("current", 12).pass(199).hear("current", 4);
    expect(table.value("stalled")).toBe(0);
  });

  it("calls a drive stalled that does not arrive, without any reading", () => {
    const table = rising();
    expect(table.pass(8_000).value("stalled")).toBe(0);
    expect(table.pass(2).value("stalled")).toBe(1);
  });

  it("tells a motor that runs though it was told to rest, for the rest of its life", () => {
    const table = rising().hear("current", 3).hear("upper", 1).hear("lock.target", 0);
    // It coasts.
    table.pass(600).hear("current", 3).pass(99).hear("current", 3);
    expect(table.value("runaway")).toBe(0);
    table.pass(1).hear("current", 3).pass(299).hear("current", 3);
    expect(table.value("runaway")).toBe(0);
    expect(table.pass(1).hear("current", 3).value("runaway")).toBe(1);
    table.hear("current", 0).pass(60_000).hear("current", 0);
    expect([table.value("runaway"), table.value("attention")]).toEqual([1, 1]);
    // One stray reading, a bad one, and what a resting motor's shunt is off by.
    const quiet = start().pass(5_000).hear("current", 3).pass(200).hear("current", 0.5);
    quiet.pass(200).hear("current", Number.NaN, "bad").pass(200).hear("current", 0.5).pass(1_000);
    expect([quiet.value("runaway"), quiet.value("attention")]).toEqual([0, 0]);
    const reversed = start().pass(5_000).hear("current", -2).pass(300).hear("current", -2);
    expect(reversed.value("runaway")).toBe(1);
  });

  it("tells limit switches that contradict each other, and a lock that is wanted up and is not", () => {
    const table = start().hear("kept", 1);
    expect([table.value("contradictory"), table.value("wanting")]).toEqual([0, 1]);
    table.hear("upper", 1);
    expect([table.value("contradictory"), table.value("wanting")]).toEqual([1, 0]);
    table.hear("lower", 0).hear("kept", 0).hear("upper", 0);
    expect([table.value("contradictory"), table.value("wanting")]).toEqual([0, 0]);
  });

  it("tells a rise that was broken off, and forgets it with the next one or when nobody wants it up", () => {
    expect(rising().hear("lock.target", 0).value("obstructed")).toBe(1);
    expect(rising().hear("lock.target", 0).hear("lock.target", 1).value("obstructed")).toBe(0);
    expect(rising().hear("lock.target", 0).hear("kept", 0).value("obstructed")).toBe(0);
    expect(rising().hear("upper", 1).hear("lock.target", 0).value("obstructed")).toBe(0);
    expect(rising().hear("kept", 0).hear("lock.target", 0).value("obstructed")).toBe(0);
  });
});
