import { describe, expect, it } from "vitest";
import { runTrace, shortTrace } from "../safety/port-traces.ts";

const traces = 1_000_000;

describe("a charging port", () => {
  it(`is never on while it must be off, and stays latched until it is reset, over ${traces} random traces`, () => {
    let onMs = 0;
    let trips = 0;
    for (let seed = 0; seed < traces; seed++) {
      try {
        const run = runTrace(shortTrace(seed));
        onMs += run.onMs;
        trips += run.trips;
      } catch (error) {
        expect.fail(`trace ${seed}: ${error instanceof Error ? error.message : error}`);
      }
    }
    // The traces mean nothing unless the port is on in them, and trips.
    expect(onMs / traces).toBeGreaterThan(1_000);
    expect(trips / traces).toBeGreaterThan(0.5);
  }, 900_000);
});
