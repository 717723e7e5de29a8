import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import type { Scenario } from "#sim/scenario/scenario.ts";
import { again, folder, live, scenarioOf, unmet } from "./living.ts";

/** Every scenario of the folder. */
export const names = readdirSync(folder).map((file) => file.replace(/\.yaml$/, ""));

/** They take minutes, and are lived through in the slower suite. */
export const long: readonly string[] = ["bench-week-without-sun", "street-night"];

/** A scenario is one of the kind that it names first. */
export const kindOf = ({ units }: Scenario) => units[0]!.config.kind;

const minutes = 60_000;

/** Lives through scenarios, and holds each against its expectations. */
export function judge(scenarios: readonly Scenario[]): void {
  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    "%s is as expected",
    async (_, scenario) => {
      const { summary } = await live(scenario);
      expect(unmet(summary), again(scenario, scenario.seed)).toEqual([]);
      expect(summary.faults).toHaveLength(scenario.faults.length);
    },
    20 * minutes,
  );
}

/** Those of a kind that expect something; the winter night has a test of its own. */
export async function scenariosOf(kind: string): Promise<Scenario[]> {
  const scenarios = await Promise.all(names.map(scenarioOf));
  return scenarios.filter(
    (scenario) =>
      kindOf(scenario) === kind &&
      scenario.expectations.length > 0 &&
      scenario.name !== "winter-night" &&
      !long.includes(scenario.name),
  );
}
