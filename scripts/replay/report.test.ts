import { expect, it } from "vitest";
import type { Deviation } from "#sim/replay/deviation.ts";
import type { ReplayReport } from "#sim/replay/replay.ts";
import { report } from "./report.ts";

const found: ReplayReport = {
  ...{ kind: "streetlight", unit: "my-street/lamp-12", why: "alarm lampFault" },
  ...{ recordedVersion: "1.2.0", playedVersion: "1.2.0", untilMs: 8 * 3_600_000, judgedFromMs: 0 },
  ...{ lostEvents: 0, events: 12_345, outcomes: 678, deviations: 0, told: [], wallOffsetMs: undefined },
};
const lamp: Deviation = {
  ...{ of: "outcome", place: "actuator lamp", atMs: 61_500 },
  ...{ expected: '{"value":100}', came: '{"value":30}' },
};
const dark: Deviation = { ...lamp, place: "record state dark", atMs: 62_000 };
const bus: Deviation = {
  ...{ of: "surroundings", place: "i2c-1 10", atMs: 70_000 },
  ...{ expected: "i2c-1 10 w04 r2 at 70.100 s", came: "nothing" },
};
const with_ = (told: readonly Deviation[], more: Partial<ReplayReport> = {}): ReplayReport => ({
  ...found,
  ...{ told, deviations: told.length },
  ...more,
});
const lines = (of: ReplayReport, isAll = false) => report(of, isAll).split("\n");

it("tells a life that was lived again without a difference in three lines", () => {
  expect(lines(found)).toEqual([
    "streetlight my-street/lamp-12, 8.0 h of its life, written for: alarm lampFault",
    "  version 1.2.0",
    "  12345 things passed, 678 were done: no difference",
  ]);
});

it.each([
  [90_000, "90 s"],
  [3 * 60_000, "3 min"],
  [119 * 60_000, "119 min"],
  [2.5 * 3_600_000, "2.5 h"],
])("says %d ms as %s", (untilMs, words) => {
  expect(lines({ ...found, untilMs })[0]).toBe(
    `streetlight my-street/lamp-12, ${words} of its life, written for: alarm lampFault`,
  );
});

it("says which version was played where it is another one, and how much of a life with a gap is judged", () => {
  expect(
    lines({ ...found, playedVersion: "1.3.0", lostEvents: 99, judgedFromMs: 7 * 3_600_000 }).slice(1, 3),
  ).toEqual([
    "  recorded by version 1.2.0, played by 1.3.0: a difference may be what was changed",
    "  99 things are lost after the beginning of that life: its last 60 min are judged",
  ]);
});

it("tells the first difference, and the first of each other place, with the time of the unit and of the day", () => {
  const told = [lamp, dark, { ...lamp, atMs: 65_000 }, bus, { ...dark, atMs: 80_000 }];
  expect(lines(with_(told, { wallOffsetMs: Date.UTC(2026, 10, 22, 20) })).slice(2)).toEqual([
    "  12345 things passed, 678 were done: 5 differences",
    "",
    "  the first",
    "  61.500 s (2026-11-22T20:01:01.500Z)  actuator lamp",
    '      expected  {"value":100}',
    '      came      {"value":30}',
    "",
    "  the first of each other place",
    "  62.000 s (2026-11-22T20:01:02.000Z)  record state dark",
    '      expected  {"value":100}',
    '      came      {"value":30}',
    "  70.000 s (2026-11-22T20:01:10.000Z)  i2c-1 10, asked of the record",
    "      expected  i2c-1 10 w04 r2 at 70.100 s",
    "      came      nothing",
    "",
    "  and 2 more: --all tells them",
  ]);
});

it("tells all when all are wanted, without the time of the day where the unit did not know it", () => {
  const told = [lamp, { ...lamp, atMs: 65_000 }];
  expect(lines(with_(told), true).slice(4)).toEqual([
    "  the first",
    "  61.500 s  actuator lamp",
    '      expected  {"value":100}',
    '      came      {"value":30}',
    "",
    "  and then",
    "  65.000 s  actuator lamp",
    '      expected  {"value":100}',
    '      came      {"value":30}',
  ]);
});

it("says how many there are of which it was told nothing, and cuts what is too long for a line", () => {
  const long = with_([{ ...lamp, came: "x".repeat(500) }], { deviations: 1_234 });
  const [came, , rest] = lines(long, true).slice(-3);
  expect(came).toBe(`      came      ${"x".repeat(159)}…`);
  expect(rest).toBe("  and 1233 more");
});
