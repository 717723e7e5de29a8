import { describe, expect, it } from "vitest";
import { bench, curb } from "../../devices/furniture/index.ts";
import type { Column } from "../../devices/furniture/vocabulary.ts";
import { isWeek, lanesOf, type Values, weekRow } from "./week-rows.ts";

const english = (columns: readonly Column[], values: Values) => weekRow(columns, values, (choice) => choice);

const columnsOf = (kind: typeof bench, setting: string) => kind.settings[setting]!.columns!;

describe("a table whose rows are windows of a week", () => {
  it("has the columns days, from and to", () => {
    expect(["hours", "tariff", "quotas"].map((name) => isWeek(columnsOf(bench, name)))).toEqual([
      true,
      true,
      false,
    ]);
    expect(isWeek(columnsOf(curb, "policy"))).toBe(true);
  });

  it("is coloured by its choice, labelled by it and by what it is for", () => {
    const policy = { days: ["mon"], from: "07:00", to: "10:00", spaces: "1,4-6", activity: "loading" };
    const row = english(columnsOf(curb, "policy"), policy);
    expect(row).toMatchObject({ label: "loading · 1,4-6", lane: "1,4-6", color: 1 });
    expect(row.window).toEqual({ days: ["mon"], from: "07:00", to: "10:00" });
    expect(english(columnsOf(curb, "policy"), { ...policy, spaces: "all" }).label).toBe("loading");
  });

  it("is labelled in the reader's language, and coloured by what is chosen in any", () => {
    const loud = (choice: string) => choice.toUpperCase();
    const row = weekRow(columnsOf(curb, "policy"), { activity: "loading", spaces: "2" }, loud);
    expect([row.label, row.color]).toEqual(["LOADING · 2", 1]);
  });

  it("has a lane for each thing that rows are for", () => {
    const hours = columnsOf(bench, "hours");
    const rows = ["usb1", "outlet", "usb1"].map((port) => english(hours, { port }));
    expect(rows.map(({ label }) => label)).toEqual(["usb1", "outlet", "usb1"]);
    expect(lanesOf(rows)).toEqual(["usb1", "outlet"]);
  });

  it("is labelled by its amount where it has no choice", () => {
    expect(english(columnsOf(bench, "tariff"), { price: 0.3 }).label).toBe("0.3 /kWh");
  });
});
