import { describe, expect, it } from "vitest";
import { Stepper } from "#test/bench/stepper.ts";
import { lockedSpace, space } from "./space.ts";

const settings = { groundDistance: 2.3 };
const estimator = space(3, {
  ...{ x: "m.x", y: "m.y", z: "m.z", distance: "l.d", attention: "lock.attention" },
  calibrate: "command.calibrate",
});
const stepper = (saved?: unknown) => new Stepper(estimator, { settings, saved });
type Table = ReturnType<typeof stepper>;

/** The earth's field in the middle latitudes, µT, and what is added to it. */
function field(table: Table, extraMicrotesla = 0): Table {
  return table
    .hear("m.x", 20 + extraMicrotesla)
    .hear("m.y", 2)
    .hear("m.z", -42);
}

/** Readings every half second. */
function readings(table: Table, count: number, extraMicrotesla = 0, distanceM?: number): Table {
  for (let index = 0; index < count; index++) {
    table.pass(500);
    field(table, extraMicrotesla);
    if (distanceM !== undefined) table.hear("l.d", distanceM);
  }
  return table;
}

/** A space that has been seen empty. */
const empty = (distanceM?: number) => readings(stepper(), 8, 0, distanceM);

describe("a space with a magnetometer alone", () => {
  it("is not known at first, then empty: the field that it begins with is that of the empty space", () => {
    const table = field(stepper());
    expect([table.value("occupied"), table.quality("occupied")]).toEqual([Number.NaN, "bad"]);
    readings(table, 6);
    expect([table.value("occupied"), table.quality("occupied")]).toEqual([0, "good"]);
    expect(table.value("deviation")).toBeCloseTo(0, 6);
  });

  it("is occupied when a vehicle has stood still for 2.5 s, and tells since when", () => {
    const table = readings(empty(), 5, 20);
    expect(table.value("occupied")).toBe(0);
    expect(table.value("attention")).toBe(1);
    readings(table, 1, 20);
    expect([table.value("occupied"), table.value("latency")]).toEqual([1, 2.5]);
    expect([table.value("deviation"), table.value("attention")]).toEqual([20, 0]);
  });

  it("is not occupied by a vehicle that passes: its field moves", () => {
    const table = empty();
    for (const extra of [3, 8, 14, 22, 15, 9, 3, 0]) readings(table, 1, extra);
    readings(table, 4);
    expect(table.value("occupied")).toBe(0);
  });

  it("waits for a vehicle that creeps into its place, but not for ever", () => {
    const table = empty();
    for (let step = 0; step < 12; step++) readings(table, 1, 8 + 3 * step);
    expect(table.value("occupied")).toBe(0);
    readings(table, 6, 41);
    expect([table.value("occupied"), table.value("latency")]).toEqual([1, 8]);
    const restless = empty();
    for (let step = 0; step < 41; step++) readings(restless, 1, step % 2 ? 30 : 10);
    expect([restless.value("occupied"), restless.value("latency")]).toEqual([1, 20]);
  });

  it("is not occupied by a lorry that stands in the next lane", () => {
    expect(readings(empty(), 600, 2.9).value("occupied")).toBe(0);
  });

  it("is occupied by a vehicle whose fields nearly cancel at the sensor, which was strong while it came", () => {
    const table = readings(empty(), 2, 14);
    readings(table, 8, 2.6);
    expect(table.value("occupied")).toBe(1);
    readings(table, 200, 2.6);
    expect(table.value("occupied")).toBe(1);
    readings(table, 4);
    expect(table.value("occupied")).toBe(0);
  });

  it("stays occupied by such a vehicle when a lorry comes to stand beside it", () => {
    const table = readings(readings(empty(), 2, 14), 20, 2.6);
    // It takes 0.6 µT away along one axis, and adds 3 across it.
    const beside = () => {
      table.pass(500).hear("m.x", 22).hear("m.y", 5).hear("m.z", -42);
      return table.value("occupied");
    };
    expect(Array.from({ length: 400 }, beside).every((value) => value === 1)).toBe(true);
    expect(readings(table, 8, 2.6).value("occupied")).toBe(1);
    expect(readings(table, 4).value("occupied")).toBe(0);
  });

  it("is empty a second after the vehicle has gone, and some seconds later where the field stays changed", () => {
    const parked = () => readings(empty(), 10, 20);
    expect(readings(parked(), 2).value("occupied")).toBe(1);
    expect(readings(parked(), 3).value("occupied")).toBe(0);
    expect(readings(parked(), 7, 3.5).value("occupied")).toBe(1);
    expect(readings(parked(), 10, 3.5).value("occupied")).toBe(0);
  });

  it("follows a drift of the empty field, and none under a vehicle", () => {
    const table = empty();
    for (let step = 1; step <= 200; step++) readings(table, 20, step * 0.02);
    expect(table.value("occupied")).toBe(0);
    expect(table.value("deviation")).toBeLessThan(2);
    const under = readings(empty(), 40, 20);
    readings(under, 2_000, 20);
    readings(under, 3);
    expect([under.value("occupied"), under.value("deviation") < 0.2]).toEqual([0, true]);
  });

  it("ignores a single reading that strays", () => {
    const table = readings(empty(), 3, 20);
    readings(table, 1);
    readings(table, 3, 20);
    expect(table.value("occupied")).toBe(1);
  });

  it("cannot be told when the sensor falls silent or fails, and goes on from what it was", () => {
    const table = readings(empty(), 10, 20);
    table.pass(10_100);
    expect(table.quality("occupied")).toBe("bad");
    readings(table, 1, 20);
    expect([table.value("occupied"), table.quality("occupied")]).toEqual([1, "good"]);
    table.hear("m.x", Number.NaN, "bad").hear("m.y", Number.NaN, "bad").hear("m.z", Number.NaN, "bad");
    expect([table.quality("occupied"), table.quality("deviation")]).toEqual(["bad", "bad"]);
  });

  it("keeps the empty field and its state over a restart: a vehicle that stands there is no new one", () => {
    const table = readings(empty(), 10, 20).restart();
    readings(table, 6, 20);
    expect([table.value("occupied"), table.value("latency")]).toEqual([1, Number.NaN]);
    readings(table, 4);
    expect(table.value("occupied")).toBe(0);
    expect(estimator.initial({ empty: [1, "2"], isOccupied: 3 })).toMatchObject({ isOccupied: undefined });
  });

  it("takes the present field for that of the empty space when the operator says so, of this space", () => {
    const table = readings(empty(), 10, 20);
    table.command("calibrate", { space: 2 });
    expect(readings(table, 3, 20).value("occupied")).toBe(1);
    table.command("calibrate", { space: 3 });
    readings(table, 3, 20);
    expect([table.value("occupied"), table.value("deviation")]).toEqual([0, 0]);
  });

  it("wants readings close together while something else watches it", () => {
    const table = empty().hear("lock.attention", 1);
    expect(table.value("attention")).toBe(1);
    expect(table.hear("lock.attention", 0).value("attention")).toBe(0);
  });
});

describe("a space with a lidar too", () => {
  it("is occupied by what both see", () => {
    expect(readings(empty(2.3), 7, 20, 0.5).value("occupied")).toBe(1);
  });

  it("is not occupied by people in the beam, nor by iron beside it", () => {
    expect(readings(empty(2.3), 200, 0, 0.8).value("occupied")).toBe(0);
    expect(readings(empty(2.3), 200, 5, 2.3).value("occupied")).toBe(0);
  });

  it("says that its sensors disagree after ten minutes, and not before", () => {
    const table = readings(empty(2.3), 1_195, 5, 2.3);
    expect(table.value("disagreement")).toBe(0);
    expect(readings(table, 10, 5, 2.3).value("disagreement")).toBe(1);
    expect(readings(table, 1, 0, 2.3).value("disagreement")).toBe(0);
  });

  it("is told by either while the other is lost, and then only suspected", () => {
    const table = empty(2.3);
    table.hear("l.d", Number.NaN, "bad");
    expect(table.quality("occupied")).toBe("suspect");
    readings(table, 7, 20);
    expect([table.value("occupied"), table.quality("occupied")]).toEqual([1, "suspect"]);
    const other = empty(2.3).hear("m.z", Number.NaN, "bad");
    for (let index = 0; index < 14; index++) other.pass(500).hear("l.d", 0.5);
    expect([other.value("occupied"), other.quality("occupied")]).toEqual([1, "suspect"]);
  });

  it("does not take an echo from beyond the ground for an empty space", () => {
    const table = readings(empty(2.3), 10, 20, 0.5);
    table.hear("m.z", Number.NaN, "bad");
    for (let index = 0; index < 30; index++) table.pass(500).hear("l.d", 6);
    expect(table.quality("occupied")).toBe("bad");
  });
});

describe("a space with a lock", () => {
  const locked = space(
    3,
    { x: "m.x", y: "m.y", z: "m.z", distance: "l.d", calibrate: "command.calibrate" },
    lockedSpace,
  );
  const begun = (extraMicrotesla: number, distanceM: number) =>
    readings(new Stepper(locked, { settings }) as Table, 8, extraMicrotesla, distanceM);

  it("does not take the field under a vehicle that stands there at first for that of the empty space", () => {
    const table = begun(20, 0.5);
    expect([table.quality("deviation"), table.value("occupied")]).toEqual(["bad", Number.NaN]);
    expect(readings(table, 8, 20, 0.5).value("occupied")).toBe(1);
    readings(table, 8, 0, 2.3);
    expect([table.value("deviation"), table.value("occupied"), table.quality("occupied")]).toEqual([
      ...[0, 0, "good"],
    ]);
    expect(begun(20, 2.3).value("deviation")).toBe(0);
    // Whoever vouches for it need not have a lidar that works.
    const snowed = begun(0, 0.2).command("calibrate", { space: 3 });
    expect(readings(snowed, 1, 0, 0.2).value("deviation")).toBe(0);
  });

  it("takes iron that stays for iron, until somebody vouches: it may be a motorcycle beside the beam", () => {
    const day = (table: Table) => {
      for (let reading = 0; reading < 24 * 120; reading++) field(table.pass(30_000), 3).hear("l.d", 2.3);
      return table.value("deviation");
    };
    expect(day(begun(0, 2.3))).toBeCloseTo(3, 6);
    expect(day(empty(2.3))).toBeLessThan(2);
  });
});
