import { expect, it } from "vitest";
import type { Scenario } from "#sim/scenario/scenario.ts";
import { judge } from "#test/scenarios/judged.ts";
import { scenarioOf } from "#test/scenarios/living.ts";

const kindsOf = ({ units }: Scenario) => [...new Set(units.map(({ config }) => config.kind))];

it("lives through a night in the very street of npm start, and expects something of each of its kinds", async () => {
  const standing = ({ seed, lengthM, peoplePerHourPeak, units }: Scenario) => ({
    ...{ seed, lengthM, peoplePerHourPeak },
    units: units.map(({ config, xM }) => [config.unit, config.kind, config.size, xM]),
  });
  const night = await scenarioOf("street-night");
  expect(standing(night)).toEqual(standing(await scenarioOf("street")));
  const expected = night.expectations.map(({ path }) => path.split(".")[0]);
  expect(expected).toEqual(expect.arrayContaining(kindsOf(night)));
});

judge([await scenarioOf("street-night")]);
