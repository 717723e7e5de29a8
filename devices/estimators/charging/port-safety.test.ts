import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runTrace, trace } from "#test/safety/port-traces.ts";
import type { Target, View } from "../../control.ts";
import { count } from "../../quantities.ts";
import type { Sample } from "../../sample.ts";
import { portLimits } from "./port-guard.ts";
import { portPermit } from "./port-permit.ts";

describe("a port, over random traces of samples, commands and settings", () => {
  it("is never on while a condition to trip holds, and a latched trip never clears without resetPort, 3 000 times", () => {
    fc.assert(
      fc.property(trace, (happenings) => {
        expect(runTrace(happenings).onMs).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 3_000 },
    );
  });

  it("is on in many of these traces: the property is not empty", () => {
    const runs = fc.sample(trace, { numRuns: 300, seed: 7 }).map(runTrace);
    expect(runs.filter(({ onMs }) => onMs > 0).length).toBeGreaterThan(100);
    expect(runs.filter(({ trips }) => trips > 0).length).toBeGreaterThan(100);
  });
});

const sources = {
  voltage: "u",
  current: "i",
  temperature: "t",
  fault: "f",
  trip: "trip",
  sure: "sure",
  frost: "frost",
};
const permit = portPermit(sources, { ...portLimits, ratedCurrentA: 2 });
const wanted: Target = { value: 1, reason: { code: "open", text: "open for charging" } };

/** All is well, but for what is said otherwise: a value, or a value and its age in ms. */
function allowed(
  otherwise: Record<string, number | readonly [number, number] | undefined> = {},
): string | number {
  const values = { i: 0.5, t: 25, f: 0, trip: 0, sure: 1, frost: 0, ...otherwise };
  const nowMs = 100_000;
  const latest = (source: string): Sample | undefined => {
    const entry = values[source as keyof typeof values] as number | readonly [number, number] | undefined;
    if (entry === undefined) return undefined;
    const [value, ageMs] = typeof entry === "number" ? [entry, 0] : entry;
    const quality = Number.isNaN(value) ? "bad" : "good";
    return {
      source,
      value,
      quality,
      quantity: count,
      atMs: nowMs - ageMs,
      wallMs: undefined,
      clock: "none",
      boot: 1,
    };
  };
  const { value, reason } = permit.allow(wanted, { nowMs, latest } as View);
  return value === 1 ? 1 : reason.code;
}

describe("a port's permit", () => {
  it("allows what is wanted when all is known and well", () => {
    expect(allowed()).toBe(1);
    expect(allowed({ i: [2.99, 2_000], t: [60, 10_000], f: [0, 3_000] })).toBe(1);
  });

  it.each([
    [{ trip: 1 }, "over-current"],
    [{ trip: 3 }, "meter-stale"],
    [{ trip: 77 }, "unsure"],
    [{ trip: undefined }, "unsure"],
    [{ trip: Number.NaN }, "unsure"],
    [{ i: 3 }, "over-current"],
    [{ i: -3 }, "over-current"],
    [{ i: [0, 2_001] }, "unsure"],
    [{ i: Number.NaN }, "unsure"],
    [{ i: undefined }, "unsure"],
    [{ t: 60.1 }, "over-temperature"],
    [{ t: [25, 10_001] }, "unsure"],
    [{ t: undefined }, "unsure"],
    [{ f: 1 }, "load-switch-fault"],
    [{ f: [0, 3_001] }, "unsure"],
    [{ sure: 0 }, "unsure"],
    [{ sure: undefined }, "unsure"],
    [{ frost: 1 }, "frost"],
    [{ frost: Number.NaN }, "unsure"],
    [{ frost: undefined }, "unsure"],
  ] as const)("says no to %o: %s", (otherwise, code) => {
    expect(allowed(otherwise as Parameters<typeof allowed>[0])).toBe(code);
  });

  it("raises nothing, whatever is asked", () => {
    const view = { nowMs: 0, latest: () => undefined } as unknown as View;
    for (const value of [0, -1, Number.NaN, 0.4])
      expect(permit.allow({ ...wanted, value }, view).value).toBe(0);
  });
});
