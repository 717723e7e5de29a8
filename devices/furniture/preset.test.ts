import { expect, it } from "vitest";
import { curb, streetlight } from "./index.ts";
import { preset } from "./preset.ts";
import { factorySettings, sized } from "./vocabulary.ts";

it("changes the factory settings that are named, and no others", () => {
  const { holdTime: _, ...others } = factorySettings(streetlight);
  expect(factorySettings(preset(streetlight, { holdTime: 90 }))).toEqual({ ...others, holdTime: 90 });
});

it("leaves the declaration that it is given as it was", () => {
  const before = factorySettings(streetlight);
  preset(streetlight, { holdTime: 90 });
  expect(factorySettings(streetlight)).toEqual(before);
});

it("holds in every size", () => {
  const calm = preset(curb, { grace: 600 });
  for (const spaces of [1, 12]) expect(factorySettings(sized(calm, spaces)).grace).toBe(600);
});
