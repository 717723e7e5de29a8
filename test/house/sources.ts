import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "#scripts/root.ts";

export const folders = ["devices", "firmware", "sim", "flows", "scripts", "test"] as const;
export type Folder = (typeof folders)[number];

/** A TypeScript file of the repository. */
export interface Source {
  /** From the repository's root, with slashes: `sim/ports/link.ts`. */
  readonly path: string;
  readonly text: string;
}

const skipped = new Set(["node_modules", "dist"]);

export function sources(): Source[] {
  return folders.flatMap((folder) => filesBelow(folder)).map(read);
}

const read = (path: string): Source => ({ path, text: readFileSync(join(root, path), "utf8") });

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : filesBelow(path);
    return /\.[cm]?tsx?$/.test(entry.name) ? [path] : [];
  });
}

export const folderOf = (path: string) => path.slice(0, path.indexOf("/")) as Folder;

/** Tests, and what only tests use. */
export const isTest = ({ path }: Source) => path.startsWith("test/") || path.endsWith(".test.ts");

/** The text without comments and without what strings say, so that a rule sees code only; lines stay where they are. */
export function codeOf(text: string): string {
  const notCode = /\/\*[\s\S]*?\*\/|\/\/.*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;
  return text.replace(notCode, (found) => (found.startsWith("/") ? found.replace(/[^\n]/g, "") : '""'));
}
