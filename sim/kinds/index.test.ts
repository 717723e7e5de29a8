import { expect, it } from "vitest";
import * as catalogue from "#devices/furniture/index.ts";
import { knownPaths } from "../scenario/expectations.ts";
import { faultVerbs } from "../scenario/faults.ts";
import { modelsOf } from "./index.ts";

const models = [...(await modelsOf(Object.values(catalogue).map(({ kind }) => kind))).values()];

it("finds a model for each kind of the catalogue, by its name", () => {
  expect(models.map(({ kind }) => kind)).toEqual(Object.values(catalogue).map(({ kind }) => kind));
});

it("tells which file a kind without a model lacks", async () => {
  await expect(modelsOf(["lighthouse"])).rejects.toThrow(
    "lighthouse has no model in the street: it would be sim/kinds/lighthouse/model.ts",
  );
});

it("gives each kind unit ids of its own", () => {
  const prefixes = models.map(({ prefix }) => prefix);
  expect(new Set(prefixes).size).toBe(prefixes.length);
  for (const prefix of prefixes) expect(prefix).toMatch(/^[a-z][a-z0-9-]*$/);
});

it.each(models)("$kind holds its figures together", ({ figures, kind }) => {
  for (const [path, { across, truth, bins }] of Object.entries(figures)) {
    const named = [truth, ...(typeof across === "string" ? [] : [across.share, across.of])];
    for (const other of named) if (other !== undefined) expect(Object.keys(figures), path).toContain(other);
    if (truth !== undefined) expect(figures[truth]!.unit, path).toBe(figures[path]!.unit);
    if (bins) expect(across, path).toBe("sum");
  }
  expect(knownPaths(models)).toContain(`${kind}.${Object.keys(figures)[0]}`);
});

it.each(models)("$kind has no verb that every unit has", ({ verbs = {} }) => {
  expect(Object.keys(verbs).filter((verb) => verb in faultVerbs)).toEqual([]);
});
