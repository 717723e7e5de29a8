import { expect, it } from "vitest";
import { asksFor, filterOf } from "./filter.ts";

const said = { type: "measurement", name: "occupied3" } as const;

it.each([
  ["", "", true],
  ["measurement", "", true],
  ["alarm", "", false],
  ["measurement:occupied#", "", true],
  ["measurement:occupied#", "3", true],
  ["measurement:occupied#", "1", false],
  ["measurement:occupied#", "33", false],
  ["alarm:occupied#", "", false],
  ["measurement:occupied3", "", true],
  ["measurement:occupied", "", false],
  ["measurement:steps#OnTile", "", false],
])("%j with number %j lets occupied3 through: %s", (tells, number, passes) => {
  expect(asksFor(filterOf({ tells, number }), said)).toBe(passes);
});

it("finds the number in the middle of a name", () => {
  const name = "steps12OnTile";
  expect(asksFor(filterOf({ tells: "measurement:steps#OnTile", number: "12" }), { ...said, name })).toBe(
    true,
  );
  expect(asksFor(filterOf({ tells: "measurement:steps#OnTile" }), { ...said, name: "stepsOnTile" })).toBe(
    false,
  );
});
