import { expect, it } from "vitest";
import { desiredSettings } from "./revision.ts";

it("names settings by their content, whatever their order", () => {
  // printf '{"a":{"c":"x","d":[2,1]},"b":1}' | sha256sum
  const revision = "9ad173b6e2b1";
  expect(desiredSettings({ b: 1, a: { d: [2, 1], c: "x" } }).revision).toBe(revision);
  expect(desiredSettings({ a: { c: "x", d: [2, 1] }, b: 1 }).revision).toBe(revision);
  expect(desiredSettings({ a: { c: "x", d: [1, 2] }, b: 1 }).revision).not.toBe(revision);
});
