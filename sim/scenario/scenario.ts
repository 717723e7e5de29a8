import { Type } from "@sinclair/typebox";
import * as catalogue from "#devices/furniture/index.ts";
import { type Furniture, factorySettings } from "#devices/furniture/vocabulary.ts";
import { idPattern, type Refusal } from "#devices/wire.ts";
import { check } from "#firmware/check.ts";
import { settingsSchema, type UnitConfig } from "#firmware/config.ts";
import { readDocument, zoneRefusals } from "#firmware/document.ts";
import { durationMs, durationPattern, instantMs, instantPattern } from "./times.ts";

/** Every kind by name, from the catalogue. */
export const kinds: ReadonlyMap<string, Furniture> = new Map(
  Object.values(catalogue).map((declaration) => [declaration.kind, declaration]),
);

/** What can be done to a part, a unit or the broker. */
const partFaults = ["unplug", "stick", "brown-out"] as const;
const faultVerbs = [...partFaults, "drift", "kill", "broker-away"] as const;

export interface Fault {
  readonly atMs: number;
  readonly forMs: number;
  readonly verb: (typeof faultVerbs)[number];
  readonly unit: string | undefined;
  readonly role: string | undefined;
  readonly channel: string | undefined;
  readonly by: number | undefined;
}

export interface Expectation {
  /** Path into the summary: `records.lost`. */
  readonly path: string;
  readonly min?: number;
  readonly max?: number;
}

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

const duration = Type.String({ pattern: durationPattern, description: "such as 45 s, 10 min or 2 h" });
const instant = Type.String({
  pattern: instantPattern,
  description: "local time such as 22:30, after the start",
});

const schema = Type.Object(
  {
    scenario: Type.String({ pattern: idPattern, description: "1 to 32 of a-z, 0-9 and hyphen" }),
    title: Type.String({ minLength: 1 }),
    seed: Type.Integer({ minimum: 0, maximum: 0xffff_ffff }),
    start: Type.String({
      pattern: "^\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}$",
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
    faults: Type.Optional(
      Type.Array(
        Type.Object(
          {
            at: instant,
            for: Type.Optional(duration),
            fault: Type.Union(faultVerbs.map((verb) => Type.Literal(verb))),
            unit: Type.Optional(Type.String()),
            role: Type.Optional(Type.String()),
            channel: Type.Optional(Type.String()),
            by: Type.Optional(Type.Number()),
          },
          { additionalProperties: false },
        ),
      ),
    ),
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

interface RawFault {
  readonly at: string;
  readonly for?: string;
  readonly fault: Fault["verb"];
  readonly unit?: string;
  readonly role?: string;
  readonly channel?: string;
  readonly by?: number;
}

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
  demand(zoneRefusals("location/timeZone", raw.location.timeZone));
  const declaration = kinds.get(raw.street.kind)!;
  const units = unitsOf(raw, declaration);
  demand(check(settingsSchema(declaration), raw.street.settings ?? {}).map(under("street/settings")));
  demand((raw.faults ?? []).flatMap((fault, index) => faultRefusals(fault, index, declaration, units)));
  const startUnixMs = instantMs(raw.start, raw.location.timeZone);
  return {
    name: raw.scenario,
    title: raw.title,
    seed: raw.seed,
    startUnixMs,
    durationMs: durationMs(raw.duration),
    location: raw.location,
    lengthM: raw.street.spacing * raw.street.units,
    peoplePerHourPeak: raw.street.peoplePerHourPeak,
    units,
    faults: (raw.faults ?? []).map((fault) => ({
      atMs: instantMs(fault.at, raw.location.timeZone, startUnixMs),
      forMs: fault.for === undefined ? Number.POSITIVE_INFINITY : durationMs(fault.for),
      verb: fault.fault,
      unit: fault.unit,
      role: fault.role,
      channel: fault.channel,
      by: fault.by,
    })),
    expectations: Object.entries(raw.expect ?? {}).map(([path, bounds]) => ({ path, ...bounds })),
  };
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

function faultRefusals(
  fault: RawFault,
  index: number,
  declaration: Furniture,
  units: Scenario["units"],
): Refusal[] {
  const field = (name: string) => `faults/${index}/${name}`;
  const refusals: Refusal[] = [];
  const need = (name: string, given: string | undefined, allowed: readonly string[]) => {
    if (given === undefined)
      refusals.push({ field: field(name), problem: "is missing", expected: allowed.join(", ") });
    else if (!allowed.includes(given))
      refusals.push({
        field: field(name),
        problem: `is "${given}"`,
        expected: `one of ${allowed.join(", ")}`,
      });
  };
  if (fault.fault === "broker-away") return refusals;
  need(
    "unit",
    fault.unit,
    units.map(({ config }) => config.unit),
  );
  if (fault.fault === "kill") return refusals;
  need("role", fault.role, Object.keys(declaration.roles));
  if (fault.fault !== "drift") return refusals;
  const channels = Object.keys(declaration.roles[fault.role ?? ""]?.accepts[0].channels ?? {});
  need("channel", fault.channel, channels);
  if (fault.by === undefined)
    refusals.push({ field: field("by"), problem: "is missing", expected: "a number" });
  return refusals;
}
