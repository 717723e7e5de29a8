import { Type } from "@sinclair/typebox";
import { type Furniture, factorySettings, type Role } from "#devices/furniture/vocabulary.ts";
import type { Part, Place } from "#devices/part.ts";
import { idPattern, type Refusal } from "#devices/wire.ts";
import { readDocument, zoneRefusals } from "./document.ts";

/** What one unit is: who it is, where it stands, and which part fills each role at which place. */
export interface UnitConfig {
  readonly unit: string;
  readonly site: string;
  readonly kind: string;
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
}

const file = Type.String({ pattern: "^/", description: "an absolute path" });

const place = Type.Object(
  {
    part: Type.Optional(Type.String()),
    bus: Type.Optional(Type.Integer({ minimum: 0, maximum: 31 })),
    address: Type.Optional(Type.Integer({ minimum: 0x08, maximum: 0x77 })),
    path: Type.Optional(Type.String({ pattern: "^/", description: "an absolute path such as /dev/ttyAMA0" })),
    unit: Type.Optional(Type.Integer({ minimum: 1, maximum: 247 })),
    chip: Type.Optional(Type.String({ minLength: 1 })),
    offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 511 })),
  },
  { additionalProperties: false },
);

const schemaFor = (declaration: Furniture) =>
  Type.Object(
    {
      unit: Type.String({ pattern: idPattern, description: "1 to 32 of a-z, 0-9 and hyphen" }),
      site: Type.String({ pattern: idPattern, description: "1 to 32 of a-z, 0-9 and hyphen" }),
      kind: Type.Literal(declaration.kind),
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
              Type.Optional(Type.Union([place, Type.Literal("none")])),
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
    },
    { additionalProperties: false },
  );

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
 */
export function readUnitConfig(text: string, file: string, declaration: Furniture): UnitConfig {
  const { value, demand } = readDocument<RawConfig>(text, file, schemaFor(declaration));
  demand([
    ...zoneRefusals("location/timeZone", value.location.timeZone),
    ...placeRefusals(value, declaration),
  ]);
  return resolve(value, declaration);
}

interface RawPlace {
  readonly part?: string;
  readonly bus?: number;
  readonly address?: number;
  readonly path?: string;
  readonly unit?: number;
  readonly chip?: string;
  readonly offset?: number;
}

interface RawConfig extends Omit<UnitConfig, "parts" | "settings" | "receipts"> {
  readonly parts?: Readonly<Record<string, RawPlace | "none">>;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly receipts?: UnitConfig["receipts"];
}

function placeRefusals({ parts = {} }: RawConfig, declaration: Furniture): Refusal[] {
  return Object.entries(parts).flatMap(([role, given]) => {
    if (given === "none") return [];
    const accepted = declaration.roles[role]!.accepts;
    const field = `parts/${role}`;
    if (given.part !== undefined && !accepted.some(({ id }) => id === given.part))
      return [
        {
          field: `${field}/part`,
          problem: `is "${given.part}"`,
          expected: accepted.map(({ id }) => id).join(" or "),
        },
      ];
    const connection = partFor(declaration.roles[role]!, given).connection;
    const allowed = { i2c: ["bus", "address"], serial: ["path", "unit"], gpio: ["chip", "offset"] }[
      connection.kind
    ];
    return Object.keys(given)
      .filter((key) => key !== "part" && !allowed.includes(key))
      .map((key) => ({
        field: `${field}/${key}`,
        problem: `does not fit a part on ${connection.kind}`,
        expected: allowed.join(" and "),
      }));
  });
}

const partFor = (role: Role, given: RawPlace) =>
  role.accepts.find(({ id }) => id === given.part) ?? role.accepts[0];

function resolve(config: RawConfig, declaration: Furniture): UnitConfig {
  const parts = Object.entries(declaration.roles).flatMap(([name, role]) => {
    const given = config.parts?.[name] ?? {};
    if (given === "none") return [];
    const { part: _, ...where } = given;
    const factory = role.place;
    const place = { ...factory, ...where } as Place;
    return [[name, { part: partFor(role, given), place }]];
  });
  return {
    unit: config.unit,
    site: config.site,
    kind: config.kind,
    location: config.location,
    broker: config.broker,
    receipts: config.receipts ?? "puback",
    parts: Object.fromEntries(parts),
    settings: { ...factorySettings(declaration), ...config.settings },
  };
}
