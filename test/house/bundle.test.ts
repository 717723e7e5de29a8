import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { bundle } from "#scripts/bundle/bundle.ts";
import { entryOf, kinds } from "#scripts/bundle/kinds.ts";
import { foreign } from "./bundle.ts";

const folder = mkdtempSync(join(tmpdir(), "plinth-bundle-"));
afterAll(() => rmSync(folder, { recursive: true }));

const all = [...(await kinds()).keys()];

it("knows the kinds of the catalogue", () => {
  expect(all).toContain("streetlight");
});

it.each(all)("puts nothing into %s's bundle that has no place on a board", async (kind) => {
  const { metafile } = await bundle({ kind, entry: await entryOf(kind), out: join(folder, kind) });
  expect(foreign(metafile, kind, all)).toEqual([]);
  expect(Object.keys(metafile.inputs)).toContain(`devices/furniture/${kind}.ts`);
  expect(Object.keys(metafile.inputs)).toContain("firmware/main.ts");
});

it.each([
  ["the simulator", 'import { EventLoop } from "./sim/loop.ts"; new EventLoop();', "sim/loop.ts"],
  [
    "a tool",
    'import { exitCodes } from "./scripts/exit-codes.ts"; console.log(exitCodes);',
    "scripts/exit-codes.ts",
  ],
  [
    "another kind",
    'import { streetlight } from "./devices/furniture/streetlight.ts"; console.log(streetlight);',
    "devices/furniture/streetlight.ts",
  ],
  [
    "the catalogue",
    'import * as kinds from "./devices/furniture/index.ts"; console.log(kinds);',
    "devices/furniture/index.ts",
  ],
  ["a broker", 'import { Aedes } from "aedes"; console.log(Aedes);', "node_modules/aedes/aedes.js"],
])("catches %s in a bundle", async (_what, entry, file) => {
  const { metafile } = await bundle({ kind: "trial", entry, out: join(folder, "trial") });
  expect(foreign(metafile, "trial", [...all, "trial"])).toContain(file);
});
