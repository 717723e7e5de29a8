import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { View } from "../control.ts";
import { voltage } from "../quantities.ts";
import type { Quality, Sample } from "../sample.ts";
import { dumpLoad, dumpPermit } from "./dump-load.ts";

const source = "harvest.busVoltage";
const controller = dumpLoad({ voltage: source });
const permit = dumpPermit({ voltage: source });

const viewOf = (volts: number | undefined, quality: Quality = "good", dumpVoltage = 15.5) =>
  ({
    settings: { dumpVoltage },
    latest: (): Sample | undefined =>
      volts === undefined
        ? undefined
        : { source, value: volts, quality, quantity: voltage, atMs: 0, wallMs: 0, clock: "none", boot: 1 },
  }) as unknown as View;

const hundredths = (min: number, max: number) =>
  fc.integer({ min: 100 * min, max: 100 * max }).map((value) => value / 100);

/** What the load does through voltages, one after the other. */
function through(...volts: number[]): number[] {
  let state = controller.initial();
  return volts.map((value) => {
    const decision = controller.decide(state, viewOf(value));
    state = decision.state;
    return permit.allow(decision.target, viewOf(value)).value;
  });
}

describe("the dump load", () => {
  it("comes on at the limit and goes off half a volt below", () => {
    expect(through(12, 15.4, 15.5, 15.3, 15.01, 14.99, 15.4)).toEqual([0, 0, 1, 1, 1, 0, 0]);
  });

  it.each([
    ["was never heard", viewOf(undefined)],
    ["is old", viewOf(12, "stale")],
    ["is bad", viewOf(Number.NaN, "bad")],
    ["is suspect", viewOf(12, "suspect")],
  ])("is on while the voltage %s", (_, view) => {
    expect(controller.decide(false, view).target).toMatchObject({ value: 1, reason: { code: "unsure" } });
    const wanted = { value: 0, reason: { code: "test", text: "" } };
    expect(permit.allow(wanted, view)).toMatchObject({ value: 1, reason: { code: "unsure" } });
  });

  it("is never off at or above the limit, nor while the voltage is not known, whatever is wanted", () => {
    const quality = fc.constantFrom<Quality>("good", "stale", "suspect", "bad");
    const volts = fc.option(hundredths(0, 20), { nil: undefined });
    const wanted = fc.oneof(fc.constantFrom(0, 1), fc.double());
    fc.assert(
      fc.property(volts, quality, wanted, hundredths(8, 16), (at, how, value, limit) => {
        const view = viewOf(at, how, limit);
        const { value: allowed } = permit.allow({ value, reason: { code: "test", text: "" } }, view);
        const mayBeOff = at !== undefined && how === "good" && at < limit;
        expect(allowed === 0).toBe(mayBeOff && value === 0);
        expect(allowed === 0 || allowed === 1).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });
});
