import * as catalogue from "#devices/furniture/index.ts";
import { type Furniture, sized } from "#devices/furniture/vocabulary.ts";
import type { Place } from "#devices/part.ts";
import type { UnitConfig } from "#firmware/config.ts";
import { type FlightHeader, type FlightRecord, RecordError } from "#firmware/recorder/file.ts";

export interface RecordedUnit {
  readonly declaration: Furniture;
  readonly config: UnitConfig;
}

/** The unit that a record is of. RecordError when this version knows no such kind, role or part. */
export function unitOf(
  { header }: FlightRecord,
  kinds: readonly Furniture[] = Object.values(catalogue),
): RecordedUnit {
  const kind = kinds.find(({ kind }) => kind === header.kind);
  if (!kind)
    throw new RecordError(
      `it is of a ${header.kind}, and this version knows ${kinds.map(({ kind }) => kind).join(", ")}`,
    );
  const declaration = sized(kind, header.size);
  return { declaration, config: configOf(header, declaration) };
}

function configOf(header: FlightHeader, declaration: Furniture): UnitConfig {
  const { unit, site, kind, size, location, receipts, parts, settings } = header;
  const placed = Object.entries(parts).map(([role, { part: id, place }]) => {
    const part = declaration.roles[role]?.accepts.find((one) => one.id === id);
    if (!part)
      throw new RecordError(`its ${role} is a ${id}, and a ${kind} of this version takes none there`);
    return [role, { part, place: place as Place }] as const;
  });
  return {
    ...{ unit, site, kind, location, receipts, ...(size === undefined ? {} : { size }) },
    parts: Object.fromEntries(placed),
    settings: readable(settings, header),
    // A replay reaches no broker.
    broker: { url: "mqtt://127.0.0.1" },
  };
}

/** With credentials of cards as those in the record read. */
export function readable<T>(value: T, { credentials }: FlightHeader): T {
  const walk = (inner: unknown): unknown => {
    if (typeof inner === "string") return Object.hasOwn(credentials, inner) ? credentials[inner] : inner;
    if (Array.isArray(inner)) return inner.map(walk);
    if (inner === null || typeof inner !== "object") return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, one]) => [key, walk(one)]));
  };
  return walk(value) as T;
}
