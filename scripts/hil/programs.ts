import { join } from "node:path";
import type { Scenario } from "#sim/scenario/scenario.ts";
import { bundle } from "../bundle/bundle.ts";
import { entryOf, streamEntryOf } from "../bundle/kinds.ts";

/** Builds the bundle of each kind of a street, as `plinth build` does. @returns its program, by kind */
export async function programsOf({ units }: Scenario, folder: string): Promise<ReadonlyMap<string, string>> {
  const programs = new Map<string, string>();
  for (const kind of new Set(units.map(({ config }) => config.kind))) {
    const out = join(folder, kind);
    const stream = await streamEntryOf(kind);
    const entry = await entryOf(kind);
    await bundle({ kind, entry, out, minify: true, ...(stream === undefined ? {} : { stream }) });
    programs.set(kind, join(out, `${kind}.js`));
  }
  return programs;
}
