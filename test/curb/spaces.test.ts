import { describe, expect, it } from "vitest";
import { spacesTrial } from "./spaces-trial.ts";

/** What is asked of a kerb's spaces: right 99 % of the time, changes told within 10 s, nothing told of nobody. */
describe("the spaces of a kerb, over three days of traffic, with lorries beside them", () => {
  it.each([
    ["by magnetometers alone", { spaces: 3, lidars: 0, seed: 1 }],
    ["with a lidar each", { spaces: 2, lidars: 2, seed: 2 }],
  ])(
    "are told right %s",
    (_, trial) => {
      const { rightShare, stays, missed, phantom, delayMax } = spacesTrial({ days: 3, ...trial });
      expect(stays).toBeGreaterThan(50);
      expect(rightShare).toBeGreaterThan(0.99);
      expect([missed, phantom]).toEqual([0, 0]);
      expect(delayMax).toBeLessThanOrEqual(10);
    },
    120_000,
  );
});
