import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { profile } from "../../devices/furniture/settings.ts";
import { plainSchema, refusals } from "../node/schema.ts";
import { minuteOf } from "./night.ts";
import { dragged, fromAt, nudged, pointAfter, pointAt } from "./profile-edit.ts";

// The strip's sunset is at 18:00, 360 minutes after noon, and its sunrise at 06:00, 1080 after.
describe("a dragged point", () => {
  it("keeps to 5 minutes and 5 %", () => {
    expect(dragged({ from: "22:00", level: 50 }, 63, -12)).toEqual({ from: "23:05", level: 40 });
    expect(dragged({ from: "22:02", level: 33 }, 7, 4)).toEqual({ from: "22:10", level: 35 });
  });

  it("keeps the value of the direction in which it hardly moves", () => {
    expect(dragged({ from: "22:02", level: 33 }, 2, 20)).toEqual({ from: "22:02", level: 55 });
    expect(dragged({ from: "22:02", level: 33 }, -60, 2)).toEqual({ from: "21:00", level: 33 });
  });

  it("stays relative to the sun: only its offset changes", () => {
    expect(dragged({ from: "sunset+00:30", level: 60 }, 45, 0).from).toBe("sunset+01:15");
    expect(dragged({ from: "sunset+00:30", level: 60 }, -30, 0).from).toBe("sunset");
    expect(dragged({ from: "sunrise", level: 60 }, -90, 0).from).toBe("sunrise-01:30");
  });

  it("goes over midnight, and not over noon, and not beyond 0 and 100 %", () => {
    expect(dragged({ from: "23:30", level: 50 }, 60, 200)).toEqual({ from: "00:30", level: 100 });
    expect(dragged({ from: "11:00", level: 50 }, 600, -200)).toEqual({ from: "11:55", level: 0 });
    expect(dragged({ from: "13:00", level: 50 }, -600, 0).from).toBe("12:00");
  });
});

describe("a point moved by keys", () => {
  it("moves by as much as the key says, in one direction", () => {
    expect(nudged({ from: "22:02", level: 33 }, 5, 0)).toEqual({ from: "22:07", level: 33 });
    expect(nudged({ from: "sunset", level: 33 }, -60, 0)).toEqual({ from: "sunset-01:00", level: 33 });
    expect(nudged({ from: "22:02", level: 95 }, 0, 10)).toEqual({ from: "22:02", level: 100 });
  });

  it("waits until its time is written out", () => {
    expect(nudged({ from: "22:", level: 33 }, 5, 0)).toEqual({ from: "22:", level: 33 });
  });
});

describe("a new point", () => {
  it("lies where it was asked for", () => {
    expect(pointAt(601, 33)).toEqual({ from: "22:00", level: 35 });
  });

  it("lies halfway to the next one, at the same level", () => {
    const points = [
      { from: "sunset", level: 70 },
      { from: "00:00", level: 40 },
      { from: "22:00", level: 50 },
    ];
    expect(pointAfter(points, 2)).toEqual({ from: "23:00", level: 50 });
    expect(pointAfter(points, 1)).toEqual({ from: "06:00", level: 40 });
  });
});

it("writes any minute as the schema takes it, by the clock and by the sun", () => {
  const { schema } = profile({ title: "T", help: "H." }, []);
  const { items } = plainSchema(schema, "profile");
  const minute = fc.integer({ min: 0, max: 1_439 });
  const was = fc.constantFrom("22:30", "sunset", "sunset-02:00", "sunrise+00:10");
  fc.assert(
    fc.property(minute, was, (at, from) => {
      const written = fromAt(at, from);
      expect(refusals(items!.properties!.from!, written, "")).toEqual([]);
      expect(minuteOf(written)).toBe(at);
      expect(/[a-z]*/.exec(written)?.[0]).toBe(/[a-z]*/.exec(from)?.[0]);
    }),
  );
});
