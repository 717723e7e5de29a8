import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { long } from "./judged.ts";

it.each(long)("%s, left out here, is lived through in the slower suite", (name) => {
  const file = new URL(`../long/${name}.test.ts`, import.meta.url);
  expect(readFileSync(file, "utf8")).toContain(`judge([await scenarioOf("${name}")])`);
});
