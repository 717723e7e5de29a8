import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { readScenario, type Scenario } from "#sim/scenario/scenario.ts";
import { exitCodes } from "../exit-codes.ts";
import { inputFile } from "../input-file.ts";
import { numberOption } from "../number-option.ts";
import { UserError } from "../user-error.ts";

/** One life of one scenario. */
export interface Job {
  readonly file: string;
  readonly scenario: Scenario;
  readonly seed: number;
}

/** More seeds than this are a slip of the keyboard. */
const mostSeeds = 1_000;

/** Seeds of a list such as `1,2,5-8`, each once, as they come. UserError for any other text. */
export function seedList(text: string): number[] {
  const seeds = new Set<number>();
  for (const part of text.split(",")) {
    const [first, last = first] = /^(\d+)-(\d+)$/.exec(part.trim())?.slice(1) ?? [part];
    const from = numberOption("--seed", first!, 0, 0xffff_ffff);
    const to = numberOption("--seed", last!, 0, 0xffff_ffff);
    if (to < from)
      throw new UserError(`--seed has ${part}`, exitCodes.usage, "Expected the lower number first: 5-8.");
    if (seeds.size + to - from >= mostSeeds)
      throw new UserError(`--seed is ${text}`, exitCodes.usage, `Expected at most ${mostSeeds} seeds.`);
    for (let seed = from; seed <= to; seed++) seeds.add(seed);
  }
  return [...seeds];
}

interface Choice {
  /** Scenarios, and folders of them. */
  readonly paths: readonly string[];
  /** Those of each scenario itself where there are none. */
  readonly seeds: readonly number[] | undefined;
  /** Only scenarios with furniture of one of these kinds. */
  readonly kinds: readonly string[] | undefined;
  /** Hears of a scenario of a folder that cannot be lived through without its flow. */
  readonly onFlow: (file: string) => void;
}

/** Every scenario with every seed. UserError for the first scenario that is none. */
export async function jobsOf({ paths, seeds, kinds, onFlow }: Choice): Promise<Job[]> {
  const jobs: Job[] = [];
  for (const { file, named } of await filesOf(paths)) {
    const scenario = await inputFile(file, (text) => readScenario(text, file));
    if (kinds && !kindsOf(scenario).some((kind) => kinds.includes(kind))) continue;
    if (scenario.flow && named)
      throw new UserError(
        `${file} is about a flow too, which does not run here`,
        exitCodes.usage,
        `Run both: plinth flow test <flows.json> ${file}`,
      );
    if (scenario.flow) onFlow(file);
    else jobs.push(...(seeds ?? [scenario.seed]).map((seed) => ({ file, scenario, seed })));
  }
  if (jobs.length === 0)
    throw new UserError(
      `${paths.join(" ")} has no scenario ${kinds ? `with a ${kinds.join(" or a ")}` : "to live through"}`,
      exitCodes.usage,
      "Give scenarios, or folders that hold some.",
    );
  return jobs;
}

/** What stands in a scenario's street, each kind once. */
export const kindsOf = ({ units }: Scenario): string[] => [...new Set(units.map(({ model }) => model.kind))];

async function filesOf(paths: readonly string[]): Promise<{ file: string; named: boolean }[]> {
  const files = new Map<string, boolean>();
  for (const path of paths) {
    const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
    const names = isFolder ? (await readdir(path)).filter((name) => /\.ya?ml$/.test(name)).sort() : [];
    for (const name of names) files.set(join(path, name), files.get(join(path, name)) ?? false);
    if (!isFolder) files.set(path, true);
  }
  return [...files].map(([file, named]) => ({ file, named }));
}
