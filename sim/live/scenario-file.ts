import { parse, stringify } from "yaml";
import { addressOf, unitTopics } from "#devices/wire.ts";
import { commandRefusals, type RawCommand } from "../scenario/commands.ts";
import type { RawDeploy } from "../scenario/deploys.ts";
import type { RawFault } from "../scenario/fault-list.ts";
import { faultOf } from "../scenario/fault-menu.ts";
import type { MenuFault } from "../scenario/menu-fault.ts";
import type { Fault } from "../scenario/verb.ts";
import { localClock } from "../world/local-time.ts";
import type { Input } from "./recording.ts";
import type { Shelved } from "./shelf.ts";

/** What was lived, for a file. */
export interface Lived extends Shelved {
  readonly seed: number;
  readonly inputs: readonly Input[];
  readonly menu: ReadonlyMap<string, MenuFault>;
  /** Up to here it was lived, Unix milliseconds. */
  readonly nowMs: number;
}

/**
 * A recording as a scenario for `plinth run`: the scenario that was lived in, at the date and with the seed at which it
 * was, and what was done to it at its times, rounded to a millisecond. What a scenario cannot say is told in comments.
 */
export function toScenarioFile(lived: Lived): string {
  const { scenario, text, seed, nowMs } = lived;
  const { expect: _, offer: __, flow: ___, ...raw } = parse(text) as Record<string, unknown>;
  const local = localInstant(scenario.location.timeZone);
  const at = <Timed extends { readonly atMs: number }>({ atMs, ...what }: Timed) => ({
    at: local(atMs),
    ...what,
  });
  const livedMs = Math.max(nowMs, lived.inputs.at(-1)?.atMs ?? nowMs) - scenario.startUnixMs;
  const messages = messagesOf(lived, local);
  const lists = {
    faults: [...scenario.faults.map((fault) => toRawFault(fault, local)), ...faultsOf(lived, local)],
    commands: [...scenario.commands.map(at), ...messages.commands],
    deploys: [...scenario.deploys.map(at), ...messages.deploys],
  };
  const whole = {
    ...raw,
    seed,
    start: local(scenario.startUnixMs),
    duration: `${Math.max(Math.ceil(livedMs / 1_000) + 1, scenario.durationMs / 1_000)} s`,
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
  };
  const comments = messages.untold.map((what) => `# Not told here: ${what}\n`).join("");
  return `# Recorded at the street page. Live it again: plinth run <this file>\n${comments}${stringify(whole)}`;
}

/** `2025-12-21 17:00:05.250`, as scenarios have it. */
function localInstant(timeZone: string): (unixMs: number) => string {
  const local = localClock(timeZone);
  return (unixMs) =>
    new Date(local(Math.round(unixMs)))
      .toISOString()
      .replace("T", " ")
      .replace(/(\.000)?Z$/, "");
}

/** Each fault from its begin to its end; what had not ended goes on. */
function faultsOf({ inputs, menu }: Lived, local: (unixMs: number) => string): RawFault[] {
  const deeds = inputs.flatMap(({ atMs, deed }) => (deed.type === "fault" ? [{ ...deed, atMs }] : []));
  return deeds.flatMap(({ id, active, amount, atMs }, index) => {
    if (!active) return [];
    const choice = menu.get(id)!;
    const end = deeds.slice(index + 1).find((later) => later.id === id && !later.active);
    const forMs = end && choice.lasts ? Math.round(end.atMs) - Math.round(atMs) : Number.POSITIVE_INFINITY;
    return [toRawFault({ ...faultOf(choice, atMs, amount), forMs }, local)];
  });
}

function toRawFault({ atMs, forMs, verb, ...others }: Fault, local: (unixMs: number) => string): RawFault {
  const lasts = Number.isFinite(forMs) ? `${forMs / 1_000} s` : undefined;
  const fields = { for: lasts, ...others };
  const said = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return { at: local(atMs), fault: verb, ...said };
}

interface Told {
  readonly commands: RawCommand[];
  readonly deploys: RawDeploy[];
  /** What cannot be said. */
  readonly untold: string[];
}

function messagesOf({ inputs, scenario }: Lived, local: (unixMs: number) => string): Told {
  const told: Told = { commands: [], deploys: [], untold: [] };
  const when = {
    timeZone: scenario.location.timeZone,
    startMs: scenario.startUnixMs,
    endMs: Number.POSITIVE_INFINITY,
  };
  for (const { atMs, deed } of inputs) {
    if (deed.type !== "message") continue;
    const at = local(atMs);
    const { site, unit } = addressOf(deed.topic)!;
    const body = objectOf(deed.payload);
    const isCommand = deed.topic === unitTopics(site, unit).command;
    const command = { at, unit, command: String(body?.command), args: body?.args ?? {} } as RawCommand;
    const isKnown = scenario.units.some(({ config }) => config.unit === unit && config.site === site);
    if (isKnown && isCommand && commandRefusals(command, 0, scenario.units, when).length === 0)
      told.commands.push(command);
    else if (isKnown && !isCommand && typeof body?.revision === "string" && isObject(body.settings))
      told.deploys.push({ at, unit, revision: body.revision, settings: body.settings });
    else told.untold.push(`${at} ${deed.topic}, a message of ${deed.payload.length} characters`);
  }
  return told;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
