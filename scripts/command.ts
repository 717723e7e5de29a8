import { isAbsolute, join, relative } from "node:path";
import { root } from "./root.ts";
import { shellWord } from "./shell-word.ts";

/** How somebody who stands in `folder` calls this program: `npx plinth`, or by its path from a project beside it. */
export function plinthCommand(folder = process.cwd(), home = root): string {
  const outside = relative(home, folder);
  const isInside = outside === "" || !(outside.startsWith("..") || isAbsolute(outside));
  if (isInside || home.includes("/node_modules/")) return "npx plinth";
  const path = relative(folder, join(home, "scripts/plinth.mjs"));
  return `node ${shellWord(path)}`;
}
