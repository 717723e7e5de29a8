import { describe, expect, it } from "vitest";
import { floorLevel, roadClasses } from "./road-class.ts";

describe("floorLevel", () => {
  // Ratios worked out by hand from EN 13201-2:2015, tables 1 to 3, class against the class two below it.
  it.each([
    ["M1", 50, "1.0 / 2.0"],
    ["M3", 50, "0.5 / 1.0"],
    ["M4", 40, "0.3 / 0.75"],
    ["M5", 60, "0.3 / 0.5, M6 being the last"],
    ["M6", 100, "nothing below"],
    ["C0", 40, "20 / 50"],
    ["C4", 75, "7.5 / 10"],
    ["P1", 50, "7.5 / 15"],
    ["P4", 40, "2 / 5"],
    ["P5", 67, "2 / 3, rounded up"],
    ["P6", 100, "nothing below"],
  ])("of %s is %i percent: %s", (roadClass, percent) => expect(floorLevel(roadClass)).toBe(percent));

  it("knows the eighteen classes and no other", () => {
    expect(roadClasses).toHaveLength(18);
    for (const roadClass of roadClasses) expect(floorLevel(roadClass)).toBeGreaterThanOrEqual(40);
    for (const other of ["M0", "M7", "C6", "P0", "P7", "m1", ""]) expect(floorLevel(other)).toBeUndefined();
  });
});
