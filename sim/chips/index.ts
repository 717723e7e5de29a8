import { readdirSync } from "node:fs";
import type { Part } from "#devices/part.ts";
import type { TwinDefinition } from "./twin.ts";

/** The twins of `parts`, by part id: each is the `twin` of the file in this folder that is named after the part. */
export async function twinsOf(parts: Iterable<Part>): Promise<Map<string, TwinDefinition>> {
  const present = new Set(readdirSync(import.meta.dirname));
  const twins = new Map<string, TwinDefinition>();
  for (const { id } of parts) {
    if (twins.has(id)) continue;
    if (!present.has(`${id}.ts`)) throw new Error(`${id} has no twin: it would be sim/chips/${id}.ts`);
    const { twin }: { twin: TwinDefinition } = await import(/* @vite-ignore */ `./${id}.ts`);
    twins.set(id, twin);
  }
  return twins;
}
