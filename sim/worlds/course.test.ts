import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { astray, exactly, lasting, near, type Point, within } from "./course.ts";

const course = <Value>(...points: readonly (readonly [atS: number, value: Value])[]): Point<Value>[] =>
  points.map(([atS, value]) => ({ atMs: atS * 1_000, value }));
const by = (amount: number) => within(() => amount);

describe("the points of a course that another does not account for", () => {
  const lamp = course([0, 100], [10, 20], [60, 80], [90, 20]);
  const values = (found: readonly { readonly point: Point<unknown> }[]) =>
    found.map(({ point }) => point.value);

  it("are none of a course against itself, shifted within the time, or off within the amount", () => {
    expect(astray(lamp, lamp, 0, by(0))).toEqual([]);
    const later = lamp.map(({ atMs, value }) => ({ atMs: atMs + 1_900, value: value + 0.9 }));
    expect(astray(lamp, later, 2_000, by(1))).toEqual([]);
    expect(astray(later, lamp, 2_000, by(1))).toEqual([]);
  });

  it("are those that come too late, with what was said there meanwhile", () => {
    const late = course([0, 100], [10, 20], [63, 80], [90, 20]);
    expect(astray(lamp, late, 2_000, by(1))).toEqual([{ point: { atMs: 60_000, value: 80 }, around: [20] }]);
  });

  it("are those that are off by more than the amount", () => {
    const dim = course([0, 100], [10, 20], [60, 70], [90, 20]);
    expect(values(astray(lamp, dim, 2_000, by(1)))).toEqual([80]);
    expect(
      astray(
        dim,
        lamp,
        2_000,
        within((value) => value / 5),
      ),
    ).toEqual([]);
  });

  it("are those of a time before the other said anything", () => {
    expect(astray(lamp.slice(0, 2), course([30, 20]), 2_000, by(1))).toEqual([
      { point: { atMs: 0, value: 100 }, around: [] },
      { point: { atMs: 10_000, value: 20 }, around: [] },
    ]);
    expect(astray(lamp, [], 2_000, by(1))).toHaveLength(4);
  });

  it("are a value where the other knows none, and none where the other has a value", () => {
    const lost = course([0, 100], [10, 20], [60, Number.NaN], [90, 20]);
    expect(values(astray(lamp, lost, 2_000, by(1)))).toEqual([80]);
    expect(values(astray(lost, lamp, 2_000, by(1)))).toEqual([Number.NaN]);
    expect(astray(lost, lost, 2_000, by(0))).toEqual([]);
  });

  it("are values in between, of what goes from one to the next at once", () => {
    const dimmed = course([0, 100], [10, 20], [60, 50], [61, 80], [90, 20]);
    expect(astray(dimmed, lamp, 2_000, by(1))).toEqual([]);
    expect(
      values(
        astray(
          dimmed,
          lamp,
          2_000,
          near(() => 1),
        ),
      ),
    ).toEqual([50]);
    expect(
      values(
        astray(
          dimmed,
          lamp,
          2_000,
          near(() => 30),
        ),
      ),
    ).toEqual([]);
  });

  it("are words that were not said, even when one before and one after were", () => {
    const part = course([0, "starting"], [1, "ok"], [60, "failing"]);
    expect(astray(part, part, 0, exactly)).toEqual([]);
    expect(values(astray(part, course([0, "starting"], [59, "quarantined"]), 2_000, exactly))).toEqual([
      "ok",
      "failing",
    ]);
  });

  it("are found, wherever one point of a course was changed by more than both allow", () => {
    const levels = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(levels, fc.nat(), (said, pick) => {
        const whole = course(...said.map((value, index) => [index * 10, value] as const));
        const at = pick % whole.length;
        const wrong = whole.map((point, index) => (index === at ? { ...point, value: 250 } : point));
        expect(astray(wrong, whole, 4_000, by(20)).map(({ point }) => point)).toEqual([wrong[at]]);
      }),
    );
  });
});

it("leaves out what came and went, but not what stays at the end", () => {
  const reasons = course([0, "night"], [60, "unsure"], [61, "vehicle"], [90, "lost"]);
  expect(lasting(reasons, 2_000).map(({ value }) => value)).toEqual(["night", "vehicle", "lost"]);
  expect(lasting(reasons, 999)).toEqual(reasons);
});
