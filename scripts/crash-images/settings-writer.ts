// Saves a settings file five times, in one of three ways, and prints a line after each save.
import { renameSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { openStore } from "#firmware/ports/store.ts";

const [directory, way] = process.argv.slice(2) as [string, "store" | "in-place" | "rename"];
const name = "settings.json";
const path = join(directory, name);
const store = await openStore(directory);

for (let revision = 1; revision <= 5; revision++) {
  const content = JSON.stringify({ revision, note: "x".repeat(400) });
  if (way === "store") await store.replace(name, Buffer.from(content));
  else if (way === "in-place") writeFileSync(path, content);
  else {
    writeFileSync(`${path}.tmp`, content);
    renameSync(`${path}.tmp`, path);
  }
  writeSync(1, `kept ${revision}\n`);
}
