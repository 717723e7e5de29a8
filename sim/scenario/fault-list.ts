import * as Type from "@sinclair/typebox";
import type { Refusal } from "#devices/wire.ts";
import { Board } from "../board.ts";
import { twinsOf } from "../chips/index.ts";
import type { Twin } from "../chips/twin.ts";
import type { KindModel } from "../kinds/model.ts";
import { EventLoop } from "../loop.ts";
import type { ErrnoName } from "../ports/errno.ts";
import type { SystemCall } from "../ports/kernel-faults.ts";
import type { UnitSetting } from "../street/simulated-unit.ts";
import { solder } from "../street/solder.ts";
import { random } from "../world/random.ts";
import { faultVerbs, verbOf } from "./faults.ts";
import { serialVerbs } from "./serial-verbs.ts";
import { durationMs, durationPattern, instantMs, instantPattern, isInCalendar } from "./times.ts";
import { type Fault, type FaultField, faultFields, type Verb } from "./verb.ts";

export const duration = Type.String({
  pattern: durationPattern,
  description: "such as 45 s, 10 min, 2 h or 7 d",
});

/** What happens, and to what. */
const what = {
  fault: Type.String(),
  unit: Type.Optional(Type.String()),
  role: Type.Optional(Type.String()),
  channel: Type.Optional(Type.String()),
  by: Type.Optional(Type.Number()),
  count: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  errno: Type.Optional(Type.String()),
  call: Type.Optional(Type.String()),
};

export const faultSchema = Type.Object(
  {
    at: Type.String({
      pattern: instantPattern,
      description: "local time such as 22:30, the first after the start, or 2025-12-23 22:30",
    }),
    every: Type.Optional(duration),
    for: Type.Optional(duration),
    ...what,
  },
  { additionalProperties: false },
);

export type RawFault = Type.Static<typeof faultSchema>;

/** A fault that somebody at the street page may begin and end: for a switch with that title. */
export const offerSchema = Type.Object(
  { title: Type.String({ minLength: 1 }), ...what },
  { additionalProperties: false },
);

export type RawOffer = Type.Static<typeof offerSchema>;

/** What a fault may refer to. */
export interface FaultContext {
  /** By unit id, the twins of its parts by role: to ask what they can have. */
  readonly units: ReadonlyMap<string, Standing>;
  readonly timeZone: string;
  readonly startMs: number;
  readonly endMs: number;
}

interface Standing {
  readonly model: KindModel;
  readonly twins: ReadonlyMap<string, Twin>;
}

/** Solders the parts of a unit when they are asked about first, on a board that nothing runs on. */
export async function faultContext(
  units: readonly UnitSetting[],
  times: Omit<FaultContext, "units">,
): Promise<FaultContext> {
  const parts = units.flatMap(({ config }) => Object.values(config.parts).map(({ part }) => part));
  const definitions = await twinsOf(parts);
  const standing = ({ model, config }: UnitSetting): Standing => {
    let twins: ReadonlyMap<string, Twin> | undefined;
    const soldered = () => {
      const loop = new EventLoop();
      const wiring = new Board(loop);
      return solder(config, { loop, wiring, definitions, random: (role) => random(0, role) });
    };
    return {
      model,
      get twins() {
        twins ??= soldered();
        return twins;
      },
    };
  };
  return { ...times, units: new Map(units.map((unit) => [unit.config.unit, standing(unit)])) };
}

/** Why a fault cannot be. @param entry of the scenario, for messages: `faults/0` */
export function faultRefusals(fault: RawFault, entry: string, context: FaultContext): Refusal[] {
  const at = (field: string) => `${entry}/${field}`;
  const verb = knownVerb(fault, context);
  if (!verb) {
    const expected = `one of ${verbNames(fault, context).join(", ")}`;
    return [{ field: at("fault"), problem: `is "${fault.fault}"`, expected }];
  }
  const fields = faultFields.flatMap((field) => {
    const refusal = fieldRefusal(field, fault, verb, context);
    return refusal ? [{ field: at(field), ...refusal }] : [];
  });
  return [...timeRefusals(fault, verb, at, context), ...fields];
}

/** The verb that a fault means: of its unit, or while that is not known, of any unit here. */
function knownVerb({ fault, unit }: RawFault, { units }: FaultContext): Verb | undefined {
  const named = units.get(unit ?? "");
  const models = named ? [named.model] : [...units.values()].map(({ model }) => model);
  return models.map((model) => verbOf(fault, model)).find((verb) => verb !== undefined);
}

function verbNames({ unit }: RawFault, { units }: FaultContext): string[] {
  const named = units.get(unit ?? "");
  const models = new Set((named ? [named] : [...units.values()]).map(({ model }) => model));
  return [...Object.keys(faultVerbs), ...[...models].flatMap(({ verbs = {} }) => Object.keys(verbs))];
}

function fieldRefusal(
  field: FaultField,
  fault: RawFault,
  verb: Verb,
  context: FaultContext,
): Omit<Refusal, "field"> | undefined {
  const given = fault[field];
  const among = choices(field, fault, verb, context);
  if (given === undefined) {
    if (!verb.needs.includes(field)) return undefined;
    return { problem: "is missing", expected: among?.join(", ") ?? boundsOf(field, verb) ?? kindOf(field) };
  }
  if (!verb.needs.includes(field) && !verb.may.includes(field)) {
    const expected = [...verb.needs, ...verb.may].join(", ") || "nothing else";
    return { problem: `is of no use to ${fault.fault}`, expected };
  }
  if (among && !among.includes(String(given))) {
    const expected = `one of ${among.join(", ") || "nothing: no part here can have this fault"}`;
    return { problem: `is "${given}"`, expected };
  }
  const bounds = boundsOf(field, verb);
  if (bounds === undefined || (Number(given) >= verb.by!.min && Number(given) <= verb.by!.max))
    return undefined;
  return { problem: `is ${given}`, expected: bounds };
}

const kindOf = (field: FaultField) => (field === "errno" ? "the name of an errno, such as EIO" : "a number");

const boundsOf = (field: FaultField, { by }: Verb) =>
  field === "by" && by ? `a number from ${by.min} to ${by.max}` : undefined;

function timeRefusals(
  fault: RawFault,
  verb: Verb,
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
  const mustEnd = verb.end !== undefined && fault.for === undefined;
  if (everyMs > forMs && !mustEnd) return [];
  const expected = mustEnd ? "`for` with it: what comes again must end before" : `longer than ${fault.for}`;
  return [{ field: at("every"), problem: `is "${fault.every}"`, expected }];
}

/** What a field may name; undefined for a number, and for what depends on a unit that is not known. */
function choices(
  field: FaultField,
  { fault, unit = "", role = "" }: RawFault,
  verb: Verb,
  { units }: FaultContext,
): readonly string[] | undefined {
  const twins = units.get(unit)?.twins;
  switch (field) {
    case "unit":
      return [...units].filter(([, { model }]) => verbOf(fault, model)).map(([id]) => id);
    case "role":
      return twins && [...twins].filter(([, twin]) => verb.suits?.(twin) ?? true).map(([name]) => name);
    case "channel":
      return twins && Object.keys(twins.get(role)?.part.channels ?? {});
    case "errno":
    case "call": {
      const twin = twins?.get(role);
      return twin && verb.among?.[field]?.(twin);
    }
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
      errno: raw.errno as ErrnoName | undefined,
      call: raw.call as SystemCall | undefined,
    });
  return faults;
}

/** Two faults that last may not overlap at one place: to mend one would end the other. */
export function overlapRefusals(faults: readonly RawFault[], context: FaultContext): Refusal[] {
  const spans = faults.flatMap((raw, index) =>
    knownVerb(raw, context)!.may.includes("for")
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

/** Where a fault that lasts is: one at a time may be there. */
export function placeOf({ fault, unit, role }: Pick<RawFault, "fault" | "unit" | "role">): string {
  if (fault.startsWith("broker-")) return "the broker";
  if (fault === "mains-outage") return "the mains";
  if (fault === "kill") return `the process of ${unit}`;
  if (fault === "hold-bus") return `the bus of ${unit}`;
  if (Object.hasOwn(serialVerbs, fault)) return `the serial lines of ${unit}`;
  return `${unit} ${role ?? fault}`;
}
