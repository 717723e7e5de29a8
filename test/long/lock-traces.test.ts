import { describe, expect, it } from "vitest";
import { traceOf } from "../safety/lock-traces.ts";

const traces = 1_000_000;

describe("a ground lock", () => {
  it(`never rises unless two fresh sensors agree that the space is clear, over ${traces} random traces`, () => {
    let rises = 0;
    for (let seed = 0; seed < traces; seed++) {
      const trace = traceOf(seed);
      if (trace.flaw !== undefined) expect.fail(trace.flaw);
      rises += trace.rises;
    }
    expect(rises).toBeGreaterThan(traces);
  }, 300_000);
});
