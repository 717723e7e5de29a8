import * as Type from "@sinclair/typebox";
import { tca9548a } from "#devices/chips/tca9548a.ts";
import type { Furniture, Role } from "#devices/furniture/vocabulary.ts";
import type { Connection, Place } from "#devices/part.ts";
import { busTimeFindings } from "#devices/plan/bus-time.ts";
import { clashFindings } from "#devices/plan/clashes.ts";
import { type Fitted, hexAddress as hex } from "#devices/plan/wiring.ts";
import type { MultiplexerChannel } from "#devices/ports/i2c.ts";
import { multiplexerChannels } from "#devices/ports/multiplexer.ts";
import type { Refusal } from "#devices/wire.ts";

/** What parts can be set to and a Raspberry Pi's serial ports carry. */
const baudRates = [
  1_200, 2_400, 4_800, 9_600, 19_200, 38_400, 57_600, 115_200, 230_400, 256_000, 460_800, 921_600,
];

/** Which part fills a role, and where, as a configuration writes it; what it leaves out is the factory's. */
export const rawPlace = Type.Object(
  {
    part: Type.Optional(Type.String()),
    bus: Type.Optional(Type.Integer({ minimum: 0, maximum: 31 })),
    address: Type.Optional(Type.Integer()),
    behind: Type.Optional(
      Type.Object(
        {
          address: Type.Integer(),
          channel: Type.Integer({ minimum: 0, maximum: multiplexerChannels - 1 }),
        },
        { additionalProperties: false },
      ),
    ),
    path: Type.Optional(Type.String({ pattern: "^/", description: "an absolute path such as /dev/ttyAMA0" })),
    unit: Type.Optional(Type.Integer({ minimum: 1, maximum: 247 })),
    baudRate: Type.Optional(Type.Integer()),
    chip: Type.Optional(Type.String({ minLength: 1 })),
    offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 511 })),
  },
  { additionalProperties: false },
);

export interface RawPlace {
  readonly part?: string;
  readonly bus?: number;
  readonly address?: number;
  readonly behind?: MultiplexerChannel;
  readonly path?: string;
  readonly unit?: number;
  readonly baudRate?: number;
  readonly chip?: string;
  readonly offset?: number;
}

/** What a place of each kind is made of; what a part on another kind of port than the factory's must be given. */
const keysOf = {
  i2c: { all: ["bus", "address", "behind"], needed: ["bus", "address"] },
  serial: { all: ["path", "unit", "baudRate"], needed: ["path"] },
  gpio: { all: ["chip", "offset"], needed: ["chip", "offset"] },
} as const satisfies Record<Connection["kind"], unknown>;

/** What is wrong with the `parts` of a configuration beyond what `rawPlace` says: parts, ports, addresses, clashes. */
export function placeRefusals(parts: unknown, declaration: Furniture): Refusal[] {
  const refusals = partRefusals(parts, declaration);
  if (refusals.length > 0) return refusals;
  const fitted = fittedOf(new Map(isObject(parts) ? Object.entries(parts) : []), declaration);
  const clashes = clashFindings(fitted).map(({ field, found, expected }) => ({
    field,
    problem: `clashes: ${found}`,
    expected,
  }));
  return clashes.length > 0 ? clashes : busTimeRefusals(fitted, declaration);
}

/** What is wrong with each part for itself, whatever else is on its wires: part, port, address. */
export function partRefusals(parts: unknown, declaration: Furniture): Refusal[] {
  return Object.entries(isObject(parts) ? parts : {}).flatMap(([name, place]) => {
    const role = Object.hasOwn(declaration.roles, name) ? declaration.roles[name] : undefined;
    return role && isObject(place) ? roleRefusals(`parts/${name}`, role, place) : [];
  });
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
        expected: listed(all),
      })),
    ...needed
      .filter((key) => isMoved && !(key in given))
      .map((key) => ({ field: `${field}/${key}`, problem: "is missing", expected: "a value" })),
    ...addressRefusals(field, connection, placeFor(role, given)),
    ...baudRateRefusals(`${field}/baudRate`, connection, given.baudRate),
  ];
}

function addressRefusals(field: string, connection: Connection, at: Place): Refusal[] {
  if (connection.kind !== "i2c" || at.kind !== "i2c") return [];
  return [
    ...addressRefusal(`${field}/address`, at.address, connection),
    ...addressRefusal(`${field}/behind/address`, at.behind?.address, tca9548a.connection),
  ];
}

function addressRefusal(field: string, address: number | undefined, connection: Connection): Refusal[] {
  if (connection.kind !== "i2c" || address === undefined || !Number.isInteger(address)) return [];
  if (connection.addresses.includes(address)) return [];
  return [{ field, problem: `is ${hex(address)}`, expected: connection.addresses.map(hex).join(" or ") }];
}

function baudRateRefusals(field: string, { kind }: Connection, rate: number | undefined): Refusal[] {
  if (kind !== "serial" || rate === undefined || !Number.isInteger(rate) || baudRates.includes(rate))
    return [];
  return [{ field, problem: `is ${rate}`, expected: `one of ${baudRates.join(", ")}` }];
}

/** The parts of the unit, those that the configuration moves last: it is they who are to blame for a clash. */
function fittedOf(given: ReadonlyMap<string, unknown>, { roles }: Furniture): Fitted[] {
  const moved = (name: string) => Number(given.has(name));
  return Object.entries(roles)
    .sort(([a], [b]) => moved(a) - moved(b))
    .flatMap(([name, role]) => {
      const raw = given.get(name) ?? (role.optional ? "none" : {});
      if (!isObject(raw)) return [];
      return [{ role: name, part: partFor(role, raw), place: placeFor(role, raw) }];
    });
}

/** More than a bus can carry, with the arithmetic. */
const busTimeRefusals = (fitted: readonly Fitted[], declaration: Furniture): Refusal[] =>
  busTimeFindings(fitted, declaration).map(({ field, found, expected }) => ({
    field,
    problem: found,
    expected,
  }));

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

/** `bus, address and behind` */
const listed = (words: readonly string[]) =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
