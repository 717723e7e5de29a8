import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import type { Command } from "commander";
import { makeDocs } from "#sim/docs/docs.ts";
import { exitCodesHelp } from "../exit-codes.ts";
import { outputFolder } from "../output-folder.ts";
import { root } from "../root.ts";

interface Options {
  readonly out?: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("docs")
    .description("Write the reference of every kind and chip, made from their declarations")
    .option("--out <folder>", "where it goes; files of the same names are replaced (default: dist/docs)")
    .option("--json", "print the files written as JSON")
    .addHelpText(
      "after",
      `
\`plinth start\` serves the same pages under /docs/ of the street page.

Example:
  plinth docs --out public
${exitCodesHelp}`,
    )
    .action(writeDocs);
}

async function writeDocs({ out, json = false }: Options): Promise<void> {
  const folder = out === undefined ? join(root, "dist", "docs") : resolve(out);
  await outputFolder(folder);
  const docs = await makeDocs();
  for (const [path, content] of docs) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  if (json) console.log(JSON.stringify({ folder, files: [...docs.keys()] }, undefined, 2));
  else console.log(`${docs.size} files in ${relative("", folder) || "."}: begin with index.html`);
}
