import { expect, it } from "vitest";
import { fromFragment, toFragment } from "./permalink.ts";

const street = {
  scenario: "winter-night",
  seed: 4_294_967_295,
  startMs: Date.UTC(2025, 11, 21, 16),
  momentMs: Date.UTC(2025, 11, 21, 22, 30, 5, 250),
};

it("brings back what it was made of", () => {
  for (const link of [{}, { unit: "lamp-02" }, { street }, { street, unit: "lamp-02" }])
    expect(fromFragment(toFragment(link))).toEqual(link);
  expect(toFragment({ street })).toBe(
    "#scenario=winter-night&seed=4294967295&start=2025-12-21T16%3A00%3A00.000Z&at=2025-12-21T22%3A30%3A05.250Z",
  );
  expect(toFragment({})).toBe("");
});

it.each([
  ["#scenario=street", 'no "seed"'],
  ["#scenario=street&seed=1&start=2025-12-21T16:00Z", 'no "at"'],
  ["#scenario=street&seed=x&start=2025-12-21T16:00Z&at=2025-12-21T16:00Z", 'seed of the link is "x"'],
  ["#scenario=street&seed=1&start=now&at=2025-12-21T16:00Z", '"start" of the link is "now"'],
])("says what is wrong with %s", (fragment, message) => {
  expect(() => fromFragment(fragment)).toThrow(message);
});
