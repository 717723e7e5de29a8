import * as Type from "@sinclair/typebox";
import type { Refusal } from "#devices/wire.ts";
import type { UnitSetting } from "../street/simulated-unit.ts";
import type { Street } from "../street/street.ts";
import { instantMs, instantPattern, isInCalendar } from "./times.ts";

/** Settings that somebody deploys to one unit: what it takes of them, and what it refuses, it says itself. */
export const deploySchema = Type.Object(
  {
    at: Type.String({
      pattern: instantPattern,
      description: "local time such as 22:30, the first after the start, or 2025-12-23 22:30",
    }),
    unit: Type.String(),
    revision: Type.String({ minLength: 1 }),
    settings: Type.Object({}, { additionalProperties: true }),
  },
  { additionalProperties: false },
);

export type RawDeploy = Type.Static<typeof deploySchema>;

export interface TimedDeploy {
  readonly atMs: number;
  readonly unit: string;
  readonly revision: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

interface When {
  readonly timeZone: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** Why settings cannot be deployed. @param index its place in the list, for messages */
export function deployRefusals(
  { at, unit }: RawDeploy,
  index: number,
  units: readonly UnitSetting[],
  { timeZone, startMs, endMs }: When,
): Refusal[] {
  const refuse = (name: string, value: string, expected: string): Refusal[] => [
    { field: `deploys/${index}/${name}`, problem: `is "${value}"`, expected },
  ];
  if (!isInCalendar(at)) return refuse("at", at, "a date of the calendar");
  const atMs = instantMs(at, timeZone, startMs);
  if (atMs < startMs || atMs >= endMs) return refuse("at", at, "a time between the start and the end");
  const known = units.map(({ config }) => config.unit);
  return known.includes(unit) ? [] : refuse("unit", unit, `one of ${known.join(", ")}`);
}

export const deployOf = (
  { at, unit, revision, settings }: RawDeploy,
  { timeZone, startMs }: When,
): TimedDeploy => ({ atMs: instantMs(at, timeZone, startMs), unit, revision, settings });

/** Sets the deploys of a scenario on the street's clock. */
export function scheduleDeploys(deploys: readonly TimedDeploy[], street: Street): void {
  for (const { atMs, unit, revision, settings } of deploys)
    street.loop.at(atMs, () => street.deploy(unit, { revision, settings }));
}
