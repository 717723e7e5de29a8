import * as Type from "@sinclair/typebox";
import { check } from "#firmware/check.ts";
import type { UnitEvent } from "#firmware/journal.ts";

/** What a line of a board's log says: an event of its journal, or something that somebody should hear of. */
export type Said = { readonly event: UnitEvent } | { readonly trouble: string } | undefined;

/** Of pino's levels, from which on a sentence is worth telling: `warn` (github.com/pinojs/pino, docs/api.md). */
const warn = 40;
const quoteMax = 200;

const text = Type.String();
const state = (...states: string[]) => Type.Union(states.map((one) => Type.Literal(one)));
const partState = state("starting", "ok", "failing", "quarantined");
const alarmState = state("raised", "cleared");
const severity = state("critical", "warning", "notice");
const quality = state("good", "stale", "suspect", "bad");
const number = Type.Number();
const count = Type.Integer({ minimum: 0 });
const anything = Type.Record(text, Type.Unknown());
const refusals = Type.Array(Type.Object({ field: text, problem: text, expected: text }));
const part = { role: text, state: partState, fault: Type.Optional(text) };

const bodies: Readonly<Record<string, Type.TSchema>> = {
  measurement: Type.Object({
    name: text,
    value: Type.Union([number, Type.Null()]),
    unit: text,
    quality,
  }),
  alarm: Type.Object({ name: text, state: alarmState, severity, value: Type.Union([number, Type.Null()]) }),
  part: Type.Object(part),
  event: Type.Object({ name: text, fields: anything }),
  actuator: Type.Object({ name: text, value: number, unit: text, code: text, text }),
};

/** As `UnitEvent` has them. What else is in an event is let through. */
const events: Readonly<Record<UnitEvent["type"], Type.TSchema>> = {
  started: Type.Object({ boot: count }),
  stopped: Type.Object({}),
  part: Type.Object(part),
  actuator: Type.Object({ name: text, value: number, reason: Type.Object({ code: text, text }) }),
  alarm: Type.Object({ name: text, state: alarmState, severity }),
  settings: Type.Object({ revision: text, refusals }),
  command: Type.Object({
    result: Type.Object({ id: number, state: state("accepted", "refused"), refusals }),
  }),
  taken: Type.Object({ command: text, args: anything }),
  link: Type.Object({ connected: Type.Boolean() }),
  record: Type.Object({
    epoch: Type.String({ pattern: "^[0-9a-f]{16}$" }),
    sequence: Type.Integer({ minimum: 1 }),
    body: Type.Object({ type: text }),
  }),
  trouble: Type.Object({ what: text }),
};

/**
 * Reads a line of what a bundle writes to its standard output with `--log-level debug`: JSON of pino, each event of
 * the journal with its `type`. A line that is neither that nor a sentence of the log is trouble; so is a warning.
 * Undefined for a sentence that nobody needs to hear.
 */
export function readLine(line: string): Said {
  const value = objectOf(line);
  if (!value || typeof value.level !== "number")
    return { trouble: `said what is no line of a log: ${quoted(line)}` };
  const { level, time: _, msg, ...event } = value;
  if (typeof event.type === "string" && Object.hasOwn(events, event.type)) return readEvent(event, line);
  if (level < warn) return undefined;
  return { trouble: typeof msg === "string" ? msg : `said ${quoted(line)}` };
}

function readEvent(event: Readonly<Record<string, unknown>>, line: string): Said {
  const refused = [
    ...check(events[event.type as UnitEvent["type"]], event),
    ...(event.type === "record" ? bodyRefusals(event.body) : []),
  ];
  const [first] = refused;
  if (!first) return { event: event as UnitEvent };
  return {
    trouble: `said an event that is none: ${first.field} ${first.problem}, expected ${first.expected}: ${quoted(line)}`,
  };
}

function bodyRefusals(body: unknown) {
  const { type } = (body ?? {}) as { readonly type?: unknown };
  if (typeof type === "string" && Object.hasOwn(bodies, type)) return check(bodies[type]!, body);
  return [
    { field: "body/type", problem: `is ${JSON.stringify(type)}`, expected: Object.keys(bodies).join(" or ") },
  ];
}

const quoted = (line: string) => JSON.stringify(line.slice(0, quoteMax));

function objectOf(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
