import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as catalogue from "#devices/furniture/index.ts";
import type { Furniture } from "#devices/furniture/vocabulary.ts";
import { buildFlows } from "#scripts/bundle/flows.ts";

export const flowsFolder = fileURLToPath(new URL("../../flows", import.meta.url));

export interface BuiltPackage {
  readonly folder: string;
  readonly files: readonly string[];
  remove(): Promise<void>;
}

/** The Node-RED package as it would be published, in a folder of its own. */
export async function builtPackage(
  kinds: readonly Furniture[] = Object.values(catalogue),
): Promise<BuiltPackage> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-node-red-"));
  for (const part of ["package.json", "README.md", "LICENSE", "examples"])
    await cp(join(flowsFolder, part), join(folder, part), { recursive: true });
  const files = await buildFlows({ kinds, outDir: join(folder, "dist") });
  return { folder, files, remove: () => rm(folder, { recursive: true, force: true }) };
}
