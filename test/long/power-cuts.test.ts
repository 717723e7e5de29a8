import { expect, it } from "vitest";
import { powerCuts } from "#test/durability/power-cuts.ts";

it("leaves the outbox whole in 20,000 crash images", async () => {
  expect(await powerCuts(20_000)).toBeGreaterThanOrEqual(20_000);
}, 300_000);
