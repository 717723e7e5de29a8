import { describe, expect, it } from "vitest";
import { evidence, patience } from "./evidence.ts";

describe("what a magnetometer and a lidar say together", () => {
  it("is what both say, soon", () => {
    expect(evidence("vehicle", "something", false)).toMatchObject({ isOccupied: true, afterMs: 2_500 });
    expect(evidence("clear", "clear", false)).toMatchObject({ isOccupied: false, afterMs: 1_000 });
  });

  it("is what one says where the other is missing", () => {
    expect(evidence("vehicle", "unknown", false)).toMatchObject({ isOccupied: true });
    expect(evidence("clear", "unknown", false)).toMatchObject({ isOccupied: false });
    expect(evidence("unknown", "something", false)).toMatchObject({
      isOccupied: true,
      afterMs: patience.beamMs,
    });
    expect(evidence("unknown", "clear", false)).toMatchObject({ isOccupied: false });
    expect(evidence("unknown", "unknown", true)).toBeUndefined();
  });

  it("takes a lorry beside the space for none, and a short car that missed the beam for one", () => {
    const contradictory = { isContradictory: true, afterMs: 15_000 };
    expect(evidence("vehicle", "clear", false)).toEqual({ isOccupied: false, ...contradictory });
    expect(evidence("vehicle", "clear", true)).toEqual({ isOccupied: true, ...contradictory });
  });

  it("takes people for nobody who parks, and a little iron in the beam for a motorcycle", () => {
    expect(evidence("clear", "something", false)).toMatchObject({ isOccupied: false, isContradictory: true });
    expect(evidence("between", "something", false)).toMatchObject({
      isOccupied: true,
      isContradictory: false,
    });
  });

  it("waits longer where the field came back only nearly", () => {
    expect(evidence("between", "unknown", false)).toMatchObject({ isOccupied: false, afterMs: 4_000 });
    expect(evidence("between", "clear", false)).toMatchObject({ isOccupied: false, afterMs: 1_000 });
  });
});
