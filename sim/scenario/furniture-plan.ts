import * as Type from "@sinclair/typebox";
import * as catalogue from "#devices/furniture/index.ts";
import { type Furniture, factorySettings, sized } from "#devices/furniture/vocabulary.ts";
import { idPattern, type Refusal } from "#devices/wire.ts";
import { check } from "#firmware/check.ts";
import { settingsSchema, type UnitConfig } from "#firmware/config.ts";
import type { KindModel } from "../kinds/model.ts";
import type { UnitSetting } from "../street/simulated-unit.ts";

/** Every kind by name, from the catalogue. */
export const kinds: ReadonlyMap<string, Furniture> = new Map(
  Object.values(catalogue).map((declaration) => [declaration.kind, declaration]),
);

/** The world's longest street, m. */
const longestStreetM = 10_000;
/** A street that is given no length goes on for so long after its last unit, m. */
const marginM = 10;

const group = Type.Object(
  {
    kind: Type.Union([...kinds.keys()].map((kind) => Type.Literal(kind))),
    units: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
    spacing: Type.Optional(
      Type.Number({ minimum: 5, maximum: 1_000, description: "metres between the middles of two units" }),
    ),
    at: Type.Optional(
      Type.Array(Type.Number({ minimum: 0, maximum: longestStreetM }), {
        minItems: 1,
        maxItems: 1_000,
        description: "metres along the street, of the middle of each unit",
      }),
    ),
    names: Type.Optional(
      Type.Array(Type.String({ pattern: idPattern, description: "1 to 32 of a-z, 0-9 and hyphen" }), {
        uniqueItems: true,
      }),
    ),
    size: Type.Optional(Type.Integer({ minimum: 1 })),
    with: Type.Optional(Type.Array(Type.String(), { description: "optional roles that are filled" })),
    settings: Type.Optional(Type.Object({}, { additionalProperties: true })),
  },
  { additionalProperties: false },
);

export const streetSchema = Type.Object(
  {
    site: Type.Optional(Type.String({ pattern: idPattern, description: "1 to 32 of a-z, 0-9 and hyphen" })),
    length: Type.Optional(Type.Number({ minimum: 5, maximum: longestStreetM, description: "metres" })),
    peoplePerHourPeak: Type.Optional(Type.Number({ minimum: 0, maximum: 10_000 })),
    furniture: Type.Array(group, { minItems: 1 }),
  },
  { additionalProperties: false },
);

export type RawStreet = Type.Static<typeof streetSchema>;
type Group = RawStreet["furniture"][number];

/** A group of units of one kind as the scenario has it, and what its kind is. */
interface Planned {
  readonly group: Group;
  readonly field: string;
  readonly model: KindModel;
  readonly declaration: Furniture;
  readonly xsM: readonly number[];
  /** Along the street; 0 for a point. */
  readonly unitLengthM: number;
}

const declarationOf = ({ kind, size }: Group) => sized(kinds.get(kind)!, size);

/** In a row each unit has half the spacing before and after it. */
const xsOf = ({ units = 0, spacing = 0, at }: Group): readonly number[] =>
  at ?? Array.from({ length: units }, (_, index) => (index + 0.5) * spacing);

/** Of each unit, in the order of the file: as the group names it, or its kind's word and a number. */
function idsOf(plan: readonly Planned[]): string[] {
  const numbered = new Map<string, number>();
  return plan.flatMap(({ group, model, xsM }) =>
    xsM.map((_, index) => {
      const number = (numbered.get(group.kind) ?? 0) + 1;
      numbered.set(group.kind, number);
      return group.names?.[index] ?? `${model.prefix}-${String(number).padStart(2, "0")}`;
    }),
  );
}

/** How far along the street a group reaches. */
const endOf = ({ group, xsM, unitLengthM }: Planned) =>
  group.at ? Math.max(...xsM) + unitLengthM / 2 + marginM : (group.units ?? 0) * (group.spacing ?? 0);

function planned({ furniture }: RawStreet, models: ReadonlyMap<string, KindModel>): Planned[] {
  return furniture.map((one, index) => {
    const model = models.get(one.kind)!;
    const declaration = declarationOf(one);
    const size = one.size ?? declaration.size?.preset;
    return {
      group: one,
      field: `street/furniture/${index}`,
      model,
      declaration,
      xsM: xsOf(one),
      unitLengthM: model.lengthM?.(size ?? 1) ?? 0,
    };
  });
}

/** What a group's schema cannot say, before anything is laid out. */
export function groupRefusals({ furniture }: RawStreet): Refusal[] {
  return furniture.flatMap((one, index) => {
    const field = `street/furniture/${index}`;
    const { units, spacing, at, size } = one;
    const refusals: Refusal[] = [];
    const isRow = units !== undefined || spacing !== undefined;
    if (isRow === (at !== undefined))
      refusals.push({
        field,
        problem: `${isRow ? "is in a row and at places" : "is nowhere"}`,
        expected: "either `units` and `spacing`, or `at`",
      });
    else if (isRow && units === undefined)
      refusals.push({ field: `${field}/units`, problem: "is missing", expected: "how many there are" });
    else if (isRow && spacing === undefined)
      refusals.push({ field: `${field}/spacing`, problem: "is missing", expected: "metres between two" });
    const range = kinds.get(one.kind)!.size;
    if (size !== undefined && !range)
      refusals.push({
        field: `${field}/size`,
        problem: `is ${size}`,
        expected: `none: a ${one.kind} comes in one size`,
      });
    else if (size !== undefined && range && (size < range.min || size > range.max))
      refusals.push({
        field: `${field}/size`,
        problem: `is ${size}`,
        expected: `${range.name} from ${range.min} to ${range.max}`,
      });
    return refusals;
  });
}

/** What is wrong with places and settings. The groups themselves have been checked. */
export function planRefusals(street: RawStreet, models: ReadonlyMap<string, KindModel>): Refusal[] {
  const plan = planned(street, models);
  return [
    ...plan.flatMap((one) => endRefusals(one, street.length)),
    ...clashes(plan),
    ...plan.flatMap(nameRefusals),
    ...idRefusals(plan),
    ...plan.flatMap(roleRefusals),
    ...plan.flatMap(({ group: { settings = {} }, field, declaration }) =>
      check(settingsSchema(declaration), settings).map((refusal) => ({
        ...refusal,
        field: `${field}/settings/${refusal.field}`,
      })),
    ),
  ];
}

function endRefusals(one: Planned, lengthM = longestStreetM): Refusal[] {
  const { group, field, xsM, unitLengthM } = one;
  if (!group.at) {
    if (endOf(one) <= lengthM) return [];
    return [
      {
        field: `${field}/spacing`,
        problem: `makes a row of ${endOf(one)} m`,
        expected: `at most ${lengthM} m`,
      },
    ];
  }
  const outside = xsM.find((xM) => xM - unitLengthM / 2 < 0 || xM + unitLengthM / 2 > lengthM);
  if (outside === undefined) return [];
  const reach = unitLengthM > 0 ? `from ${outside - unitLengthM / 2} to ${outside + unitLengthM / 2} m` : "";
  return [
    {
      field: `${field}/at`,
      problem: `has ${outside}${reach && `: a unit ${reach}`}`,
      expected: `places within 0 to ${lengthM} m`,
    },
  ];
}

/** Two of a kind cannot stand in each other. */
function clashes(plan: readonly Planned[]): Refusal[] {
  const stands = plan
    .flatMap(({ group, field, xsM, unitLengthM }) =>
      xsM.map((xM) => ({
        kind: group.kind,
        field: `${field}/${group.at ? "at" : "spacing"}`,
        xM,
        unitLengthM,
      })),
    )
    .sort((a, b) => a.xM - b.xM);
  return stands.flatMap((one, index) => {
    const before = stands.slice(0, index).findLast(({ kind }) => kind === one.kind);
    if (!before) return [];
    const needsM = (before.unitLengthM + one.unitLengthM) / 2;
    if (one.xM > before.xM && one.xM - before.xM >= needsM) return [];
    return [
      {
        field: one.field,
        problem: `puts a ${one.kind} at ${one.xM} m and one at ${before.xM} m`,
        expected: needsM > 0 ? `at least ${needsM} m between the two` : "one at a place",
      },
    ];
  });
}

function nameRefusals({ group: { names, kind }, field, xsM }: Planned): Refusal[] {
  if (names === undefined || names.length === xsM.length) return [];
  const expected = `${xsM.length}, one for each ${kind}`;
  return [{ field: `${field}/names`, problem: `has ${names.length} names`, expected }];
}

/** Two units of one site under one name. */
function idRefusals(plan: readonly Planned[]): Refusal[] {
  const ids = idsOf(plan);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice === undefined) return [];
  const group = plan.find(({ group: { names } }) => names?.includes(twice));
  return [{ field: `${group?.field}/names`, problem: `makes a second ${twice}`, expected: "each once" }];
}

function roleRefusals({ group, field, declaration }: Planned): Refusal[] {
  const optional = Object.keys(declaration.roles).filter((role) => declaration.roles[role]!.optional);
  return (group.with ?? [])
    .filter((role) => !optional.includes(role))
    .map((role) => ({
      field: `${field}/with`,
      problem: `has ${role}`,
      expected: optional.length > 0 ? `some of ${optional.join(", ")}` : "nothing: no role here is optional",
    }));
}

/** The units of a street, kind by kind in the order of the file, and its length. Everything has been checked. */
export function unitsOf(
  street: RawStreet,
  models: ReadonlyMap<string, KindModel>,
  location: UnitConfig["location"],
): { readonly lengthM: number; readonly units: readonly UnitSetting[] } {
  const plan = planned(street, models);
  const ids = idsOf(plan);
  const site = street.site ?? "demo";
  const stands = plan
    .flatMap((one) => one.xsM.map((xM) => ({ ...one, xM })))
    .map((stand, index) => ({ ...stand, site, id: ids[index]! }));
  const rows = new Map<KindModel, typeof stands>();
  for (const stand of stands.toSorted((a, b) => a.xM - b.xM))
    if (!rows.get(stand.model)?.push(stand)) rows.set(stand.model, [stand]);
  const units = stands.map((stand) => {
    const row = rows.get(stand.model)!;
    const index = row.indexOf(stand);
    const beside = [row[index - 1], row[index + 1]].flatMap((other) => other?.id ?? []);
    const { model, declaration, xM } = stand;
    return { model, declaration, config: configOf(stand, beside, location), xM };
  });
  return { lengthM: street.length ?? Math.max(...plan.map(endOf)), units };
}

function configOf(
  { group, declaration, model, site, id }: Planned & { readonly site: string; readonly id: string },
  beside: readonly string[],
  location: UnitConfig["location"],
): UnitConfig {
  const size = group.size ?? declaration.size?.preset;
  return {
    unit: id,
    site,
    kind: declaration.kind,
    ...(size === undefined ? {} : { size }),
    location,
    parts: Object.fromEntries(
      Object.entries(declaration.roles)
        .filter(([role, { optional }]) => !optional || group.with?.includes(role))
        .map(([role, { accepts, place }]) => [role, { part: accepts[0], place }]),
    ),
    settings: { ...factorySettings(declaration), ...model.settings?.(beside), ...group.settings },
    broker: { url: "mqtt://127.0.0.1:1883" },
    receipts: "end-to-end",
  };
}
