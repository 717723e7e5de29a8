import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";

/** In one file, a module's own address is still that of its source, so that it finds what stands beside it. */
const ownAddresses: Plugin = {
  name: "own-addresses",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const address = JSON.stringify(pathToFileURL(path).href);
      return { contents: source.replaceAll("import.meta.url", address), loader: "ts" };
    }),
};

/**
 * Makes one file of JavaScript of a program in TypeScript, which a guest starts sooner than hundreds of files. What it
 * imports from packages that hold more than JavaScript must not be needed there.
 * @param entry its path
 * @returns the path of the program, in `folder`
 */
export async function guestProgram(entry: string, folder: string): Promise<string> {
  const outfile = join(folder, `${basename(entry, ".ts")}.cjs`);
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20.19",
    format: "cjs",
    external: ["*.node", "esbuild", "i2c-bus", "onoff", "serialport", "johnny-five"],
    logLevel: "silent",
    plugins: [ownAddresses],
  });
  return outfile;
}
