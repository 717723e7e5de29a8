import type { UnitConfig } from "#firmware/config.ts";
import type { Twin, TwinDefinition, Wiring } from "../chips/twin.ts";
import type { EventLoop } from "../loop.ts";
import type { Random } from "../world/random.ts";

/** Where the parts of a unit go. */
export interface Workbench {
  readonly loop: EventLoop;
  readonly wiring: Wiring;
  /** By part id. */
  readonly definitions: ReadonlyMap<string, TwinDefinition>;
  /** What the part of a role draws from. */
  random(role: string): Random;
}

/** Twins of all parts of a unit, each at its place: by role. */
export function solder({ parts }: UnitConfig, bench: Workbench): Map<string, Twin> {
  const { loop, wiring, definitions } = bench;
  return new Map(
    Object.entries(parts).map(([role, { part, place }]) => {
      const definition = definitions.get(part.id);
      if (!definition) throw new Error(`there is no twin of ${part.id}: it would be sim/chips/${part.id}.ts`);
      const draws = bench.random(role);
      return [role, definition.create({ loop, place, wiring, random: () => draws.uniform() })];
    }),
  );
}
