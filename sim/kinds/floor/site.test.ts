import { describe, expect, it } from "vitest";
import { layOut } from "../../scenario/lay-out.ts";
import { readScenario } from "../../scenario/scenario.ts";

const text = `
scenario: strip
title: A strip in a crowd
seed: 3
start: 2026-12-11 17:05
duration: 1 min
location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }
street:
  length: 40
  peoplePerHourPeak: 3000
  furniture:
    - { kind: floor, at: [20], size: 4 }
`;

async function laidOut() {
  const scenario = await readScenario(text, "strip.yaml");
  const street = await layOut(scenario, scenario.seed, { version: "test" });
  return { street, scenario, unit: street.units[0]! };
}

describe("what is true of a strip", () => {
  it("is at once a tile that is jammed, and none when it is free again", async () => {
    const { site } = (await laidOut()).unit;
    expect(site.truth()["surface.stuckTile"]).toBe(0);
    site.begin!("jam", 2);
    expect(site.truth()["surface.stuckTile"]).toBe(2);
    site.end!("jam");
    expect(site.truth()["surface.stuckTile"]).toBe(0);
  });

  it("is by how much a corner of the middle tile has settled; where all are even, no tile stands off", async () => {
    const { site } = (await laidOut()).unit;
    const even = { "surface.uneven": 0, "surface.unevenTile": Number.NaN };
    expect(site.truth()).toMatchObject(even);
    site.begin!("settle", 8);
    expect(site.truth()).toMatchObject({ "surface.uneven": 0.008, "surface.unevenTile": 3 });
    site.end!("settle");
    expect(site.truth()).toMatchObject(even);
  });

  it("may be asked at any moment: the run is the same", async () => {
    const [asked, unasked] = [await laidOut(), await laidOut()];
    for (const { street, scenario } of [asked, unasked]) {
      const started = street.start();
      const endMs = scenario.startUnixMs + scenario.durationMs;
      for (let atMs = scenario.startUnixMs; atMs <= endMs; atMs += 137) {
        await street.loop.runUntil(atMs);
        if (street === asked.street) asked.unit.site.truth();
      }
      await started;
    }
    const { site, snapshot } = asked.unit;
    expect(site.truth()["footfall.steps"]).toBeGreaterThan(5);
    expect(site.truth()).toEqual(unasked.unit.site.truth());
    expect(site.figures()).toEqual(unasked.unit.site.figures());
    const told = (samples: Iterable<{ source: string; value: number }>) =>
      [...samples].map(({ source, value }) => [source, value]);
    expect(told(snapshot!.samples)).toEqual(told(unasked.unit.snapshot!.samples));
  });
});
