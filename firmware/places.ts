import { Type } from "@sinclair/typebox";
import { tca9548a } from "#devices/chips/tca9548a.ts";
import type { Furniture, Role } from "#devices/furniture/vocabulary.ts";
import { type Connection, type Place, speedAt, speedInWords } from "#devices/part.ts";
import { busTimeFindings } from "#devices/plan/bus-time.ts";
import { lineName } from "#devices/ports/gpio.ts";
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

const and = new Intl.ListFormat("en-GB");

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
  const given = new Map(isObject(parts) ? Object.entries(parts) : []);
  const clashes = clashRefusals(given, declaration);
  const others = clashes.length > 0 ? clashes : speedRefusals(given, declaration);
  return others.length > 0 ? others : busTimeRefusals(given, declaration);
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
        expected: and.format(all),
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

/** What a role, or the way to its part, takes up. */
interface Occupant {
  readonly name: string;
  readonly at: Place;
  /** A multiplexer that leads to a part may be the part of a role of its own. */
  readonly is: "part" | "multiplexer" | "way";
  /** Its Modbus address; undefined of what needs a line for itself. */
  readonly unit?: number | undefined;
}

/** The roles that have a part, those that the configuration moves last: it is they who are to blame for a clash. */
function factoryFirst(given: ReadonlyMap<string, unknown>, declaration: Furniture) {
  const moved = (name: string) => Number(given.has(name));
  return Object.entries(declaration.roles)
    .sort(([a], [b]) => moved(a) - moved(b))
    .flatMap(([name, role]) => {
      const raw = given.get(name) ?? {};
      return isObject(raw) ? [[name, role, raw as RawPlace] as const] : [];
    });
}

/** Two parts on the same wires would both answer, or neither. */
function clashRefusals(given: ReadonlyMap<string, unknown>, declaration: Furniture): Refusal[] {
  const taken: Occupant[] = [];
  return factoryFirst(given, declaration).flatMap(([name, role, raw]) => {
    const found = occupantsOf(name, role, raw);
    for (const one of found) {
      const other = taken.find((earlier) => isClash(earlier, one));
      taken.push(one);
      if (!other) continue;
      const problem = `is at ${wiresOf(one.at)}, as ${other.name} is`;
      return [{ field: `parts/${name}`, problem, expected: "a place of its own" }];
    }
    return [];
  });
}

function occupantsOf(name: string, role: Role, given: RawPlace): Occupant[] {
  const at = placeFor(role, given);
  const { id, connection } = partFor(role, given);
  const is = id === tca9548a.id ? "multiplexer" : "part";
  if (at.kind === "serial" && connection.kind === "serial")
    return [{ name, at, is, unit: at.unit ?? connection.unit }];
  if (at.kind !== "i2c" || !at.behind) return [{ name, at, is }];
  const { bus, behind } = at;
  const way = { kind: "i2c", bus, address: behind.address } as const;
  return [
    { name: `the multiplexer before ${name}`, at: way, is: "way" },
    { name, at, is },
  ];
}

function isClash(a: Occupant, b: Occupant): boolean {
  const isWay = a.is === "way" || b.is === "way";
  if (isWay && a.is !== "part" && b.is !== "part") return false;
  if (a.at.kind === "serial" && b.at.kind === "serial")
    return a.at.path === b.at.path && (a.unit === b.unit || a.unit === undefined || b.unit === undefined);
  if (a.at.kind !== "i2c" || b.at.kind !== "i2c") return wiresOf(a.at) === wiresOf(b.at);
  if (a.at.bus !== b.at.bus || a.at.address !== b.at.address) return false;
  // What is on the bus itself also hears what is meant for a part behind a multiplexer.
  return !a.at.behind || !b.at.behind || wiresOf(a.at) === wiresOf(b.at);
}

/** At another speed than the rest of its line, a part hears noise and makes it. */
function speedRefusals(given: ReadonlyMap<string, unknown>, declaration: Furniture): Refusal[] {
  const lines = new Map<string, { readonly name: string; readonly speed: string }>();
  return factoryFirst(given, declaration).flatMap(([name, role, raw]) => {
    const at = placeFor(role, raw);
    const { connection } = partFor(role, raw);
    if (at.kind !== "serial" || connection.kind !== "serial") return [];
    const speed = speedInWords(speedAt(at, connection.speed));
    const first = lines.get(at.path);
    if (!first) lines.set(at.path, { name, speed });
    if (!first || first.speed === speed) return [];
    const problem = `is at ${speed} on ${at.path}, where ${first.name} is at ${first.speed}`;
    return [{ field: `parts/${name}`, problem, expected: "one speed on one line, or another path" }];
  });
}

/** More than a bus can carry, with the arithmetic. */
function busTimeRefusals(given: ReadonlyMap<string, unknown>, declaration: Furniture): Refusal[] {
  const fitted = factoryFirst(given, declaration)
    .filter(([name, role]) => !role.optional || given.has(name))
    .map(([name, role, raw]) => ({ role: name, part: partFor(role, raw), place: placeFor(role, raw) }));
  return busTimeFindings(fitted, declaration).map(({ field, found, expected }) => ({
    field,
    problem: found,
    expected,
  }));
}

function wiresOf(at: Place): string {
  if (at.kind === "gpio") return lineName(at);
  if (at.kind === "serial") return at.unit === undefined ? at.path : `${at.path} unit ${at.unit}`;
  const { bus, address, behind } = at;
  const way = behind ? ` (${hex(behind.address)} channel ${behind.channel})` : "";
  return `i2c-${bus}${way} ${hex(address)}`;
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
