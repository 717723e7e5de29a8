import * as Type from "@sinclair/typebox";
import { type Furniture, factorySettings, type Size, sized } from "#devices/furniture/vocabulary.ts";
import type { Part, Place } from "#devices/part.ts";
import { idPattern, type Refusal } from "#devices/wire.ts";
import { readDocument, zoneRefusals } from "./document.ts";
import { isObject, partFor, placeFor, placeRefusals, type RawPlace, rawPlace } from "./places.ts";
import { type RecorderOptions, recorderSchema } from "./recorder/options.ts";

/** What one unit is: who it is, where it stands, and which part fills each role at which place. */
export interface UnitConfig {
  readonly unit: string;
  readonly site: string;
  readonly kind: string;
  /** Of a kind that comes in sizes, how many. */
  readonly size?: number;
  readonly location: { readonly latitude: number; readonly longitude: number; readonly timeZone: string };
  readonly parts: Readonly<Record<string, { readonly part: Part; readonly place: Place }>>;
  /** Factory settings of this unit: those of the kind, with what the file changes. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Secrets are in files of their own, so that this one may be shown. */
  readonly broker: {
    readonly url: string;
    readonly username?: string;
    readonly passwordFile?: string;
    readonly caFile?: string;
    readonly certFile?: string;
    readonly keyFile?: string;
  };
  /** When a record may be forgotten: at the broker's PUBACK, or when whoever stores it says so. */
  readonly receipts: "puback" | "end-to-end";
  /** Of the flight recorder, where it is not as it comes. */
  readonly recorder?: RecorderOptions;
}

const file = Type.String({ pattern: "^/", description: "an absolute path" });

const schemaFor = (declaration: Furniture) =>
  Type.Object(
    {
      unit: Type.String({ pattern: idPattern, description: "1 to 32 of a-z, 0-9 and hyphen" }),
      site: Type.String({ pattern: idPattern, description: "1 to 32 of a-z, 0-9 and hyphen" }),
      kind: Type.Literal(declaration.kind),
      ...(declaration.size ? { [declaration.size.name]: Type.Optional(sizeSchema(declaration.size)) } : {}),
      location: Type.Object(
        {
          latitude: Type.Number({ minimum: -90, maximum: 90 }),
          longitude: Type.Number({ minimum: -180, maximum: 180 }),
          timeZone: Type.String({ minLength: 1 }),
        },
        { additionalProperties: false },
      ),
      parts: Type.Optional(
        Type.Object(
          Object.fromEntries(
            Object.keys(declaration.roles).map((role) => [
              role,
              Type.Optional(Type.Union([rawPlace, Type.Literal("none")])),
            ]),
          ),
          { additionalProperties: false },
        ),
      ),
      settings: Type.Optional(settingsSchema(declaration)),
      broker: Type.Object(
        {
          url: Type.String({ pattern: "^mqtts?://", description: "mqtt://host:1883 or mqtts://host:8883" }),
          username: Type.Optional(Type.String({ minLength: 1 })),
          passwordFile: Type.Optional(file),
          caFile: Type.Optional(file),
          certFile: Type.Optional(file),
          keyFile: Type.Optional(file),
        },
        { additionalProperties: false },
      ),
      receipts: Type.Optional(Type.Union([Type.Literal("puback"), Type.Literal("end-to-end")])),
      recorder: Type.Optional(recorderSchema),
    },
    { additionalProperties: false },
  );

const sizeSchema = ({ min, max }: Size) => Type.Integer({ minimum: min, maximum: max });

/** The size that a file asks for, where it is one that the kind comes in. */
function sizeIn(value: unknown, { size }: Furniture): number | undefined {
  if (!size) return undefined;
  const asked = isObject(value) ? value[size.name] : undefined;
  return Number.isInteger(asked) && Number(asked) >= size.min && Number(asked) <= size.max
    ? Number(asked)
    : size.preset;
}

/** Any subset of the kind's settings, each within its range. */
export function settingsSchema(declaration: Furniture) {
  return Type.Object(
    Object.fromEntries(
      Object.entries(declaration.settings).map(([name, { schema }]) => [name, Type.Optional(schema)]),
    ),
    { additionalProperties: false },
  );
}

/**
 * Reads a unit's configuration. DocumentError names line and field of everything that is wrong.
 * @param text YAML
 * @param declaration of the kind, in any size
 * @param judgeParts what is wrong with `parts`; a plan that judges clashes itself asks for `partRefusals` only
 */
export function readUnitConfig(
  text: string,
  file: string,
  declaration: Furniture,
  judgeParts: typeof placeRefusals = placeRefusals,
): UnitConfig {
  const ofSize = (value: unknown) => sized(declaration, sizeIn(value, declaration));
  const judge = (value: unknown) => [
    ...timeZoneRefusals(value),
    ...judgeParts(isObject(value) ? value.parts : undefined, ofSize(value)),
  ];
  const { value } = readDocument<RawConfig>(text, file, (raw) => schemaFor(ofSize(raw)), judge);
  return resolve(value, ofSize(value), sizeIn(value, declaration));
}

interface RawConfig extends Omit<UnitConfig, "parts" | "settings" | "receipts" | "size"> {
  readonly parts?: Readonly<Record<string, RawPlace | "none">>;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly receipts?: UnitConfig["receipts"];
}

function timeZoneRefusals(value: unknown): Refusal[] {
  const location = isObject(value) && isObject(value.location) ? value.location : {};
  return typeof location.timeZone === "string" ? zoneRefusals("location/timeZone", location.timeZone) : [];
}

/** The part and the place of each role that the unit has. @param given a configuration's `parts`, which fit */
export function partsOf(given: RawConfig["parts"], declaration: Furniture): UnitConfig["parts"] {
  return Object.fromEntries(
    Object.entries(declaration.roles).flatMap(([name, role]) => {
      const raw = given?.[name] ?? (role.optional ? "none" : {});
      return raw === "none" ? [] : [[name, { part: partFor(role, raw), place: placeFor(role, raw) }]];
    }),
  );
}

function resolve(config: RawConfig, declaration: Furniture, size: number | undefined): UnitConfig {
  return {
    unit: config.unit,
    site: config.site,
    kind: config.kind,
    ...(size === undefined ? {} : { size }),
    location: config.location,
    broker: config.broker,
    receipts: config.receipts ?? "puback",
    ...(config.recorder === undefined ? {} : { recorder: config.recorder }),
    parts: partsOf(config.parts, declaration),
    settings: { ...factorySettings(declaration), ...config.settings },
  };
}
