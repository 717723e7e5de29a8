import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "#scripts/root.ts";
import { StreetlightSite } from "#sim/kinds/streetlight/site.ts";
import { layOut } from "#sim/scenario/lay-out.ts";
import { liveThrough } from "#sim/scenario/run.ts";
import { readScenario, type Scenario } from "#sim/scenario/scenario.ts";
import type { Summary } from "#sim/scenario/summary.ts";
import type { Street } from "#sim/street/street.ts";

export const folder = join(root, "sim/scenarios");

export const scenarioOf = (name: string): Promise<Scenario> =>
  readScenario(readFileSync(join(folder, `${name}.yaml`), "utf8"), `${name}.yaml`);

/** Lives through a scenario. @param prepare called with the street before it starts. */
export async function live(
  scenario: Scenario,
  seed = scenario.seed,
  prepare: (street: Street) => void = () => {},
): Promise<{ readonly street: Street; readonly summary: Summary }> {
  const street = await layOut(scenario, seed, { version: "test" });
  prepare(street);
  // A summary's wallSeconds is nothing that a test could hold it to.
  const summary = await liveThrough(scenario, seed, street, { realNowMs: () => 0 });
  return { street, summary };
}

/** A figure of the streetlights. */
export const ofLights = ({ kinds }: Summary, path: string): number => kinds.streetlight![path] ?? Number.NaN;

/** The poles of a street. */
export const poles = ({ units }: Street) =>
  units.flatMap((unit) => (unit.site instanceof StreetlightSite ? [{ unit, site: unit.site }] : []));

/** What was expected and is not so. */
export const unmet = ({ expectations }: Summary) => expectations.filter(({ met }) => !met);

/** For the message of a failed expectation: the one command that shows it again. */
export const again = ({ name }: Scenario, seed: number) =>
  `seed ${seed}; again: npx plinth run sim/scenarios/${name}.yaml --seed ${seed}`;
