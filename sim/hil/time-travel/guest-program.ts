import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";

/** In one file, a module's own address is still that of its source, so that it finds what stands beside it. */
const ownAddresses: Plugin = {
  name: "own-addresses",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const contents = source
        .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href))
        .replaceAll("import.meta.dirname", JSON.stringify(dirname(path)));
      return { contents, loader: "ts" };
    }),
};

const require = createRequire(import.meta.url);

/** Packages that hold more than JavaScript, or load their own files by name: they stay where they are. */
const inPlace: Plugin = {
  name: "in-place",
  setup: ({ onResolve }) => {
    onResolve({ filter: /^(serialport|i2c-bus|onoff|modbus-serial|esbuild)$/ }, ({ path }) => ({
      path: require.resolve(path),
      external: true,
    }));
    // A folder of parts, of which one is imported by its name, has their tests in it.
    onResolve({ filter: /\.test\.ts$/ }, ({ path }) => ({ path, external: true }));
  },
};

/** What packages written for CommonJS expect of their surroundings. */
const surroundings = `import { createRequire as makeRequire } from "node:module";
const require = makeRequire(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname;`;

/**
 * Makes one file of JavaScript of a program in TypeScript: hundreds of files, each translated first, take a guest many
 * times as long to start.
 * @param entry its path
 * @returns the path of the program, in `folder`
 */
export async function guestProgram(entry: string, folder: string): Promise<string> {
  const outfile = join(folder, `${basename(entry, ".ts")}.mjs`);
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20.19",
    format: "esm",
    banner: { js: surroundings },
    logLevel: "silent",
    plugins: [ownAddresses, inPlace],
  });
  return outfile;
}
