import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Stepper } from "#test/bench/stepper.ts";
import { seat } from "./seat.ts";

const estimator = seat({ mass: "seat.mass" });
type Seat = Stepper<ReturnType<typeof estimator.initial>>;

/** So many kilograms for so many seconds, weighed each half second. */
function weigh(at: Seat, kg: number | ((second: number) => number), seconds: number): Seat {
  for (let half = 0; half < 2 * seconds; half++)
    at.hear("seat.mass", typeof kg === "number" ? kg : kg(half / 2)).pass(500);
  return at;
}
const vacant = (zeroKg = 0) => weigh(new Stepper(estimator), zeroKg, 10);
const told = (at: Seat) => ["occupied", "seated", "visits"].map((output) => at.value(output));

describe("a seat", () => {
  it("is occupied from two seconds after somebody sat down until two after she left", () => {
    const at = weigh(vacant(), 62, 1.5);
    expect(told(at)).toEqual([0, 0, 0]);
    expect(told(weigh(at, 62, 0.5))).toEqual([1, 1, 1]);
    weigh(at, (second) => 62 + 4 * Math.sin(second), 60);
    expect(told(at)).toEqual([1, 1, 1]);
    expect(told(weigh(at, 0, 1.5))[0]).toBe(1);
    expect(told(weigh(at, 0, 0.5))).toEqual([0, 0, 1]);
  });

  it.each([
    ["a bag", 9, 0],
    ["a child", 22, 1],
    ["a light man", 50, 1],
    ["a heavy man", 110, 1],
    ["a couple that sits down at once", 145, 2],
    ["three", 225, 3],
  ])("counts %s of %d kg as %d", (_, kg, people) => {
    expect(weigh(vacant(), kg, 5).value("seated")).toBe(people);
  });

  it("counts those who come and go while others sit", () => {
    const at = weigh(vacant(), 70, 60);
    weigh(at, 70 + 85, 60);
    expect(told(at)).toEqual([1, 2, 2]);
    weigh(at, 70 + 85 + 9, 60);
    expect(told(at)).toEqual([1, 2, 2]);
    weigh(at, 85, 60);
    expect(told(at)).toEqual([1, 1, 2]);
  });

  it("tells mean dwell and turnover of the last hour", () => {
    const at = vacant();
    weigh(at, 70, 600);
    weigh(at, 0, 60);
    weigh(at, 80, 300);
    weigh(at, 0, 60);
    expect([at.value("turnover"), at.value("dwell")]).toEqual([2, 450]);
    // The first was there from 10 s on; 61 minutes and 10 s later only the second counts, and then none.
    weigh(at, 0, 2_650);
    expect([at.value("turnover"), at.value("dwell")]).toEqual([1, 450]);
    weigh(at, 0, 3_600);
    expect([at.value("turnover"), at.quality("dwell"), at.value("visits")]).toEqual([0, "bad", 2]);
  });

  it("lets its zero follow slow drift, and not somebody who sits", () => {
    // 4 kg in a day is a poor cell.
    const at = weigh(vacant(), (second) => (4 * second) / 86_400, 43_200);
    expect(at.value("zero")).toBeCloseTo(2, 1);
    const zero = at.value("zero");
    weigh(at, 72, 7_200);
    expect([at.value("zero"), at.value("seated")]).toEqual([zero, 1]);
    expect(told(weigh(at, 2, 10))).toEqual([0, 0, 1]);
  });

  it("takes what lies there for half an hour as part of it, and its going for no visit", () => {
    const at = weigh(vacant(), 9, 1_790);
    expect(at.value("zero")).toBeCloseTo(0, 3);
    weigh(at, 9, 20);
    expect(at.value("zero")).toBeCloseTo(9, 1);
    expect(told(weigh(at, 9 + 70, 10))).toEqual([1, 1, 1]);
    weigh(at, 0, 10);
    expect(told(at)).toEqual([0, 0, 1]);
    expect(at.value("zero")).toBeCloseTo(0, 1);
  });

  it("goes on with its zero and its count after a restart", () => {
    const at = weigh(weigh(vacant(2), 74, 60), 2, 3_600);
    const zero = at.value("zero");
    expect(zero).toBeGreaterThan(1.9);
    at.restart().start();
    expect([at.value("zero"), at.value("visits")]).toEqual([zero, 1]);
    for (const damaged of [null, "x", { zeroKg: "2", visits: 0.5 }])
      expect(estimator.save!(estimator.initial(damaged))).toEqual({ zeroKg: 0, visits: 0 });
  });

  it("counts one visit for each who sits alone, whoever it is, on whatever zero", () => {
    const people = fc.array(fc.integer({ min: 25, max: 110 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(people, fc.double({ min: -2, max: 2, noNaN: true }), (masses, zeroKg) => {
        const at = vacant(zeroKg);
        for (const kg of masses) {
          weigh(at, zeroKg + kg, 8);
          expect(at.value("seated")).toBe(1);
          weigh(at, zeroKg, 8);
          expect(at.value("seated")).toBe(0);
        }
        expect(at.value("visits")).toBe(masses.length);
      }),
      { numRuns: 50 },
    );
  });
});
