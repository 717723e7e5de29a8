import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { DocumentError } from "#firmware/document.ts";
import { readStreet } from "./unit-scenario.ts";

const nowMs = Date.UTC(2026, 4, 3, 12);
const deployed = new URL("../../deploy/unit.yaml", import.meta.url);
const street = new URL("../scenarios/street-night.yaml", import.meta.url);

it("makes a street of the unit that a configuration describes, from now on", async () => {
  const text = await readFile(deployed, "utf8");
  const scenario = await readStreet(text, "unit.yaml", { nowMs });
  const [unit, ...others] = scenario.units;
  expect(others).toEqual([]);
  expect(scenario.startUnixMs).toBe(nowMs);
  expect(scenario.location).toEqual(unit!.config.location);
  expect(text).toContain(`unit: ${unit!.config.unit}`);
  expect([unit!.declaration.kind, unit!.model.kind]).toEqual([unit!.config.kind, unit!.config.kind]);
});

it("reads a scenario as it is, or moved to another instant", async () => {
  const text = await readFile(street, "utf8");
  const own = await readStreet(text, "street.yaml", { nowMs });
  expect(new Date(own.startUnixMs).toISOString()).toBe("2025-11-22T16:00:00.000Z");
  const later = await readStreet(text, "street.yaml", { nowMs, startUnixMs: nowMs });
  expect(later.startUnixMs).toBe(nowMs);
  expect(later.faults.map(({ atMs }) => atMs - nowMs)).toEqual(
    own.faults.map(({ atMs }) => atMs - own.startUnixMs),
  );
});

it.each([
  ["unit: lamp-01\nkind: lighthouse\n", /unit\.yaml cannot be used:\n {2}line 2.*kind/s],
  ["unit: lamp-01\nkind: streetlight\n", /unit\.yaml cannot be used:\n.*site/s],
  ["scenario: x\n", /unit\.yaml cannot be used:\n.*street/s],
])("tells what is wrong with %j", async (text, message) => {
  const refused = readStreet(text, "unit.yaml", { nowMs });
  await expect(refused).rejects.toThrow(DocumentError);
  await expect(refused).rejects.toThrow(message);
});
