import { describe, expect, it, vi } from "vitest";
import { DocumentError } from "#firmware/document.ts";
import { report } from "#scripts/verbs/run-report.ts";
import { layOut } from "#sim/scenario/lay-out.ts";
import { liveThrough } from "#sim/scenario/run.ts";
import { inventory, readScenario } from "#sim/scenario/scenario.ts";
import { KioskSite } from "./kiosk-model.ts";

// A catalogue with one kind more, and its model, as a file each would add them.
vi.mock("#devices/furniture/index.ts", async (original) => ({
  ...(await original<object>()),
  kiosks: (await import("./kiosk-model.ts")).kiosks,
}));
vi.mock("#sim/kinds/index.ts", async (original) => {
  const { modelsOf } = await original<typeof import("#sim/kinds/index.ts")>();
  const { model } = await import("./kiosk-model.ts");
  const all = new Map([...(await modelsOf(["streetlight"])), ["kiosk", model] as const]);
  return {
    modelsOf: async (kinds: Iterable<string>) =>
      new Map([...new Set(kinds)].map((kind) => [kind, all.get(kind)!])),
  };
});

const text = (furniture: readonly string[], ...more: readonly string[]) =>
  [
    "scenario: fair",
    "title: A fair",
    "seed: 1",
    "start: 2025-12-21 18:00",
    "duration: 1 h",
    "location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }",
    `street: { length: 60, peoplePerHourPeak: 200, furniture: [${furniture.join(", ")}] }`,
    ...more,
  ].join("\n");

const lamps = "{ kind: streetlight, units: 2, spacing: 30 }";
const fair = text(
  [lamps, "{ kind: kiosk, at: [20] }", "{ kind: kiosk, at: [40], size: 4 }"],
  "faults:",
  '  - { at: "18:10", unit: kiosk-01, fault: rattle }',
  '  - { at: "18:20", for: 5 min, unit: kiosk-02, fault: jam }',
  '  - { at: "18:30", unit: kiosk-02, by: 2.5, fault: pay }',
  '  - { at: "18:40", unit: kiosk-01, fault: kill }',
  "expect:",
  "  kiosk.closings: { min: 1 }",
  "  kiosk.ends: { max: 1 }",
  "  streetlight.darkSeconds: { max: 0 }",
  "  records.lost: { max: 0 }",
);

const problems = async (source: string): Promise<readonly string[]> => {
  const error = await readScenario(source, "fair.yaml").catch((reason: unknown) => reason);
  return error instanceof DocumentError ? error.problems : [];
};

describe("a street of two kinds", () => {
  it("has units of each, in their sizes", async () => {
    const scenario = await readScenario(fair, "fair.yaml");
    expect(inventory(scenario)).toBe("2 lights, 2 kiosks");
    expect(scenario.units.map(({ config, xM }) => [config.unit, config.size, xM])).toEqual([
      ["lamp-01", undefined, 15],
      ["lamp-02", undefined, 45],
      ["kiosk-01", 2, 20],
      ["kiosk-02", 4, 40],
    ]);
    expect(scenario.units[3]!.declaration.title).toBe("Kiosk with 4 windows");
    expect(scenario.units[0]!.config.settings.neighbours).toEqual(["lamp-02"]);
  });

  it("lives: each site has its own world, journal and verbs; figures stand under the kind's name", async () => {
    const scenario = await readScenario(fair, "fair.yaml");
    const street = await layOut(scenario, 1, { version: "test" });
    const summary = await liveThrough(scenario, 1, street, { realNowMs: () => 0 });
    const sites = street.units.flatMap(({ site }) => (site instanceof KioskSite ? [site] : []));
    expect(sites.map(({ done }) => done)).toEqual([["rattle 0"], ["jam 2", "jam ends", "pay 2.5"]]);
    expect(sites.map((site) => site.figures().ends)).toEqual([1, 0]);
    expect(summary.expectations.map(({ path, met }) => [path, met])).toEqual([
      ["kiosk.closings", true],
      ["kiosk.ends", true],
      ["streetlight.darkSeconds", true],
      ["records.lost", true],
    ]);
    expect(summary.kinds.kiosk!.ends).toBe(1);
    const visits = sites.map(({ zone }) =>
      zone.between(scenario.startUnixMs, scenario.startUnixMs + 3_600_000),
    );
    expect(summary.kinds.kiosk!.visits).toBe(visits[0]!.length + visits[1]!.length);
    // People stop where the model says that they do, and nowhere else.
    const longest = (xM: number) =>
      Math.max(
        ...street.world.people
          .visits(xM, 1, scenario.startUnixMs, scenario.startUnixMs + 86_400_000)
          .map(({ enterMs, leaveMs }) => leaveMs - enterMs),
      );
    expect(longest(20)).toBeGreaterThan(30_000);
    expect(longest(30)).toBeLessThan(30_000);
  });

  it("is reported kind by kind, with truth beside what was measured", async () => {
    const scenario = await readScenario(fair, "fair.yaml");
    const street = await layOut(scenario, 1, { version: "test" });
    const summary = await liveThrough(scenario, 1, street, { realNowMs: () => 0 });
    const lines = report({ ...summary, wallSeconds: 1 }, scenario).split("\n");
    expect(lines[1]).toBe("  1.0 h of 2 lights, 2 kiosks in 1.0 s, 3600 times real time");
    const { visits, closings } = summary.kinds.kiosk!;
    expect(lines).toContain("  kiosks");
    expect(lines).toContain(`  visits      ${visits} visits, ${closings} times closed`);
    const head = lines.findIndex((line) => /^ {2}kiosks +truth +measured +off$/.test(line));
    expect(lines[head + 1]!.trim().split(/ {2,}/).slice(0, 3)).toEqual([
      "times it closed",
      String(visits),
      String(closings),
    ]);
  });

  it.each([
    [
      "a size that there is not",
      ["{ kind: kiosk, at: [20], size: 5 }"],
      "street/furniture/0/size is 5; expected windows from 1 to 4",
    ],
    [
      "a unit that reaches out of the street",
      ["{ kind: kiosk, at: [3], size: 4 }"],
      "street/furniture/0/at has 3: a unit from -1 to 7 m; expected places within 0 to 60 m",
    ],
    [
      "a unit within another",
      ["{ kind: kiosk, at: [20], size: 4 }", "{ kind: kiosk, at: [25] }"],
      "street/furniture/1/at puts a kiosk at 25 m and one at 20 m; expected at least 6 m between the two",
    ],
  ])("is refused with %s", async (_what, furniture, problem) => {
    expect(await problems(text(furniture))).toEqual([`line 7: ${problem}`]);
  });

  it("lets kinds stand beside each other", async () => {
    expect(await problems(text([lamps, "{ kind: kiosk, at: [15] }"]))).toEqual([]);
  });

  it.each([
    ["unit: lamp-01, fault: jam", /unit is "lamp-01"|fault is "jam"; expected one of unplug, /],
    ["fault: jam", /unit is missing; expected kiosk-01$/],
    ["unit: kiosk-01, by: 10, fault: jam", /by is 10; expected a number from 1 to 9$/],
    ["unit: kiosk-01, fault: pay", /by is missing; expected a number from 0.1 to 50$/],
    ["unit: kiosk-01, by: 1, for: 1 min, fault: pay", /for is of no use to pay; expected unit, by$/],
    ["unit: kiosk-01, role: visitor, fault: rattle", /role is of no use to rattle; expected unit$/],
    [
      "unit: kiosk-01, role: radar, fault: stick",
      /role is "radar"; expected one of loads, watchdog, visitor$/,
    ],
  ])("refuses { %s }", async (fault, problem) => {
    const found = await problems(
      text([lamps, "{ kind: kiosk, at: [20] }"], "faults:", `  - { at: "18:10", ${fault} }`),
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(problem);
  });
});
