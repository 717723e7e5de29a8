import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import * as catalogue from "#devices/furniture/index.ts";
import { root } from "../root.ts";

/**
 * The worker as one file, as a board's firmware is: what runs TypeScript as it is names every function at each call,
 * and that would be measured. Packages stay what they are.
 */
export async function bundleStreetWorker(out: string): Promise<void> {
  await build({
    entryPoints: ["scripts/bench/street-worker.ts"],
    absWorkingDir: root,
    outfile: out,
    bundle: true,
    platform: "node",
    target: "node20.19",
    format: "esm",
    packages: "external",
    logLevel: "silent",
    plugins: [importedByName],
  });
}

/** A bundle has no folder to look for twins and models in: they are imported by name. */
const importedByName: Plugin = {
  name: "imported-by-name",
  setup(build) {
    const load = (index: string, contents: string) => {
      const filter = new RegExp(`^${join(root, index).replaceAll(/[.\\]/g, "\\$&")}$`);
      build.onLoad({ filter }, () => ({ loader: "ts", contents }));
    };
    load("sim/chips/index.ts", indexOf("twin", "twinsOf", filesOfTwins()));
    load("sim/kinds/index.ts", indexOf("model", "modelsOf", filesOfModels()));
  },
};

function filesOfTwins(): Map<string, string> {
  const roles = Object.values(catalogue).flatMap((furniture) => Object.values(furniture.roles));
  return new Map(roles.flatMap(({ accepts }) => accepts.map(({ id }) => [id, `./${id}.ts`] as const)));
}

const filesOfModels = () =>
  new Map(Object.values(catalogue).map(({ kind }) => [kind, `./${kind}/model.ts`] as const));

/** The source of an index that has `exported` of each file under its key. */
function indexOf(exported: string, name: string, files: ReadonlyMap<string, string>): string {
  const entries = [...files].map(([key, file], index) => ({ key, file, local: `${exported}${index}` }));
  const imports = entries.map(
    ({ file, local }) => `import { ${exported} as ${local} } from ${JSON.stringify(file)};`,
  );
  const pairs = entries.map(({ key, local }) => `[${JSON.stringify(key)}, ${local}]`);
  return `${imports.join("\n")}\nexport const ${name} = async () => new Map([${pairs.join(", ")}]);`;
}
