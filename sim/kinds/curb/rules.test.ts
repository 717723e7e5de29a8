import { describe, expect, it } from "vitest";
import { OverstayWatch, ruleAt } from "./rules.ts";

const table = [
  { days: ["sat"], from: "22:00", to: "02:00", spaces: "2-3", activity: "no stopping", maxStay: 0 },
  { days: ["fri", "sat"], from: "08:00", to: "24:00", spaces: "all", activity: "parking", maxStay: 60 },
];
/** Local time, as localClock gives it: 2026-04-17 is a Friday. */
const local = (day: number, hour: number, minute = 0) => Date.UTC(2026, 3, day, hour, minute);
const minuteMs = 60_000;

describe("the rules of a kerb", () => {
  it("are read row by row, over midnight too", () => {
    expect(ruleAt(table, 1, local(17, 7, 59))).toBeUndefined();
    expect(ruleAt(table, 1, local(17, 8))).toEqual({ row: 1, activity: "parking", longestMs: 3_600_000 });
    expect(ruleAt(table, 3, local(18, 22))).toEqual({ row: 0, activity: "no stopping", longestMs: 0 });
    expect(ruleAt(table, 3, local(19, 1, 59))?.row).toBe(0);
    expect(ruleAt(table, 3, local(19, 2))).toBeUndefined();
    expect(ruleAt(table, 1, local(18, 22))?.row).toBe(1);
  });

  it("make one overstay of a stay that grows too long, and the next of the next one", () => {
    const watch = new OverstayWatch();
    const rule = ruleAt(table, 1, local(17, 9));
    watch.look(rule, 0, 0);
    watch.change(true, 0);
    for (let minute = 0; minute <= 61; minute++) watch.look(rule, 0, minute * minuteMs);
    watch.look(rule, 0, 70 * minuteMs);
    expect(watch.count).toBe(1);
    expect(watch.isOver).toBe(true);
    watch.change(false, 80 * minuteMs);
    expect(watch.isOver).toBe(false);
    watch.look(rule, 0, 200 * minuteMs);
    expect(watch.count).toBe(1);
    watch.change(true, 200 * minuteMs);
    watch.look(rule, 0, 261 * minuteMs);
    expect(watch.count).toBe(2);
  });

  it("give a stay the whole time of a rule that begins, and none where nobody may stand", () => {
    const watch = new OverstayWatch();
    watch.change(true, 0);
    watch.look(ruleAt(table, 2, local(18, 21)), 0, 0);
    watch.look(ruleAt(table, 2, local(18, 22)), 2 * minuteMs, 30 * minuteMs);
    expect(watch.count).toBe(0);
    watch.look(ruleAt(table, 2, local(18, 22, 3)), 2 * minuteMs, 33 * minuteMs);
    expect(watch.count).toBe(1);
  });
});
