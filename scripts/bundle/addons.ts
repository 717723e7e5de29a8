import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { exitCodes } from "../exit-codes.ts";
import { UserError } from "../user-error.ts";
import { packageOf } from "./package-of.ts";

/** A compiled addon: its name beside the bundle, and where the package keeps it. */
export interface Addon {
  readonly name: string;
  readonly path: string;
}

const namespace = "addon";

/**
 * `bindings` and `node-gyp-build` look for a package's compiled part from where the package was installed, which a
 * bundle is not. In their place: a require of the `.node` file beside the bundle. What was found is added to `found`.
 */
export function addonsBeside(found: Map<string, Addon>): Plugin {
  return {
    name: namespace,
    setup(build) {
      build.onResolve({ filter: /^(bindings|node-gyp-build)$/ }, ({ path, importer }) => {
        const owner = packageOf(importer);
        if (owner === undefined) return undefined;
        const addon = path === "bindings" ? builtHere(owner) : prebuilt(owner);
        found.set(addon.name, addon);
        return { path: owner.name, namespace, pluginData: addon };
      });
      build.onLoad({ filter: /.*/, namespace }, ({ pluginData }) => ({
        contents: `module.exports = () => require("./${(pluginData as Addon).name}");`,
      }));
      build.onResolve({ filter: /\.node$/, namespace }, ({ path }) => ({ path, external: true }));
    },
  };
}

interface Owner {
  readonly name: string;
  readonly folder: string;
}

/** node-gyp's output, which `bindings` looks for first. */
function builtHere({ name, folder }: Owner): Addon {
  const release = join(folder, "build/Release");
  const files = existsSync(release) ? readdirSync(release).filter((file) => file.endsWith(".node")) : [];
  if (files.length !== 1) throw notBuilt(name);
  return { name: files[0]!, path: join(release, files[0]!) };
}

function prebuilt({ name, folder }: Owner): Addon {
  const require = createRequire(join(folder, "package.json"));
  const { path } = require("node-gyp-build") as { path(folder: string): string };
  try {
    return { name: `${name.replace("@", "").replace("/", "-")}.node`, path: path(folder) };
  } catch {
    throw notBuilt(name);
  }
}

const notBuilt = (name: string) =>
  new UserError(
    `the compiled part of ${name} is missing for Node ${process.versions.node} on ${process.platform}-${process.arch}`,
    exitCodes.environment,
    `Run \`npm rebuild ${name}\` (it wants a C++ compiler and Python 3).`,
  );
