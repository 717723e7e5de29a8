/**
 * The words in which a kind of furniture is declared. A declaration is data and named pure functions; the unit,
 * the forms in Node-RED, the messages on the wire, the docs and the simulated street are all derived from it.
 */
import type { TSchema } from "@sinclair/typebox";
import type { Controller } from "../control.ts";
import type { Duration } from "../duration.ts";
import type { Estimator } from "../estimators/estimator.ts";
import type { Part, Place } from "../part.ts";
import type { Permit } from "../permit.ts";
import { type Quantity, truth } from "../quantities.ts";
import { isPlausible } from "../sample.ts";
import { type Stream, streamOutputs } from "../stream.ts";

/** How often a role's part is sampled: every so often, and more often while a source is 1. */
export interface Sampling {
  readonly every: Duration;
  readonly faster?: { readonly every: Duration; readonly while: string };
}

/**
 * A place in the furniture that a part fills. Its channels become sources named `role.channel`; those of a streamed
 * part stay with its detector, and what that finds becomes sources named `role.output`.
 */
export interface Role {
  readonly title: string;
  /** Parts that may fill it; the first is the factory's choice. */
  readonly accepts: readonly [Part, ...Part[]];
  readonly place: Place;
  /** A unit has it only when its configuration names it. */
  readonly optional?: boolean;
  /** Absent only where every part pushes its readings, or has none. */
  readonly sampling?: Sampling;
  /** Instead of sampling: fast, and off the control loop. */
  readonly stream?: Stream;
}

/**
 * How a record is kept when there is no room for all: alarms and meter counters are never dropped; of a state only
 * the newest counts; series are thinned.
 */
export const recordClasses = ["alarm", "meter", "event", "state", "series"] as const;
export type RecordClass = (typeof recordClasses)[number];

/** A source that leaves the unit. */
export interface TelemetryPoint {
  readonly title: string;
  readonly source: string;
  readonly recordClass: RecordClass;
  /** Reported at this period, aligned to the wall clock's; absent: on change only. */
  readonly every?: Duration;
  /** Reported at once when it has moved by at least this much since the last report, in its unit. */
  readonly deadband?: number;
  /** What its values 0, 1, 2, … mean, in a word or two each, where they are not amounts: `nobody`, `someone`. */
  readonly words?: readonly string[];
}

/** Something that happens and is told with its particulars, by an estimator that lists it among its `events`. */
export interface EventKind {
  readonly title: string;
  readonly recordClass: RecordClass;
  /** JSON Schema of each field. */
  readonly fields: Readonly<Record<string, TSchema>>;
  /** Each one names the hash of the one before, so that a missing or an altered one shows. */
  readonly chained?: boolean;
}

/** How a setting is shown and edited. */
export type Editor = "number" | "choice" | "switch" | "profile" | "units" | "table" | "order" | "texts";

/** A column of a setting that is a table: days of the week, a local time of day, a choice, a number, or a text. */
export type Column = {
  readonly name: string;
  readonly title: string;
  /**
   * It names what a row is for, as a list of names, numbers and ranges or as `all`: rows for different ones do not
   * stand in each other's way.
   */
  readonly scope?: true;
} & (
  | { readonly kind: "days" | "time" }
  | { readonly kind: "choice"; readonly options: readonly string[] }
  | { readonly kind: "number"; readonly unit: string; readonly min: number; readonly max: number }
  | { readonly kind: "text"; readonly pattern: string; readonly description: string }
);

/** Something that the integrator may set. The schema (JSON Schema) carries range and default. */
export interface Setting {
  readonly title: string;
  readonly help: string;
  readonly editor: Editor;
  readonly unit?: string;
  /** Of a table, from left to right. */
  readonly columns?: readonly Column[];
  /** The heading under which the form has it, in plain words; headings follow the order in which they first appear. */
  readonly group?: string;
  /** Folded away in the form, under its heading. */
  readonly advanced?: boolean;
  /** It may tell who somebody is: the unit keeps it, and never says it again. */
  readonly isConfidential?: boolean;
  readonly schema: TSchema & { readonly default: unknown };
}

/**
 * Something that the operator may ask for. A timed command holds until its `duration` (s) is over, or, where that may be
 * left out and is, for good; another one ends it before; it is forgotten at a restart unless it is `kept`. Another
 * acknowledges the latched alarm that its `alarm` names; a signal is over as soon as it was heard; what has to do with a
 * flight record is left to the recorder. `per` names the argument of which each value has a timed command of its own.
 *
 * Whenever a timed command, its end or a signal is taken, `command.<name>` has a new sample, 1; estimators and
 * controllers find its arguments among their context's `commands`.
 */
export interface Command {
  readonly title: string;
  readonly help: string;
  /** JSON Schema of each; of a number, the description is its unit of measure, and after a semicolon what else is to be known. */
  readonly args: Readonly<Record<string, TSchema>>;
  readonly effect:
    | { readonly kind: "timed"; readonly per?: string; readonly kept?: true }
    | { readonly kind: "cancel"; readonly command: string; readonly per?: string }
    | { readonly kind: "signal" }
    | { readonly kind: "acknowledge" }
    | { readonly kind: "flight"; readonly does: "save" | "send" };
}

export type Severity = "critical" | "warning" | "notice";

/** A condition that somebody must hear of, raised and cleared. */
export interface Alarm {
  readonly title: string;
  readonly severity: Severity;
  /** What to do about it, for the person who is sent. */
  readonly advice: string;
  readonly source: string;
  readonly when: "above" | "below" | "is";
  readonly limit: number;
  /** How long the condition must hold before the alarm is raised. */
  readonly for: Duration;
  /** Clears when the value is this far back on the good side. */
  readonly hysteresis?: number;
  /** Stays raised until acknowledged. */
  readonly latched?: boolean;
}

/** One thing that the furniture moves or powers. */
export interface Actuator {
  readonly title: string;
  readonly quantity: Quantity;
  /** The role whose part drives it, and the outputs that a value means for that part. */
  readonly role: string;
  readonly outputs: (value: number) => Readonly<Record<string, number>>;
  readonly controller: Controller<unknown>;
  readonly permit: Permit;
  /** Where it goes when nobody refreshes it, and when the unit starts. */
  readonly failSafe: { readonly value: number; readonly because: string };
  /** How long an applied value may stand without being decided anew. */
  readonly timeToLive: Duration;
  /**
   * Where it comes to stand is not told to the city. For one that follows people closely: the times of its records
   * would be the times at which each of them came.
   */
  readonly untold?: { readonly because: string };
}

/** A source told to the neighbours over the broker, believed by them for `timeToLive`; theirs arrives as `neighbours.<name>`. */
export interface Shared {
  readonly source: string;
  readonly timeToLive: Duration;
}

/**
 * What is sensed of people, in a sentence each, with the fields of messages that carry it; nothing else about them
 * may leave the unit. A field is the name of a telemetry point, actuator or shared source, or `event.field`; the
 * numbers of repeated ones are left out: `space.occupied` stands for `space3.occupied` too.
 */
export interface Privacy {
  readonly senses: readonly { readonly says: string; readonly fields: readonly string[] }[];
  /** All other fields that leave: they speak of the furniture. */
  readonly ofFurniture: readonly string[];
  readonly personalData: "none";
  readonly retention: string;
}

/**
 * A switch in the supply of dangerous loads that a hardware watchdog holds closed: `output` of the part of `role` is
 * toggled every so often, as long as every guarded actuator is known to stand where it was told. A process that
 * died or hangs, or an actuator that cannot be reached, toggles nothing.
 */
export interface DeadMan {
  readonly role: string;
  readonly output: string;
  readonly every: Duration;
  readonly guards: readonly string[];
  /** Two-state sources of which a 1 ends it too: something moves that was told to rest. */
  readonly unless?: readonly string[];
}

/** A kind of which units come in several sizes: tiles of a strip, spaces of a kerb. */
export interface Size {
  /** Its key in a unit's configuration: `spaces`. */
  readonly name: string;
  readonly title: string;
  readonly min: number;
  readonly max: number;
  readonly preset: number;
  /** The declaration for a unit of that size. */
  of(count: number): Furniture;
}

export interface Furniture {
  readonly kind: string;
  readonly title: string;
  readonly summary: string;
  /** I2C buses that its board has set to fast mode, 400 kHz; all others run at 100 kHz. */
  readonly fastBuses?: readonly number[];
  readonly roles: Readonly<Record<string, Role>>;
  readonly estimators: readonly Estimator<unknown>[];
  readonly actuators: Readonly<Record<string, Actuator>>;
  readonly deadMan?: DeadMan;
  readonly telemetry: Readonly<Record<string, TelemetryPoint>>;
  /** The telemetry that tells most about a unit at a glance, the most telling first: see `glanceOf`. */
  readonly glance?: readonly string[];
  readonly events: Readonly<Record<string, EventKind>>;
  readonly settings: Readonly<Record<string, Setting>>;
  readonly commands: Readonly<Record<string, Command>>;
  readonly alarms: Readonly<Record<string, Alarm>>;
  readonly shared: Readonly<Record<string, Shared>>;
  readonly privacy: Privacy;
  /** This declaration is that of the preset size. */
  readonly size?: Size;
}

/** The declaration of a unit of that size; of kinds that come in one size, the declaration itself. */
export const sized = (declaration: Furniture, count: number | undefined): Furniture =>
  declaration.size && count !== undefined
    ? { ...declaration.size.of(count), size: declaration.size }
    : declaration;

/**
 * Checks a declaration against itself, once, when it is loaded: every name that it uses must exist in it, and mean
 * one thing only.
 */
export function furniture(declaration: Furniture): Furniture {
  const refuse = (what: string): never => {
    throw new Error(`${declaration.kind}: ${what}`);
  };
  const sources = sourcesOf(declaration);
  const need = (source: string, where: string) => {
    if (!sources.has(source)) refuse(`${where} names ${source}, which no role or estimator offers`);
  };
  for (const [name, point] of Object.entries(declaration.telemetry)) {
    need(point.source, `telemetry ${name}`);
    if (point.words) checkWords(name, point.words, sources.get(point.source)!, refuse);
  }
  for (const [name, alarm] of Object.entries(declaration.alarms)) need(alarm.source, `alarm ${name}`);
  for (const [name, shared] of Object.entries(declaration.shared)) need(shared.source, `shared ${name}`);
  for (const { name, inputs, events = [] } of declaration.estimators) {
    for (const input of inputs) need(input, `estimator ${name}`);
    for (const event of events)
      if (!Object.hasOwn(declaration.events, event))
        refuse(`estimator ${name} tells ${event}, which is no event`);
  }
  for (const [name, role] of Object.entries(declaration.roles)) {
    if (role.sampling?.faster) need(role.sampling.faster.while, `sampling of ${name}`);
    if (role.stream) checkStream(name, role, refuse);
    else if (!role.sampling) checkPushes(name, role, refuse);
  }
  for (const [name, actuator] of Object.entries(declaration.actuators)) {
    if (!Object.hasOwn(declaration.roles, actuator.role)) refuse(`no role ${actuator.role} for ${name}`);
    for (const input of actuator.controller.inputs) need(input, `controller of ${name}`);
    for (const input of actuator.permit.inputs) need(input, `permit of ${name}`);
    if (!isPlausible(actuator.quantity, actuator.failSafe.value))
      refuse(`fail-safe of ${name} is ${actuator.failSafe.value}, which its quantity does not allow`);
  }
  const unseen = declaration.glance?.find((name) => !Object.hasOwn(declaration.telemetry, name));
  if (unseen !== undefined) refuse(`its glance names ${unseen}, which is no telemetry`);
  checkCommands(declaration.commands, refuse);
  checkDeadMan(declaration, refuse);
  for (const source of declaration.deadMan?.unless ?? []) need(source, "the dead man");
  checkPrivacy(declaration, refuse);
  checkUnique(declaration, refuse);
  return declaration;
}

function checkWords(
  name: string,
  words: readonly string[],
  { min, max }: Quantity,
  refuse: (what: string) => never,
): void {
  if (min !== 0 || max !== words.length - 1)
    refuse(`telemetry ${name} goes from ${min} to ${max} and has ${words.length} words`);
}

/** What nobody ever asks for its readings must give them by itself. */
function checkPushes(name: string, { accepts }: Role, refuse: (what: string) => never): void {
  const silent = accepts.find(({ channels, pushes }) => Object.keys(channels).length > 0 && !pushes);
  if (silent) refuse(`${name} is neither sampled nor streamed, and ${silent.id} tells nothing by itself`);
}

function checkStream(
  name: string,
  { accepts, sampling, stream }: Role,
  refuse: (what: string) => never,
): void {
  const { every, idle, each, inTurn } = stream!;
  if (sampling) refuse(`${name} is both sampled and streamed`);
  if (!(every > 0) || !Number.isInteger(idle / every))
    refuse(`the idle period of ${name} is ${idle} ms, which is no multiple of its slots of ${every} ms`);
  for (const part of accepts)
    for (const channel of [...each, ...inTurn])
      if (!Object.hasOwn(part.channels, channel))
        refuse(`the stream of ${name} converts ${channel}, which ${part.id} does not have`);
}

function checkDeadMan({ deadMan, roles, actuators }: Furniture, refuse: (what: string) => never): void {
  if (!deadMan) return;
  const outputs = roles[deadMan.role]?.accepts[0].outputs ?? {};
  if (!Object.hasOwn(outputs, deadMan.output))
    refuse(`the dead man's ${deadMan.role} drives no ${deadMan.output}`);
  const missing = deadMan.guards.find((guard) => !Object.hasOwn(actuators, guard));
  if (missing !== undefined) refuse(`the dead man guards ${missing}, which is no actuator`);
}

/** Actuators whose standing leaves the unit, by name. */
export const toldActuators = ({ actuators }: Furniture): readonly string[] =>
  Object.keys(actuators).filter((name) => !actuators[name]!.untold);

/** Every field that leaves a unit of this kind, as its privacy line has to name it. */
export function fieldsThatLeave(declaration: Furniture): ReadonlySet<string> {
  const { telemetry, events, shared } = declaration;
  const names = [
    ...[telemetry, shared].flatMap((named) => Object.keys(named)),
    ...toldActuators(declaration),
    ...Object.entries(events).flatMap(([name, { fields }]) =>
      Object.keys(fields).map((field) => `${name}.${field}`),
    ),
  ];
  return new Set(names.map(privacyField));
}

/** The name under which the privacy line has a field: `space.occupied` for `space3.occupied`. */
export const privacyField = (name: string) => name.replace(/\d+/g, "");

function checkPrivacy(declaration: Furniture, refuse: (what: string) => never): void {
  const { senses, ofFurniture } = declaration.privacy;
  const named = [...senses.flatMap(({ fields }) => fields), ...ofFurniture];
  const leaving = fieldsThatLeave(declaration);
  const untold = [...leaving].find((field) => !named.includes(field));
  if (untold !== undefined) refuse(`${untold} leaves the unit, and the privacy line does not name it`);
  const unknown = named.find((field) => !leaving.has(field));
  if (unknown !== undefined) refuse(`the privacy line names ${unknown}, which never leaves the unit`);
  const twice = named.find((field, index) => named.indexOf(field) !== index);
  if (twice !== undefined) refuse(`the privacy line names ${twice} twice`);
}

function checkCommands(commands: Furniture["commands"], refuse: (what: string) => never): void {
  for (const [name, { args, effect }] of Object.entries(commands)) {
    if (effect.kind === "timed" && !Object.hasOwn(args, "duration"))
      refuse(`command ${name} is timed, and takes no duration`);
    if (effect.kind === "acknowledge" && !Object.hasOwn(args, "alarm"))
      refuse(`command ${name} acknowledges, and takes no alarm`);
    if ("per" in effect && effect.per !== undefined && !Object.hasOwn(args, effect.per))
      refuse(`command ${name} is one per ${effect.per}, and takes none`);
    if (effect.kind === "cancel" && commands[effect.command]?.effect.kind !== "timed")
      refuse(`command ${name} ends ${effect.command}, which is no timed command`);
  }
}

/** Two things under one name would overwrite each other's samples. */
function checkUnique(declaration: Furniture, refuse: (what: string) => never): void {
  const offered = [
    ...Object.entries(declaration.roles).flatMap(([role, offering]) =>
      [...new Set(offeredBy(offering).map(([name]) => name))].map((name) => `${role}.${name}`),
    ),
    ...declaration.estimators.flatMap(({ name, outputs }) =>
      Object.keys(outputs).map((output) => `${name}.${output}`),
    ),
    ...Object.keys(declaration.actuators).map((name) => `${name}.target`),
    ...Object.keys(declaration.commands).map((name) => `command.${name}`),
    ...Object.keys(declaration.shared).map((name) => `neighbours.${name}`),
  ];
  const twice = offered.find((source, index) => offered.indexOf(source) !== index);
  if (twice !== undefined) refuse(`two roles, estimators or actuators offer ${twice}`);
}

/** What a role adds to the sources, whichever part fills it. */
function offeredBy({ accepts, stream }: Role): (readonly [name: string, quantity: Quantity])[] {
  if (stream) return Object.entries(streamOutputs(stream));
  return accepts.flatMap(({ channels }) =>
    Object.entries(channels).map(([name, { quantity }]) => [name, quantity] as const),
  );
}

/** The source of a unit with a dead man's switch that is 1 while that holds the supply of its loads closed. */
export const loadsSupplied = "unit.loadsSupplied";

/** The source of every unit that is 1 while what must outlast a restart cannot be kept. */
export const storageFailing = "unit.storageFailing";

/** Every source that a declaration offers, with its quantity: channels, estimates, actuators, commands, neighbours. */
export function sourcesOf(declaration: Furniture): ReadonlyMap<string, Quantity> {
  const sources = new Map<string, Quantity>([[storageFailing, truth]]);
  if (declaration.deadMan) sources.set(loadsSupplied, truth);
  for (const [role, offering] of Object.entries(declaration.roles))
    for (const [name, quantity] of offeredBy(offering)) sources.set(`${role}.${name}`, quantity);
  for (const estimator of declaration.estimators)
    for (const [output, quantity] of Object.entries(estimator.outputs))
      sources.set(`${estimator.name}.${output}`, quantity);
  for (const [name, { quantity }] of Object.entries(declaration.actuators))
    sources.set(`${name}.target`, quantity);
  for (const name of Object.keys(declaration.commands)) sources.set(`command.${name}`, truth);
  for (const [name, { source }] of Object.entries(declaration.shared)) {
    const quantity = sources.get(source);
    if (quantity) sources.set(`neighbours.${name}`, quantity);
  }
  return sources;
}

/** So many values are taken in at a glance. */
const glanceMax = 4;

/** What to show of a unit where there is little room: as declared, or the first telemetry of each quantity. */
export function glanceOf(declaration: Furniture): readonly string[] {
  const { glance, telemetry } = declaration;
  if (glance) return glance;
  const sources = sourcesOf(declaration);
  const seen = new Set<string>();
  const isNews = (quantity: string) => !seen.has(quantity) && seen.add(quantity);
  return Object.keys(telemetry)
    .filter((name) => isNews(sources.get(telemetry[name]!.source)!.name))
    .slice(0, glanceMax);
}

/** The settings as the factory ships them. */
export function factorySettings(declaration: Furniture): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(declaration.settings).map(([name, { schema }]) => [name, structuredClone(schema.default)]),
  );
}
