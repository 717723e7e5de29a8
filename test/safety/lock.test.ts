import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { traceOf } from "./lock-traces.ts";

describe("a ground lock", () => {
  it("never rises unless two fresh sensors agree that the space is clear, over 20 000 random traces", () => {
    let rises = 0;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), (seed) => {
        const trace = traceOf(seed);
        rises += trace.rises;
        expect(trace.flaw).toBeUndefined();
      }),
      { numRuns: 20_000 },
    );
    // The traces mean nothing unless the lock moves in them.
    expect(rises).toBeGreaterThan(10_000);
  });
});
