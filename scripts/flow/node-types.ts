import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Types of the nodes that Node-RED brings itself, as the Node-RED that is installed here registers them. */
export async function coreTypes(): Promise<string[]> {
  const fromNodeRed = createRequire(createRequire(import.meta.url).resolve("node-red"));
  const core = join(dirname(fromNodeRed.resolve("@node-red/nodes/package.json")), "core");
  const names = await readdir(core, { recursive: true });
  const forms = names.filter((name) => name.endsWith(".html") && !name.includes("locales"));
  const texts = await Promise.all(forms.map((name) => readFile(join(core, name), "utf8")));
  return texts.flatMap((text) =>
    [...text.matchAll(/registerType\(\s*['"]([^'"]+)['"]/g)].map(([, type]) => type!),
  );
}
