import { beforeAll, describe, expect, it } from "vitest";
import { differs } from "#sim/page/app/agreement.ts";
import { layOut } from "#sim/scenario/lay-out.ts";
import { readScenario } from "#sim/scenario/scenario.ts";
import type { Street } from "#sim/street/street.ts";

/** An afternoon with a lamp, a bench and a kerb. Nothing is broken, and at its end nobody has just passed the lamp. */
const quiet = `
scenario: truths
title: What is told beside what is true
seed: 11
start: 2026-06-20 14:00
duration: 22 min
location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }
street:
  length: 60
  peoplePerHourPeak: 60
  furniture:
    - { kind: streetlight, at: [5] }
    - { kind: bench, at: [12] }
    - { kind: curb, at: [40], size: 4 }
`;

/** A strip in a crowd: its means hide those who are fewer than five. */
const crowded = `
scenario: truths-in-a-crowd
title: What a strip tells beside what is true
seed: 11
start: 2026-06-20 14:00
duration: 22 min
location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }
street:
  length: 40
  peoplePerHourPeak: 900
  furniture:
    - { kind: floor, at: [20], size: 4 }
`;

/** What a unit decides or foresees by itself, or was asked for: nobody who stands beside it knows better. */
const ownAffairs: Readonly<Record<string, readonly string[]>> = {
  streetlight: [],
  bench: [
    ...["outletStanding", "usb1Standing", "usb2Standing", "padStanding", "loadsShed"],
    // How often it has switched off a port.
    ...["outletTrips", "usb1Trips", "usb2Trips", "padTrips"],
    ...["consumptionPerDay", "autonomy", "autonomyWithoutSun"],
    // The sun's heat on whoever sits there is no number of the world.
    "feltTemperature",
  ],
  curb: ["reserved"],
  floor: [],
};

/**
 * Of registers that are coarser than their quantity: the charger's H19 counts in 0.01 kWh (VE.Direct protocol 3.34).
 * And of the tiles: a foot that is set down across a joint, or the edge of the strip, may be told by either side.
 */
const steps: Readonly<Record<string, number>> = {
  harvest: 10,
  ...Object.fromEntries([1, 2, 3, 4].map((tile) => [`steps${tile}OnTile`, 12])),
};

const streets: Street[] = [];
beforeAll(async () => {
  for (const text of [quiet, crowded]) {
    const scenario = await readScenario(text, "truths.yaml");
    const street = await layOut(scenario, scenario.seed, { version: "test" });
    const started = street.start();
    await street.loop.runUntil(scenario.startUnixMs + scenario.durationMs);
    await started;
    streets.push(street);
  }
}, 120_000);

describe.each(Object.keys(ownAffairs))("a %s", (kind) => {
  const unit = () =>
    streets.flatMap(({ units }) => units).find(({ declaration }) => declaration.kind === kind)!;
  const truthOf = (source: string) => unit().site.truth()[source];

  it("has a truth for every number that it tells, but for what is its own affair", () => {
    const without = Object.entries(unit().declaration.telemetry)
      .filter(([, { source }]) => truthOf(source) === undefined)
      .map(([name]) => name);
    expect(without.sort()).toEqual(ownAffairs[kind]!.toSorted());
  });

  it("tells the truth where nothing is broken", () => {
    const samples = new Map([...unit().snapshot!.samples].map((sample) => [sample.source, sample]));
    const wrong = Object.entries(unit().declaration.telemetry).flatMap(([name, { source }]) => {
      const sample = samples.get(source);
      const truth = truthOf(source);
      if (sample?.quality !== "good" || truth === undefined || Number.isNaN(truth)) return [];
      const { value, quantity } = sample;
      if (Math.abs(value - Number(truth)) <= (steps[name] ?? 0)) return [];
      return differs({ value, unit: quantity.unit, decimals: quantity.decimals }, truth)
        ? [`${name}: ${value}, in truth ${truth}`]
        : [];
    });
    expect(wrong).toEqual([]);
  });
});
