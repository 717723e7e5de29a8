import { describe, expect, it } from "vitest";
import { bench, curb } from "../../devices/furniture/index.ts";
import { isWeek, lanesOf, weekRow } from "./week-rows.ts";

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
    const row = weekRow(columnsOf(curb, "policy"), policy);
    expect(row).toMatchObject({ label: "loading · 1,4-6", lane: "1,4-6", color: 1 });
    expect(row.window).toEqual({ days: ["mon"], from: "07:00", to: "10:00" });
    expect(weekRow(columnsOf(curb, "policy"), { ...policy, spaces: "all" }).label).toBe("loading");
  });

  it("has a lane for each thing that rows are for", () => {
    const hours = columnsOf(bench, "hours");
    const rows = ["usb1", "outlet", "usb1"].map((port) => weekRow(hours, { port }));
    expect(rows.map(({ label }) => label)).toEqual(["usb1", "outlet", "usb1"]);
    expect(lanesOf(rows)).toEqual(["usb1", "outlet"]);
  });

  it("is labelled by its amount where it has no choice", () => {
    expect(weekRow(columnsOf(bench, "tariff"), { price: 0.3 }).label).toBe("0.3 per kWh");
  });
});
