import { describe, expect, it } from "vitest";
import type { Comparison, Unaccounted } from "./compare.ts";
import { type Neighbour, withoutUndecided } from "./undecided.ts";

const said = (by: string, atMs: number): Unaccounted => ({
  ...{ atMs, by },
  ...{ said: `${by} 10 %`, elsewhere: "60 %" },
});
const told = (...found: Unaccounted[]): Comparison => ({
  ...{ subjects: 3, told: 30 },
  differences: found.length === 0 ? [] : [{ unit: "floor-01", subject: "actuator edge", found, of: 20 }],
});
const without = (comparison: Comparison, ...neighbours: readonly Neighbour[]) => {
  const { differences, undecided } = withoutUndecided(comparison, "virtual", neighbours);
  return { left: differences.flatMap(({ found }) => found), undecided };
};

describe("what two worlds tell otherwise", () => {
  const mine = said("virtual", 1_000);
  const theirs = said("timetravel", 2_000);
  /** It tells what the first world does, and not what the other does. */
  const same: Neighbour = { withOther: told(mine, theirs), withFirst: told() };

  it("is a difference where virtual time tells the same however late it begins", () => {
    expect(without(told(mine, theirs), same, same)).toEqual({ left: [mine, theirs], undecided: 0 });
    expect(without(told(mine, theirs))).toEqual({ left: [mine, theirs], undecided: 0 });
  });

  it("is undecided where virtual time, begun later, tells what the kernel did", () => {
    const likeTheKernel: Neighbour = { withOther: told(mine), withFirst: told() };
    expect(without(told(mine, theirs), same, likeTheKernel)).toEqual({ left: [mine], undecided: 1 });
  });

  it("is undecided where virtual time, begun later, does not tell it either", () => {
    const silent: Neighbour = { withOther: told(theirs), withFirst: told(mine) };
    expect(without(told(mine, theirs), same, silent)).toEqual({ left: [theirs], undecided: 1 });
  });

  it("is no difference any more where all of it is undecided", () => {
    const neither: Neighbour = { withOther: told(), withFirst: told(mine) };
    const { differences, undecided, subjects } = withoutUndecided(told(mine, theirs), "virtual", [neither]);
    expect({ differences, undecided, subjects }).toEqual({ differences: [], undecided: 2, subjects: 3 });
  });

  it.each([
    ["another unit's", { unit: "floor-02" }],
    ["another subject", { subject: "alarm stuck" }],
    ["said at another instant", { found: [said("virtual", 1_001)] }],
    ["another word", { found: [{ ...mine, said: "virtual 20 %" }] }],
  ])("is not undecided because of %s", (_, other) => {
    const [difference] = told(mine).differences;
    const elsewhere = { ...told(), differences: [{ ...difference!, ...other }] };
    expect(without(told(mine), { withOther: told(), withFirst: elsewhere }).left).toEqual([mine]);
  });
});
