import { expect, it } from "vitest";
import { unwellFlag, unwellParts } from "./unwell.ts";

const light = { title: "Ambient light, facing up", state: "quarantined", fault: "no answer" } as const;
const radar = { title: "Presence radar", state: "failing" } as const;
const clock = { title: "Battery-backed clock", state: "ok" } as const;
const meter = { title: "Mains meter", state: "starting" } as const;

it("names the part that fails, and counts several", () => {
  expect(unwellFlag({ clock, meter })).toBe("");
  expect(unwellFlag({ clock, light })).toBe("Ambient light: quarantined");
  expect(unwellFlag({ clock, light, radar })).toBe("2 parts fail");
});

it("tells of each part that fails what became of it and why", () => {
  expect(unwellParts({ clock, meter })).toEqual([]);
  const told = unwellParts({ light, clock, radar });
  expect(told.map(([role, { title }]) => [role, title])).toEqual([
    ["light", "Ambient light, facing up"],
    ["radar", "Presence radar"],
  ]);
  expect(told[0]![1].words).toMatch(/^quarantined: .+\. no answer$/);
  expect(told[1]![1].words).toBe("failing, and tried again");
});
