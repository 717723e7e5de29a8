import { commandsOf } from "#devices/furniture/commands.ts";
import type { Furniture } from "#devices/furniture/vocabulary.ts";
import type { CommandMessage, DesiredSettings } from "#devices/wire.ts";
import type { UnitConfig } from "#firmware/config.ts";
import type { FlightEvent } from "#firmware/recorder/event.ts";
import { type FlightRecord, RecordError } from "#firmware/recorder/file.ts";
import { offsetIn } from "#firmware/recorder/knowledge.ts";
import { unitOf } from "./unit-of-record.ts";

/** A scenario as its YAML has it, and what of the record it cannot say. */
export interface ScenarioOfRecord {
  readonly scenario: Readonly<Record<string, unknown>>;
  readonly leftOut: readonly string[];
}

/** A fault that was shorter is a hiccup, ms: a part that is unplugged fails for longer. */
const faultMinMs = 5_000;
/** A street's day goes on a while after the record. */
const afterMs = 60_000;

interface Span {
  readonly fromMs: number;
  /** Undefined: until the end. */
  readonly toMs: number | undefined;
}

/**
 * A scenario with one such unit, in which what befell the recorded one befalls it at the same times: parts that failed,
 * the broker that was away, commands and settings. People, weather and light are the simulator's own. RecordError when
 * the unit never knew the time.
 */
export function scenarioOf(record: FlightRecord): ScenarioOfRecord {
  const { header } = record;
  const { declaration, config } = unitOf(record);
  const events = [...record.head, ...(record.tail?.events ?? [])];
  const wall = events.findLast(({ kind }) => kind === "wall");
  const offsetMs = wall ? offsetIn(wall.payload) : record.tail?.known.wallOffsetMs;
  if (offsetMs === undefined)
    throw new RecordError("the unit did not know the time in this record: a scenario needs to begin at one");
  const from = record.tail && header.lostEvents > 0 ? record.tail.startMs : 0;
  const kept = events.filter(({ atMs }) => atMs >= from);
  const local = localTimes(offsetMs, config.location.timeZone);
  const startMs = Math.floor((offsetMs + from) / 60_000) * 60_000 - offsetMs;
  const minutes = Math.ceil((header.untilMs + afterMs - startMs) / 60_000);
  const leftOut: string[] = [];
  const faults = [...partFaults(kept, config, local, leftOut), ...outages(kept, local)];
  const commands = commandsIn(kept, declaration, config, local, leftOut);
  const deploys = deploysIn(kept, declaration, config, local, leftOut);
  if (from > 0)
    leftOut.push(`the life before ${local(from)}: ${header.lostEvents} events of it are not in the record`);
  return {
    scenario: {
      scenario: `record-${config.unit}`.slice(0, 32),
      title: `${config.unit}, ${header.why}`,
      seed: 1,
      start: local(startMs).replace(/\.\d+$/, ""),
      duration: `${minutes} min`,
      location: config.location,
      street: { site: config.site, furniture: [furnitureOf(declaration, config)] },
      ...(faults.length > 0 ? { faults } : {}),
      ...(commands.length > 0 ? { commands } : {}),
      ...(deploys.length > 0 ? { deploys } : {}),
      expect: { "records.lost": { max: 0 } },
    },
    leftOut,
  };
}

function furnitureOf({ roles }: Furniture, { kind, unit, size, parts }: UnitConfig) {
  const filled = Object.keys(parts).filter((role) => roles[role]?.optional);
  return {
    ...{ kind, units: 1, spacing: 30, names: [unit] },
    ...(size === undefined ? {} : { size }),
    ...(filled.length > 0 ? { with: filled } : {}),
  };
}

type Local = (atMs: number) => string;

/** A part that failed was unplugged, for all that its unit can tell. */
function partFaults(
  events: readonly FlightEvent[],
  { unit, parts }: UnitConfig,
  local: Local,
  leftOut: string[],
): object[] {
  return Object.keys(parts).flatMap((role) => {
    const moves = events.filter(({ kind, subject }) => kind === "outcome" && subject === `part ${role}`);
    const failed = moves.map((event) => ({
      atMs: event.atMs,
      ...(JSON.parse(textOf(event.payload)) as { state: string; fault?: string }),
    }));
    return spansOf(failed, ({ state }) => state !== "ok" && state !== "starting").flatMap(
      ({ span, first }) => {
        const { fromMs, toMs } = span;
        if (toMs !== undefined && toMs - fromMs < faultMinMs) {
          leftOut.push(
            `${role}, ${local(fromMs)}: ${first.fault ?? "it failed"}, for ${duration(toMs - fromMs)}`,
          );
          return [];
        }
        return [{ at: local(fromMs), ...lasting(span), unit, role, fault: "unplug" }];
      },
    );
  });
}

function outages(events: readonly FlightEvent[], local: Local): object[] {
  const moves = events
    .filter(({ kind }) => kind === "link")
    .map(({ atMs, payload }) => ({ atMs, isUp: payload[0] === 1 }));
  return spansOf(moves, ({ isUp }) => !isUp).map(({ span }) => ({
    ...{ at: local(span.fromMs), ...lasting(span) },
    fault: "broker-away",
  }));
}

function commandsIn(
  events: readonly FlightEvent[],
  declaration: Furniture,
  { unit }: UnitConfig,
  local: Local,
  leftOut: string[],
): object[] {
  const known = commandsOf(declaration);
  return messages(events, "/command").flatMap(({ atMs, content }) => {
    const { command, args } = (content ?? {}) as Partial<CommandMessage>;
    const isKnown = typeof command === "string" && Object.hasOwn(known, command);
    // That the record was asked for is no part of what befell the unit.
    if (isKnown && known[command]!.effect.kind === "flight") return [];
    if (isKnown) return [{ at: local(atMs), unit, command, args: args ?? {} }];
    leftOut.push(`a message at ${local(atMs)} that is no command of a ${declaration.kind}`);
    return [];
  });
}

function deploysIn(
  events: readonly FlightEvent[],
  { settings: declared }: Furniture,
  { unit }: UnitConfig,
  local: Local,
  leftOut: string[],
): object[] {
  const seen = new Set<string>();
  return messages(events, "/settings/desired").flatMap(({ atMs, content }) => {
    const { revision, settings } = (content ?? {}) as Partial<DesiredSettings>;
    if (typeof revision !== "string" || !settings) {
      leftOut.push(`settings at ${local(atMs)} that cannot be read`);
      return [];
    }
    // The broker tells what it retains after each reconnect.
    if (seen.has(revision)) return [];
    seen.add(revision);
    const told = Object.entries(settings).filter(([name]) => !declared[name]?.isConfidential);
    if (told.length < Object.keys(settings).length)
      leftOut.push(`the confidential settings of revision ${revision}`);
    return [{ at: local(atMs), unit, revision, settings: Object.fromEntries(told) }];
  });
}

function messages(events: readonly FlightEvent[], ending: string) {
  return events
    .filter(({ kind, subject }) => kind === "message" && subject.endsWith(ending))
    .map(({ atMs, payload }) => ({ atMs, content: parsed(textOf(payload.subarray(1))) }));
}

/** Stretches in which something held, and what was there when each began. */
function spansOf<T extends { readonly atMs: number }>(moves: readonly T[], holds: (move: T) => boolean) {
  const spans: { span: Span; first: T }[] = [];
  let first: T | undefined;
  for (const move of moves) {
    if (holds(move)) first ??= move;
    else if (first) {
      spans.push({ span: { fromMs: first.atMs, toMs: move.atMs }, first });
      first = undefined;
    }
  }
  return first ? [...spans, { span: { fromMs: first.atMs, toMs: undefined }, first }] : spans;
}

const lasting = ({ fromMs, toMs }: Span) => (toMs === undefined ? {} : { for: duration(toMs - fromMs) });

const duration = (ms: number) => `${Math.max(Math.round(ms / 100) / 10, 0.1)} s`;

/** Monotonic ms in the unit's time zone, as scenarios have it: `2025-12-21 17:00:12.250`. */
function localTimes(offsetMs: number, timeZone: string): Local {
  const format = new Intl.DateTimeFormat("sv-SE", {
    ...{ timeZone, dateStyle: "short", timeStyle: "medium" },
  });
  return (atMs) => {
    const unixMs = Math.round(offsetMs + atMs);
    return `${format.format(unixMs)}.${String(((unixMs % 1_000) + 1_000) % 1_000).padStart(3, "0")}`;
  };
}

const textOf = (payload: Uint8Array) => new TextDecoder().decode(payload);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
