import { describe, expect, it } from "vitest";
import { schedule } from "../../scenario/faults.ts";
import { layOut } from "../../scenario/lay-out.ts";
import { readScenario } from "../../scenario/scenario.ts";

/** A kerb at noon, whose served space is reserved at the second minute, and whose unit dies at the fourth. */
const text = `
scenario: kerb
title: A kerb at noon
seed: 5
start: 2026-04-14 12:10
duration: 6 min
location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }
street:
  length: 40
  peoplePerHourPeak: 20
  furniture:
    - { kind: curb, at: [20], size: 2 }
commands:
  - { at: "12:12", unit: curb-01, command: reserve, args: { space: 1, duration: 600 } }
faults:
  - { at: "12:14", for: 60 s, unit: curb-01, fault: kill }
`;

async function noon(askEveryMs = Number.POSITIVE_INFINITY) {
  const scenario = await readScenario(text, "kerb.yaml");
  const street = await layOut(scenario, scenario.seed, { version: "0" });
  for (const { atMs, unit, command, args } of scenario.commands)
    street.loop.at(atMs, () => street.command(unit, command, args));
  const [unit] = street.units;
  schedule(scenario.faults, street);
  const limits: string[] = [];
  const pages: unknown[] = [];
  const ask = () => {
    const truth = unit!.site.truth();
    limits.push(`${truth["lowerLimit.closed"]}${truth["upperLimit.closed"]}`);
    pages.push(truth["sign.target"]);
    street.loop.at(street.loop.now + askEveryMs, ask);
  };
  if (Number.isFinite(askEveryMs)) street.loop.at(street.loop.now + askEveryMs, ask);
  void street.start();
  await street.loop.runUntil(scenario.startUnixMs + scenario.durationMs);
  return { samples: unit!.snapshot!.samples, figures: unit!.site.figures(), limits, pages };
}

describe("the truth of a kerb", () => {
  it("changes nothing by being asked for, and follows the lock from one limit to the other", async () => {
    const [alone, asked] = [await noon(), await noon(333)];
    expect(asked.samples).toEqual(alone.samples);
    expect(asked.figures).toEqual(alone.figures);
    const standings = asked.limits.filter((limits, index) => limits !== asked.limits[index - 1]);
    expect(standings).toEqual(["10", "00", "01"]);
  }, 60_000);

  it("is that nothing stays lit which a dead unit showed", async () => {
    const { pages } = await noon(1_000);
    const shown = pages.filter((page, index) => page !== pages[index - 1]);
    // From 12:12 on the factory's policies have a pick-up zone.
    expect(shown).toEqual([0, 4, 0, 4]);
  }, 60_000);
});
