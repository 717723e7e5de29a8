import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { again, folder, live, scenarioOf, unmet } from "./living.ts";

const names = readdirSync(folder).map((file) => file.replace(/\.yaml$/, ""));
/** It has a test of its own; and a street without expectations is there to be looked at. */
const scenarios = await Promise.all(names.map(scenarioOf));
const judged = scenarios
  .filter(({ name, expectations }) => name !== "winter-night" && expectations.length > 0)
  .map(({ name }) => name);

it("finds the scenarios, each named like its file", () => {
  expect(names).toContain("winter-night");
  expect(judged.length).toBeGreaterThanOrEqual(5);
  expect(scenarios.map(({ name }) => name)).toEqual(names);
});

it.each(judged)(
  "%s is as expected",
  async (name) => {
    const scenario = await scenarioOf(name);
    const { summary } = await live(scenario);
    expect(unmet(summary), again(scenario, scenario.seed)).toEqual([]);
    expect(summary.faults).toHaveLength(scenario.faults.length);
  },
  5 * 60_000,
);
