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
    plugins: [twinsByName],
  });
}

/** A bundle has no folder to look for twins in: they are imported by name. */
const twinsByName: Plugin = {
  name: "twins-by-name",
  setup(build) {
    const index = join(root, "sim/chips/index.ts").replaceAll(/[.\\]/g, "\\$&");
    build.onLoad({ filter: new RegExp(`^${index}$`) }, () => ({ loader: "ts", contents: twinsIndex() }));
  },
};

function twinsIndex(): string {
  const roles = Object.values(catalogue).flatMap((furniture) => Object.values(furniture.roles));
  const ids = [...new Set(roles.flatMap(({ accepts }) => accepts.map(({ id }) => id)))];
  const imports = ids.map((id, index) => `import { twin as twin${index} } from "./${id}.ts";`);
  const entries = ids.map((id, index) => `[${JSON.stringify(id)}, twin${index}]`);
  return `${imports.join("\n")}\nexport const twinsOf = async () => new Map([${entries.join(", ")}]);`;
}
