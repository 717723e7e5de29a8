import { Type } from "@sinclair/typebox";
import type { Furniture, Role } from "#devices/furniture/vocabulary.ts";
import type { Connection, Place } from "#devices/part.ts";
import { lineName } from "#devices/ports/gpio.ts";
import type { Refusal } from "#devices/wire.ts";

/** Which part fills a role, and where, as a configuration writes it; what it leaves out is the factory's. */
export const rawPlace = Type.Object(
  {
    part: Type.Optional(Type.String()),
    bus: Type.Optional(Type.Integer({ minimum: 0, maximum: 31 })),
    address: Type.Optional(Type.Integer()),
    path: Type.Optional(Type.String({ pattern: "^/", description: "an absolute path such as /dev/ttyAMA0" })),
    unit: Type.Optional(Type.Integer({ minimum: 1, maximum: 247 })),
    chip: Type.Optional(Type.String({ minLength: 1 })),
    offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 511 })),
  },
  { additionalProperties: false },
);

export interface RawPlace {
  readonly part?: string;
  readonly bus?: number;
  readonly address?: number;
  readonly path?: string;
  readonly unit?: number;
  readonly chip?: string;
  readonly offset?: number;
}

/** What a place of each kind is made of; what a part on another kind of port than the factory's must be given. */
const keysOf = {
  i2c: { all: ["bus", "address"], needed: ["bus", "address"] },
  serial: { all: ["path", "unit"], needed: ["path"] },
  gpio: { all: ["chip", "offset"], needed: ["chip", "offset"] },
} as const satisfies Record<Connection["kind"], unknown>;

/** What is wrong with the `parts` of a configuration beyond what `rawPlace` says: parts, ports, addresses, clashes. */
export function placeRefusals(parts: unknown, declaration: Furniture): Refusal[] {
  const given = new Map(isObject(parts) ? Object.entries(parts) : []);
  const refusals = [...given].flatMap(([name, place]) => {
    const role = Object.hasOwn(declaration.roles, name) ? declaration.roles[name] : undefined;
    return role && isObject(place) ? roleRefusals(`parts/${name}`, role, place) : [];
  });
  return refusals.length > 0 ? refusals : clashRefusals(given, declaration);
}

function roleRefusals(field: string, role: Role, given: RawPlace): Refusal[] {
  const ids = role.accepts.map(({ id }) => id);
  if (given.part !== undefined && !ids.includes(given.part))
    return [{ field: `${field}/part`, problem: `is "${given.part}"`, expected: ids.join(" or ") }];
  const { connection } = partFor(role, given);
  const { all, needed } = keysOf[connection.kind];
  const isMoved = connection.kind !== role.place.kind;
  return [
    ...Object.keys(given)
      .filter((key) => key in rawPlace.properties && key !== "part" && !all.some((one) => one === key))
      .map((key) => ({
        field: `${field}/${key}`,
        problem: `does not fit a part on ${connection.kind}`,
        expected: all.join(" and "),
      })),
    ...needed
      .filter((key) => isMoved && !(key in given))
      .map((key) => ({ field: `${field}/${key}`, problem: "is missing", expected: "a value" })),
    ...addressRefusals(field, connection, placeFor(role, given)),
  ];
}

function addressRefusals(field: string, connection: Connection, at: Place): Refusal[] {
  if (connection.kind !== "i2c" || at.kind !== "i2c" || !Number.isInteger(at.address)) return [];
  if (connection.addresses.includes(at.address)) return [];
  const expected = connection.addresses.map(hex).join(" or ");
  return [{ field: `${field}/address`, problem: `is ${hex(at.address)}`, expected }];
}

/** Two parts on the same wires would both answer, or neither. */
function clashRefusals(given: ReadonlyMap<string, unknown>, declaration: Furniture): Refusal[] {
  const taken = new Map<string, string>();
  const moved = (name: string) => Number(given.has(name));
  const roles = Object.entries(declaration.roles).sort(([a], [b]) => moved(a) - moved(b));
  return roles.flatMap(([name, role]) => {
    const raw = given.get(name) ?? {};
    if (!isObject(raw)) return [];
    const wires = wiresOf(placeFor(role, raw));
    const other = taken.get(wires);
    if (other === undefined) taken.set(wires, name);
    return other === undefined
      ? []
      : [
          {
            field: `parts/${name}`,
            problem: `is at ${wires}, as ${other} is`,
            expected: "a place of its own",
          },
        ];
  });
}

function wiresOf(at: Place): string {
  if (at.kind === "i2c") return `i2c-${at.bus} ${hex(at.address)}`;
  if (at.kind === "gpio") return lineName(at);
  return at.unit === undefined ? at.path : `${at.path} unit ${at.unit}`;
}

const hex = (address: number) => `0x${address.toString(16).padStart(2, "0")}`;

/** The part that fills a role: the one that was named, or the factory's choice. */
export const partFor = (role: Role, given: RawPlace) =>
  role.accepts.find(({ id }) => id === given.part) ?? role.accepts[0];

/** The factory's place with what was given instead; of another kind of port, only what was given. */
export function placeFor(role: Role, { part, ...given }: RawPlace): Place {
  const { kind } = partFor(role, part === undefined ? {} : { part }).connection;
  return { ...(kind === role.place.kind ? role.place : {}), kind, ...given } as Place;
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === "object" && !Array.isArray(value);
