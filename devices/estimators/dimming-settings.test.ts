import { describe, expect, it } from "vitest";
import { dimmingSettings } from "./dimming-settings.ts";

describe("dimming settings", () => {
  it("take the road class's floor where the declared minimum is lower", () => {
    const minimum = (minimumLevel: number, roadClass: string) =>
      dimmingSettings({ minimumLevel, roadClass }).minimumLevel;
    expect([minimum(10, "P4"), minimum(60, "P4"), minimum(10, "unknown")]).toEqual([40, 60, 10]);
  });

  it("fall back to bright rather than dark", () => {
    expect(dimmingSettings({})).toMatchObject({ presenceLevel: 100, defaultLevel: 100, profile: [] });
    expect(dimmingSettings({ presenceLevel: Number.NaN, defaultLevel: "70" })).toMatchObject({
      presenceLevel: 100,
      defaultLevel: 100,
    });
  });

  it("never let the default fall below the minimum", () => {
    expect(dimmingSettings({ defaultLevel: 10, minimumLevel: 30 }).defaultLevel).toBe(30);
  });
});
