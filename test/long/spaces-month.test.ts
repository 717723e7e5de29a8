import { expect, it } from "vitest";
import { spacesTrial } from "../curb/spaces-trial.ts";

it("tells no phantom session in 30 days of traffic, with lorries beside the spaces", () => {
  const { rightShare, stays, missed, phantom, delayMax } = spacesTrial({
    ...{ days: 30, spaces: 4, lidars: 1, seed: 30 },
  });
  expect(stays).toBeGreaterThan(1_000);
  expect(phantom).toBe(0);
  expect(missed).toBe(0);
  expect(rightShare).toBeGreaterThan(0.99);
  expect(delayMax).toBeLessThanOrEqual(10);
}, 900_000);
