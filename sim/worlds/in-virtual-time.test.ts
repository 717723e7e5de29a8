import { beforeAll, describe, expect, it } from "vitest";
import { readScenario, type Scenario } from "../scenario/scenario.ts";
import { beginMs } from "./begin.ts";
import { inVirtualTime } from "./in-virtual-time.ts";
import type { Told } from "./told.ts";

const text = `
scenario: dusk
title: Dusk
seed: 5
start: 2025-12-21 17:30
duration: 5 min
location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }
street:
  furniture:
    - { kind: streetlight, units: 2, spacing: 30 }
`;

let scenario: Scenario;
let told: readonly Told[];
beforeAll(async () => {
  scenario = await readScenario(text, "dusk.yaml");
  told = await inVirtualTime({ scenario, seed: 5, unit: "lamp-02", version: "0.0.0", realNowMs: () => 0 });
});

describe("a unit in virtual time that is to be compared", () => {
  it("begins when a guest has booted", () => {
    expect(told[0]?.event.type).toBe("started");
    expect(told[0]?.atMs).toBe(beginMs(scenario));
  });

  it("tells of itself alone, and no longer than the scenario lasts", () => {
    expect(new Set(told.map(({ unit }) => unit))).toEqual(new Set(["lamp-02"]));
    const endMs = scenario.startUnixMs + scenario.durationMs;
    expect(told.at(-1)!.atMs).toBeGreaterThan(endMs - 60_000);
    expect(told.at(-1)!.atMs).toBeLessThanOrEqual(endMs);
  });
});
