import { describe, expect, it } from "vitest";
import { layOut } from "./lay-out.ts";
import { liveThrough } from "./run.ts";
import { readScenario } from "./scenario.ts";

const scenario = (commands: string) => `
scenario: commands
title: A lamp that is told
seed: 1
start: 2026-01-10 22:00
duration: 20 min
location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }
street:
  furniture:
    - { kind: streetlight, units: 1, spacing: 30 }
commands:
${commands}
`;

describe("the commands of a scenario", () => {
  it("reach their unit over the broker, and are carried out", async () => {
    const text = scenario(
      '  - { at: "22:05", unit: lamp-01, command: setLevel, args: { level: 93, duration: 600 } }',
    );
    const read = await readScenario(text, "commands.yaml");
    const street = await layOut(read, read.seed, { version: "0" });
    const levels: (readonly [number, number])[] = [];
    street.loop.at(read.startUnixMs + 299_000, () => levels.push([299, levelOf()]));
    street.loop.at(read.startUnixMs + 320_000, () => levels.push([320, levelOf()]));
    const levelOf = () => Math.round(street.units[0]!.snapshot!.targets.lamp!.value);
    await liveThrough(read, read.seed, street, { realNowMs: () => 0 });
    expect(levels[0]![1]).not.toBe(93);
    expect(levels[1]).toEqual([320, 93]);
  });

  it.each([
    ['{ at: "21:00", unit: lamp-01, command: resume }', /commands\/0\/at is "21:00"/],
    ['{ at: "22:05", unit: lamp-09, command: resume }', /commands\/0\/unit is "lamp-09".*lamp-01/s],
    ['{ at: "22:05", unit: lamp-01, command: dance }', /commands\/0\/command is "dance".*setLevel/s],
    [
      '{ at: "22:05", unit: lamp-01, command: setLevel, args: { level: 400, duration: 9 } }',
      /commands\/0\/args\/level/,
    ],
  ])("are refused with their field where they make no sense: %s", async (command, expected) => {
    await expect(readScenario(scenario(`  - ${command}`), "commands.yaml")).rejects.toThrow(expected);
  });
});
