import { beforeAll, expect, it } from "vitest";
import { toldWithinMs } from "#sim/kinds/floor/step-judge.ts";
import { unitState } from "#sim/live/unit-in-view.ts";
import { layOut } from "#sim/scenario/lay-out.ts";
import { readScenario } from "#sim/scenario/scenario.ts";
import { stepsOffMax } from "./steps-told.ts";

/** People come in ones and twos, with pauses between them. */
const text = `
scenario: steps
title: Steps as they are told, beside those that were taken
seed: 1
start: 2025-11-22 17:00
duration: 5 min
location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }
street: { length: 100, peoplePerHourPeak: 500, furniture: [{ kind: floor, at: [38], size: 8 }] }
`;

interface Moment {
  readonly atMs: number;
  readonly told: number;
  readonly taken: number;
}

/** What the street page shows of the steps, every half second. */
const moments: Moment[] = [];

beforeAll(async () => {
  const scenario = await readScenario(text, "steps.yaml");
  const street = await layOut(scenario, scenario.seed, { version: "test" });
  void street.start();
  for (let atMs = scenario.startUnixMs; atMs <= scenario.startUnixMs + scenario.durationMs; atMs += 500) {
    await street.loop.runUntil(atMs);
    const { truth, samples } = unitState(street.unit("floor-01"));
    const told = samples["footfall.steps"]?.value ?? 0;
    moments.push({ atMs, told, taken: Number(truth["footfall.steps"]) });
  }
}, 60_000);

const takenAt = (atMs: number) => moments.findLast((moment) => moment.atMs <= atMs)?.taken ?? 0;

it("shows dozens of steps, and moments at which nobody has been on the tiles for a while", () => {
  expect(moments.at(-1)!.taken).toBeGreaterThan(40);
  const atRest = moments.filter(({ atMs, taken }) => taken > 10 && takenAt(atMs - toldWithinMs) === taken);
  expect(atRest.length).toBeGreaterThan(100);
});

it("never shows more steps than were taken", () => {
  const tooMany = moments.filter(({ told, taken }) => told > taken + stepsOffMax(taken));
  expect(tooMany).toEqual([]);
});

it("shows every step as soon as it must have been told", () => {
  const tooFew = moments.filter(({ atMs, told }) => {
    const due = takenAt(atMs - toldWithinMs);
    return told < due - stepsOffMax(due);
  });
  expect(tooFew).toEqual([]);
});
