import { describe, expect, it } from "vitest";
import { Stepper } from "#test/bench/stepper.ts";
import { loss } from "./loss.ts";

const estimator = loss({
  meter: { source: "meter.activePower", silentMs: 60_000 },
  sign: { source: "sign.page", silentMs: 120_000 },
});

describe("what has fallen silent", () => {
  it("is told when its time is over, from the start on, and taken back with its next good sample", () => {
    const table = new Stepper(estimator).start();
    expect([table.value("meter"), table.value("sign")]).toEqual([0, 0]);
    table.pass(60_000);
    expect([table.value("meter"), table.value("sign")]).toEqual([0, 0]);
    table.pass(1);
    expect([table.value("meter"), table.value("sign")]).toEqual([1, 0]);
    table.hear("meter.activePower", Number.NaN, "bad").hear("meter.activePower", 5, "suspect");
    expect(table.value("meter")).toBe(1);
    table.hear("meter.activePower", 5).pass(60_000);
    expect([table.value("meter"), table.value("sign")]).toEqual([0, 1]);
  });
});
