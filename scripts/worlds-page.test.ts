import { expect, it } from "vitest";
import { type WorldsRow, withRow } from "./worlds-page.ts";

const row: WorldsRow = {
  scenario: "curb-working-day",
  unit: "curb-01",
  livedMs: 15 * 3_600_000,
  seed: 41,
  comparison: { subjects: 58, told: 12_345, differences: [], undecided: 3 },
  tolerances: { timeMs: 1_500, share: 0.02, steps: 2 },
  tookMs: 25 * 60_000 + 20_000,
};
const rows = (page: string) => page.split("\n").filter((line) => line.startsWith("| `"));

it("tells what two worlds had in common", () => {
  expect(rows(withRow("", row))).toEqual([
    "| `curb-working-day` | curb-01 | 15 h | 41 | 1.5 s, 2 %, steps: 2 | 58 | 12,345 | 0 | 3 | 25 min |",
  ]);
});

it("keeps other rows in order, and tells of the same unit's scenario once", () => {
  const other = { ...row, scenario: "bench-summer-saturday", unit: "bench-01", livedMs: 90_000 };
  const first = withRow(withRow("", row), other);
  expect(rows(first).map((line) => line.split(" | ")[0])).toEqual([
    "| `bench-summer-saturday`",
    "| `curb-working-day`",
  ]);
  const again = withRow(first, { ...row, seed: 42 });
  expect(rows(again).map((line) => line.split(" | ").slice(1, 4))).toEqual([
    ["bench-01", "90 s", "41"],
    ["curb-01", "15 h", "42"],
  ]);
  expect(withRow(again, { ...row, seed: 42 })).toBe(again);
  expect(rows(withRow(again, { ...row, unit: "curb-02" }))).toHaveLength(3);
});
