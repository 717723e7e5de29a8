import * as Type from "@sinclair/typebox";
import { idPattern, type Refusal } from "#devices/wire.ts";
import type { UnitConfig } from "#firmware/config.ts";
import { readDocument, zoneRefusals } from "#firmware/document.ts";
import { modelsOf } from "../kinds/index.ts";
import type { UnitSetting } from "../street/simulated-unit.ts";
import { commandOf, commandRefusals, commandSchema, type RawCommand, type TimedCommand } from "./commands.ts";
import { deployOf, deployRefusals, deploySchema, type RawDeploy, type TimedDeploy } from "./deploys.ts";
import { type Expectation, expectationRefusals } from "./expectations.ts";
import {
  duration,
  faultContext,
  faultRefusals,
  faultSchema,
  faultsOf,
  offerSchema,
  overlapRefusals,
  type RawFault,
  type RawOffer,
} from "./fault-list.ts";
import { type FlowPart, flowPartOf, flowRefusals, flowSchema, type RawFlowPart } from "./flow-part.ts";
import { groupRefusals, planRefusals, type RawStreet, streetSchema, unitsOf } from "./furniture-plan.ts";
import { datePattern, durationMs, instantMs, isInCalendar } from "./times.ts";
import type { Fault, OfferedFault } from "./verb.ts";

export type { Fault, OfferedFault } from "./verb.ts";

export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly seed: number;
  readonly startUnixMs: number;
  readonly durationMs: number;
  readonly location: UnitConfig["location"];
  readonly lengthM: number;
  readonly peoplePerHourPeak: number | undefined;
  readonly units: readonly UnitSetting[];
  readonly faults: readonly Fault[];
  readonly commands: readonly TimedCommand[];
  readonly deploys: readonly TimedDeploy[];
  /** What may be done to the street while one walks through it. */
  readonly offers: readonly OfferedFault[];
  readonly expectations: readonly Expectation[];
  /** Of a flow that runs beside the street: see `plinth flow test`. */
  readonly flow?: FlowPart;
}

const schema = Type.Object(
  {
    scenario: Type.String({ pattern: idPattern, description: "1 to 32 of a-z, 0-9 and hyphen" }),
    title: Type.String({ minLength: 1 }),
    seed: Type.Integer({ minimum: 0, maximum: 0xffff_ffff }),
    start: Type.String({
      pattern: datePattern,
      description: "local date and time such as 2025-12-21 17:00",
    }),
    duration,
    location: Type.Object(
      {
        latitude: Type.Number({ minimum: -90, maximum: 90 }),
        longitude: Type.Number({ minimum: -180, maximum: 180 }),
        timeZone: Type.String({ minLength: 1 }),
      },
      { additionalProperties: false },
    ),
    street: streetSchema,
    faults: Type.Optional(Type.Array(faultSchema)),
    commands: Type.Optional(Type.Array(commandSchema)),
    deploys: Type.Optional(Type.Array(deploySchema)),
    offer: Type.Optional(Type.Array(offerSchema)),
    flow: Type.Optional(flowSchema),
    expect: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Object(
          { min: Type.Optional(Type.Number()), max: Type.Optional(Type.Number()) },
          { additionalProperties: false },
        ),
      ),
    ),
  },
  { additionalProperties: false },
);

interface RawScenario {
  readonly scenario: string;
  readonly title: string;
  readonly seed: number;
  readonly start: string;
  readonly duration: string;
  readonly location: UnitConfig["location"];
  readonly street: RawStreet;
  readonly faults?: readonly RawFault[];
  readonly commands?: readonly RawCommand[];
  readonly deploys?: readonly RawDeploy[];
  readonly offer?: readonly RawOffer[];
  readonly flow?: RawFlowPart;
  readonly expect?: Readonly<Record<string, { readonly min?: number; readonly max?: number }>>;
}

/** Reads a scenario. Rejects with DocumentError, which names line and field of everything that is wrong. @param text YAML */
export async function readScenario(text: string, file: string): Promise<Scenario> {
  const { value: raw, demand } = readDocument<RawScenario>(text, file, schema);
  const { location, street, faults = [], commands = [], deploys = [], offer = [], flow, expect = {} } = raw;
  demand([
    ...zoneRefusals("location/timeZone", location.timeZone),
    ...timeRefusals(raw),
    ...groupRefusals(street),
  ]);
  const models = await modelsOf(street.furniture.map(({ kind }) => kind));
  const { units, lengthM } = unitsOf(street, models, location);
  const startMs = instantMs(raw.start, location.timeZone);
  const when = { timeZone: location.timeZone, startMs, endMs: startMs + durationMs(raw.duration) };
  const context = await faultContext(units, when);
  demand([
    ...planRefusals(street, models),
    ...faults.flatMap((fault, index) => faultRefusals(fault, `faults/${index}`, context)),
    ...offer.flatMap(({ title: _, ...what }, index) =>
      faultRefusals({ at: raw.start, ...what }, `offer/${index}`, context),
    ),
    ...commands.flatMap((command, index) => commandRefusals(command, index, units, when)),
    ...deploys.flatMap((deploy, index) => deployRefusals(deploy, index, units, when)),
    ...(flow ? flowRefusals(flow, when) : []),
    ...expectationRefusals(expect, [...models.values()]),
  ]);
  demand(overlapRefusals(faults, context));
  return {
    name: raw.scenario,
    title: raw.title,
    seed: raw.seed,
    startUnixMs: startMs,
    durationMs: durationMs(raw.duration),
    location,
    lengthM,
    peoplePerHourPeak: street.peoplePerHourPeak,
    units,
    faults: faults.flatMap((fault) => faultsOf(fault, context)),
    offers: offer.flatMap(({ title, ...what }) =>
      faultsOf({ at: raw.start, ...what }, context).map((fault) => ({ title, fault })),
    ),
    commands: commands.map((command) => commandOf(command, when)),
    deploys: deploys.map((deploy) => deployOf(deploy, when)),
    expectations: Object.entries(expect).map(([path, bounds]) => ({ path, ...bounds })),
    ...(flow ? { flow: flowPartOf(flow, when) } : {}),
  };
}

/** What stands in a street: `6 lights, 1 bench`. */
export function inventory({ units }: Scenario): string {
  const models = [...new Set(units.map(({ model }) => model))];
  return models
    .map(({ kind, noun }) => {
      const count = units.filter(({ model }) => model.kind === kind).length;
      return `${count} ${count === 1 ? noun.one : noun.many}`;
    })
    .join(", ");
}

/** What the schema cannot say of time. */
function timeRefusals({ start, duration: lasts }: RawScenario): Refusal[] {
  const refusals: Refusal[] = [];
  if (!isInCalendar(start))
    refusals.push({ field: "start", problem: `is "${start}"`, expected: "a date of the calendar" });
  if (durationMs(lasts) === 0)
    refusals.push({ field: "duration", problem: `is "${lasts}"`, expected: "more than 0" });
  return refusals;
}
