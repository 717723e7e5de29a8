import { type Static, Type } from "@sinclair/typebox";
import type { Furniture } from "#devices/furniture/vocabulary.ts";
import type { Refusal } from "#devices/wire.ts";
import { type Fault, type FaultField, type FaultVerb, faultFields, faultVerbs, verbOf } from "./faults.ts";
import { durationMs, durationPattern, instantMs, instantPattern, isInCalendar } from "./times.ts";

const verbNames = Object.keys(faultVerbs) as FaultVerb[];

export const duration = Type.String({
  pattern: durationPattern,
  description: "such as 45 s, 10 min, 2 h or 7 d",
});

export const faultSchema = Type.Object(
  {
    at: Type.String({
      pattern: instantPattern,
      description: "local time such as 22:30, the first after the start, or 2025-12-23 22:30",
    }),
    every: Type.Optional(duration),
    fault: Type.Union(verbNames.map((verb) => Type.Literal(verb))),
    for: Type.Optional(duration),
    unit: Type.Optional(Type.String()),
    role: Type.Optional(Type.String()),
    channel: Type.Optional(Type.String()),
    by: Type.Optional(Type.Number()),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  },
  { additionalProperties: false },
);

export type RawFault = Static<typeof faultSchema>;

/** What a fault may refer to. */
export interface FaultContext {
  readonly declaration: Furniture;
  readonly units: readonly string[];
  readonly timeZone: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** Why a fault cannot be. @param index its place in the list, for messages */
export function faultRefusals(fault: RawFault, index: number, context: FaultContext): Refusal[] {
  const verb = verbOf(fault.fault);
  const at = (field: string) => `faults/${index}/${field}`;
  const refusals: Refusal[] = [...timeRefusals(fault, at, context)];
  for (const field of faultFields)
    if (verb.needs.includes(field) && fault[field] === undefined) {
      const expected = choices(field, fault, context)?.join(", ") ?? "a number";
      refusals.push({ field: at(field), problem: "is missing", expected });
    } else if (fault[field] !== undefined && !verb.needs.includes(field) && !verb.may.includes(field)) {
      const expected = [...verb.needs, ...verb.may].join(", ") || "nothing else";
      refusals.push({ field: at(field), problem: `is of no use to ${fault.fault}`, expected });
    } else {
      const among = choices(field, fault, context);
      const given = fault[field];
      if (given !== undefined && among && !among.includes(String(given)))
        refusals.push({
          field: at(field),
          problem: `is "${given}"`,
          expected: `one of ${among.join(", ") || "nothing: no part here can have this fault"}`,
        });
    }
  return refusals;
}

function timeRefusals(
  fault: RawFault,
  at: (field: string) => string,
  { timeZone, startMs, endMs }: FaultContext,
): Refusal[] {
  if (!isInCalendar(fault.at))
    return [{ field: at("at"), problem: `is "${fault.at}"`, expected: "a date of the calendar" }];
  const atMs = instantMs(fault.at, timeZone, startMs);
  if (atMs < startMs || atMs >= endMs)
    return [
      { field: at("at"), problem: `is "${fault.at}"`, expected: "a time between the start and the end" },
    ];
  if (fault.every === undefined) return [];
  const everyMs = durationMs(fault.every);
  const forMs = fault.for === undefined ? 0 : durationMs(fault.for);
  const mustEnd = verbOf(fault.fault).end !== undefined && fault.for === undefined;
  if (everyMs > forMs && !mustEnd) return [];
  const expected = mustEnd ? "`for` with it: what comes again must end before" : `longer than ${fault.for}`;
  return [{ field: at("every"), problem: `is "${fault.every}"`, expected }];
}

/** What a field may name; undefined for a number. */
function choices(
  field: FaultField,
  fault: RawFault,
  { declaration, units }: FaultContext,
): readonly string[] | undefined {
  const { parts } = verbOf(fault.fault);
  const partOf = (role: string) => declaration.roles[role]!.accepts[0];
  switch (field) {
    case "unit":
      return units;
    case "role":
      return Object.keys(declaration.roles).filter((role) => {
        const { id, connection } = partOf(role);
        return parts === undefined || (parts === "i2c" ? connection.kind === "i2c" : parts.includes(id));
      });
    case "channel":
      return Object.keys(declaration.roles[fault.role ?? ""]?.accepts[0].channels ?? {});
    default:
      return undefined;
  }
}

/** The faults that a list entry stands for: one, or one after the other until the end. */
export function faultsOf(raw: RawFault, { timeZone, startMs, endMs }: FaultContext): Fault[] {
  const first = instantMs(raw.at, timeZone, startMs);
  const everyMs = raw.every === undefined ? Number.POSITIVE_INFINITY : durationMs(raw.every);
  const faults: Fault[] = [];
  for (let atMs = first; atMs < endMs; atMs += everyMs)
    faults.push({
      atMs,
      forMs: raw.for === undefined ? Number.POSITIVE_INFINITY : durationMs(raw.for),
      verb: raw.fault,
      unit: raw.unit,
      role: raw.role,
      channel: raw.channel,
      by: raw.by,
      count: raw.count,
    });
  return faults;
}

/** Two faults that last may not overlap at one place: to mend one would end the other. */
export function overlapRefusals(faults: readonly RawFault[], context: FaultContext): Refusal[] {
  const spans = faults.flatMap((raw, index) =>
    verbOf(raw.fault).may.includes("for")
      ? faultsOf(raw, context).map(({ atMs, forMs }) => {
          const endMs = raw.fault === "kill" && raw.for === undefined ? atMs : atMs + forMs;
          return { index, place: placeOf(raw), atMs, endMs };
        })
      : [],
  );
  const last = new Map<string, (typeof spans)[number]>();
  const refusals: Refusal[] = [];
  for (const span of spans.sort((a, b) => a.atMs - b.atMs || a.index - b.index)) {
    const before = last.get(span.place);
    if (before !== undefined && span.atMs < before.endMs)
      refusals.push({
        field: `faults/${span.index}/at`,
        problem: `begins while entry ${before.index + 1} of faults lasts`,
        expected: `one at a time at ${span.place}: to mend one would end the other`,
      });
    last.set(span.place, span);
  }
  return refusals;
}

function placeOf({ fault, unit, role }: RawFault): string {
  if (fault === "broker-away") return "the broker";
  if (fault === "kill") return `the process of ${unit}`;
  return fault === "hold-bus" ? `the bus of ${unit}` : `${unit} ${role}`;
}
