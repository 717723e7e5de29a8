import { Type } from "@sinclair/typebox";
import * as catalogue from "#devices/furniture/index.ts";
import { type Furniture, factorySettings } from "#devices/furniture/vocabulary.ts";
import { idPattern, type Refusal } from "#devices/wire.ts";
import { check } from "#firmware/check.ts";
import { settingsSchema, type UnitConfig } from "#firmware/config.ts";
import { readDocument, zoneRefusals } from "#firmware/document.ts";
import { type Expectation, expectationRefusals } from "./expectations.ts";
import {
  duration,
  faultRefusals,
  faultSchema,
  faultsOf,
  overlapRefusals,
  type RawFault,
} from "./fault-list.ts";
import type { Fault } from "./faults.ts";
import { datePattern, durationMs, instantMs, isInCalendar } from "./times.ts";

export type { Fault } from "./faults.ts";

/** Every kind by name, from the catalogue. */
export const kinds: ReadonlyMap<string, Furniture> = new Map(
  Object.values(catalogue).map((declaration) => [declaration.kind, declaration]),
);

export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly seed: number;
  readonly startUnixMs: number;
  readonly durationMs: number;
  readonly location: UnitConfig["location"];
  readonly lengthM: number;
  readonly peoplePerHourPeak: number | undefined;
  readonly units: readonly {
    readonly declaration: Furniture;
    readonly config: UnitConfig;
    readonly xM: number;
  }[];
  readonly faults: readonly Fault[];
  readonly expectations: readonly Expectation[];
}

/** The world's longest street, m. */
const longestStreetM = 10_000;

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
    street: Type.Object(
      {
        kind: Type.Union([...kinds.keys()].map((kind) => Type.Literal(kind))),
        units: Type.Integer({ minimum: 1, maximum: 1_000 }),
        spacing: Type.Number({ minimum: 5, maximum: 100, description: "metres between two poles" }),
        peoplePerHourPeak: Type.Optional(Type.Number({ minimum: 0, maximum: 10_000 })),
        settings: Type.Optional(Type.Object({}, { additionalProperties: true })),
      },
      { additionalProperties: false },
    ),
    faults: Type.Optional(Type.Array(faultSchema)),
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
  readonly street: {
    readonly kind: string;
    readonly units: number;
    readonly spacing: number;
    readonly peoplePerHourPeak?: number;
    readonly settings?: Readonly<Record<string, unknown>>;
  };
  readonly faults?: readonly RawFault[];
  readonly expect?: Readonly<Record<string, { readonly min?: number; readonly max?: number }>>;
}

/** Reads a scenario. DocumentError names line and field of everything that is wrong. @param text YAML */
export function readScenario(text: string, file: string): Scenario {
  const { value: raw, demand } = readDocument<RawScenario>(text, file, schema);
  const { location, faults = [], expect = {} } = raw;
  demand([...zoneRefusals("location/timeZone", location.timeZone), ...streetRefusals(raw)]);
  const declaration = kinds.get(raw.street.kind)!;
  const units = unitsOf(raw, declaration);
  const startMs = instantMs(raw.start, location.timeZone);
  const context = {
    declaration,
    units: units.map(({ config }) => config.unit),
    timeZone: location.timeZone,
    startMs,
    endMs: startMs + durationMs(raw.duration),
  };
  demand([
    ...check(settingsSchema(declaration), raw.street.settings ?? {}).map(under("street/settings")),
    ...faults.flatMap((fault, index) => faultRefusals(fault, index, context)),
    ...expectationRefusals(expect),
  ]);
  demand(overlapRefusals(faults, context));
  return {
    name: raw.scenario,
    title: raw.title,
    seed: raw.seed,
    startUnixMs: startMs,
    durationMs: durationMs(raw.duration),
    location,
    lengthM: raw.street.spacing * raw.street.units,
    peoplePerHourPeak: raw.street.peoplePerHourPeak,
    units,
    faults: faults.flatMap((fault) => faultsOf(fault, context)),
    expectations: Object.entries(expect).map(([path, bounds]) => ({ path, ...bounds })),
  };
}

/** What the schema cannot say of time and place. */
function streetRefusals({ start, duration, street: { units, spacing } }: RawScenario): Refusal[] {
  const refusals: Refusal[] = [];
  if (!isInCalendar(start))
    refusals.push({ field: "start", problem: `is "${start}"`, expected: "a date of the calendar" });
  if (durationMs(duration) === 0)
    refusals.push({ field: "duration", problem: `is "${duration}"`, expected: "more than 0" });
  if (units * spacing > longestStreetM)
    refusals.push({
      field: "street/spacing",
      problem: `makes a street of ${units * spacing} m`,
      expected: `at most ${longestStreetM} m`,
    });
  return refusals;
}

const under = (prefix: string) => (refusal: Refusal) => ({ ...refusal, field: `${prefix}/${refusal.field}` });

/** A row of poles, each the neighbour of those beside it. */
function unitsOf({ street, location }: RawScenario, declaration: Furniture): Scenario["units"] {
  const id = (index: number) => `lamp-${String(index + 1).padStart(2, "0")}`;
  return Array.from({ length: street.units }, (_, index) => {
    const neighbours = [index - 1, index + 1].filter((other) => other >= 0 && other < street.units).map(id);
    const config: UnitConfig = {
      unit: id(index),
      site: "demo",
      kind: declaration.kind,
      location,
      parts: Object.fromEntries(
        Object.entries(declaration.roles).map(([role, { accepts, place }]) => [
          role,
          { part: accepts[0], place },
        ]),
      ),
      settings: { ...factorySettings(declaration), neighbours, ...street.settings },
      broker: { url: "mqtt://127.0.0.1:1883" },
      receipts: "end-to-end",
    };
    return { declaration, config, xM: (index + 0.5) * street.spacing };
  });
}
