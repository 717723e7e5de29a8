import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { kindOf, long, names } from "./judged.ts";
import { scenarioOf } from "./living.ts";

const scenarios = await Promise.all(names.map(scenarioOf));

it("finds the scenarios, each named like its file, and expecting something", () => {
  expect(names).toContain("winter-night");
  expect(scenarios.map(({ name }) => name)).toEqual(names);
  expect(scenarios.filter(({ expectations }) => expectations.length === 0)).toEqual([]);
  expect(names).toEqual(expect.arrayContaining([...long]));
});

it("has a test for the scenarios of each kind, so that they are lived through beside each other", () => {
  for (const scenario of scenarios)
    expect(existsSync(join(import.meta.dirname, `${kindOf(scenario)}.test.ts`)), scenario.name).toBe(true);
});
