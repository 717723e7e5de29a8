import type { Metafile } from "esbuild";

const outsiders = ["sim", "test", "scripts", "flows"];
const strangers = ["aedes", "node-red", "commander", "esbuild", "vitest", "tsx", "astronomy-engine"];

/** Files of a kind's bundle that have no place on a board. @param kinds all kinds of the catalogue. */
export function foreign({ inputs }: Metafile, kind: string, kinds: readonly string[]): string[] {
  const otherDeclarations = kinds
    .filter((other) => other !== kind)
    .map((other) => `devices/furniture/${other}.ts`);
  return Object.keys(inputs).filter(
    (file) =>
      outsiders.some((folder) => file.startsWith(`${folder}/`)) ||
      strangers.some((name) => file.includes(`node_modules/${name}/`)) ||
      otherDeclarations.includes(file) ||
      file === "devices/furniture/index.ts",
  );
}
