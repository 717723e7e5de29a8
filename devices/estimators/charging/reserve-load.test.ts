import { describe, expect, it } from "vitest";
import type { View } from "../../control.ts";
import { count } from "../../quantities.ts";
import type { Quality, Sample } from "../../sample.ts";
import { chargePath, chargePermit, reserveLoad, reserveLoadPermit } from "./reserve-load.ts";

const view = (samples: Readonly<Record<string, readonly [number, Quality] | undefined>>) =>
  ({
    nowMs: 0,
    latest: (source: string): Sample | undefined => {
      const [value, quality] = samples[source] ?? [];
      if (value === undefined || quality === undefined) return undefined;
      return { source, value, quality, quantity: count, atMs: 0, wallMs: undefined, clock: "none", boot: 1 };
    },
  }) as View;

const light = reserveLoad({ shed: "shed", dark: "dark" });
const modem = reserveLoad({ shed: "shed" });

describe("a load that goes last", () => {
  it.each([
    ["while it is dark", { shed: [0, "good"], dark: [1, "good"] }, 1, "dark"],
    ["not by day", { shed: [0, "good"], dark: [0, "good"] }, 0, "daylight"],
    ["when nobody knows", { dark: [0, "suspect"] }, 1, "dark"],
    ["when nothing is known", {}, 1, "dark"],
    ["not when it must go", { shed: [1, "good"], dark: [1, "good"] }, 0, "shed"],
    ["when it only might have to go", { shed: [1, "suspect"], dark: [1, "good"] }, 1, "dark"],
  ] as const)("is on %s", (_, samples, value, code) => {
    const { target } = light.decide(null, view(samples));
    expect([target.value, target.reason.code]).toEqual([value, code]);
  });

  it("is on by day too where there is no light about it", () => {
    expect(modem.decide(null, view({ dark: [0, "good"] })).target.value).toBe(1);
    expect(modem.decide(null, view({ shed: [1, "good"] })).target.value).toBe(0);
  });

  it("is on rather than somewhere between", () => {
    const reason = { code: "x", text: "x" };
    const allowed = (value: number) => reserveLoadPermit.allow({ value, reason }, view({})).value;
    expect([0, 1, 0.5, Number.NaN].map(allowed)).toEqual([0, 1, 1, 1]);
  });
});

describe("the path that charges the battery", () => {
  const permit = chargePermit({ frost: "frost" });
  const charged = (frost: readonly [number, Quality] | undefined) =>
    permit.allow(chargePath.decide(null, view({})).target, view({ frost })).value;

  it("is closed only while the battery is known not to be too cold", () => {
    expect(charged([0, "good"])).toBe(1);
    for (const frost of [[1, "good"], [0, "stale"], [Number.NaN, "bad"], undefined] as const)
      expect(charged(frost)).toBe(0);
  });
});
