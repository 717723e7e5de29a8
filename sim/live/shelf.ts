import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { ScenarioState } from "../page/view.ts";
import { inventory, readScenario, type Scenario } from "../scenario/scenario.ts";

/** A scenario as it is in its file, and what the file says. */
export interface Shelved {
  readonly scenario: Scenario;
  readonly text: string;
}

/** The scenarios of a folder that can be lived in: all but those that are about a flow. */
export class Shelf {
  readonly #scenarios: ReadonlyMap<string, Shelved>;

  constructor(scenarios: readonly Shelved[]) {
    this.#scenarios = new Map(scenarios.map((shelved) => [shelved.scenario.name, shelved]));
  }

  /** Rejects with DocumentError when one of them is wrong. @param folder of `*.yaml` */
  static async read(folder: string): Promise<Shelf> {
    const names = (await readdir(folder)).filter((name) => name.endsWith(".yaml")).sort();
    const all = await Promise.all(
      names.map(async (name) => {
        const text = await readFile(join(folder, name), "utf8");
        return { text, scenario: await readScenario(text, basename(name)) };
      }),
    );
    return new Shelf(all.filter(({ scenario }) => scenario.flow === undefined));
  }

  find(name: string): Shelved | undefined {
    return this.#scenarios.get(name);
  }

  list(): readonly ScenarioState[] {
    return [...this.#scenarios.values()].map(({ scenario }) => toScenarioState(scenario));
  }
}

/** A scenario as a picker shows it. */
export const toScenarioState = (scenario: Scenario): ScenarioState => ({
  name: scenario.name,
  title: scenario.title,
  inventory: inventory(scenario),
  seed: scenario.seed,
  startMs: scenario.startUnixMs,
  timeZone: scenario.location.timeZone,
  durationS: scenario.durationMs / 1_000,
});
