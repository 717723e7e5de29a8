import { alarmsOf } from "#devices/furniture/alarms.ts";
import { type Furniture, glanceOf, sourcesOf } from "#devices/furniture/vocabulary.ts";
import type { Sample } from "#devices/sample.ts";
import type { Snapshot } from "#firmware/unit/unit.ts";
import type {
  ActuatorState,
  DeclarationState,
  PartState,
  PointState,
  SampleState,
  SettingsState,
  SourceState,
  UnitState,
} from "./view.ts";

/** Where a unit stands and what is true of it, whatever it believes. */
export type Stand = Pick<UnitState, "declaration" | "xM" | "lengthM" | "truth">;

/** What a unit says of itself, with the street's time (Unix ms) at which its monotonic clock was at 0. */
export interface Testimony {
  readonly snapshot: Snapshot;
  readonly clockOriginMs: number;
}

/** What the page needs to know of a declaration to show its units. */
export function toDeclarationState(declaration: Furniture): DeclarationState {
  const { kind, title, telemetry, actuators } = declaration;
  const point = (name: string): PointState => {
    const { title: of, source, words } = telemetry[name]!;
    return { name, title: of, source, ...(words ? { words } : {}) };
  };
  return {
    kind,
    title,
    telemetry: Object.keys(telemetry).map(point),
    glance: glanceOf(declaration).map(point),
    sources: toSources(declaration),
    actuators: Object.fromEntries(
      Object.entries(actuators).map(([name, { title: of, quantity }]) => [
        name,
        { title: of, unit: quantity.unit },
      ]),
    ),
  };
}

/** Commands are moments: they have no history. */
function toSources(declaration: Furniture): SourceState[] {
  const quantities = sourcesOf(declaration);
  const told = Object.values(declaration.telemetry).map(({ title, source }) => ({
    source,
    title,
    unit: quantities.get(source)!.unit,
  }));
  const names = new Set(told.map(({ source }) => source));
  const others = [...quantities]
    .filter(([source]) => !names.has(source) && !source.startsWith("command."))
    .map(([source, { unit }]) => ({ source, unit }));
  return [...told, ...others];
}

/**
 * One unit as the page shows it.
 * @param testimony undefined while its process is dead.
 */
export function toUnitState(
  declaration: Furniture,
  stand: Stand,
  testimony: Testimony | undefined,
): UnitState {
  const base = { kind: declaration.kind, ...stand, truth: told(stand.truth) };
  if (!testimony)
    return { ...base, running: false, connected: false, actuators: {}, samples: {}, parts: {}, alarms: [] };
  const { snapshot, clockOriginMs } = testimony;
  const { made, waiting, dropped } = snapshot.records;
  return {
    ...base,
    running: true,
    connected: snapshot.connected,
    actuators: toActuators(declaration, snapshot),
    samples: Object.fromEntries(
      [...snapshot.samples].map((sample) => [sample.source, toSampleState(sample, clockOriginMs)]),
    ),
    parts: toParts(declaration, snapshot),
    alarms: snapshot.alarms.map((name) => {
      const { title, severity, advice } = alarmsOf(declaration)[name]!;
      return { name, title, severity, advice };
    }),
    settings: toSettingsState(snapshot),
    records: { made, waiting, dropped },
  };
}

/** What is not known at this moment is NaN with the models, and absent here. */
const told = (truth: Stand["truth"]) =>
  Object.fromEntries(Object.entries(truth).filter(([, value]) => Number.isFinite(Number(value))));

function toActuators({ actuators }: Furniture, { targets }: Snapshot): Record<string, ActuatorState> {
  return Object.fromEntries(
    Object.keys(actuators).flatMap((name) => {
      const target = targets[name];
      return target ? [[name, { value: target.value, ...target.reason }]] : [];
    }),
  );
}

function toSampleState(sample: Sample, clockOriginMs: number): SampleState {
  const { unit, decimals } = sample.quantity;
  return {
    ...(Number.isFinite(sample.value) ? { value: sample.value } : {}),
    unit,
    decimals,
    quality: sample.quality,
    atMs: clockOriginMs + sample.atMs,
  };
}

function toParts(declaration: Furniture, snapshot: Snapshot): Record<string, PartState> {
  return Object.fromEntries(
    Object.entries(snapshot.parts).map(([role, health]) => [
      role,
      { ...health, title: declaration.roles[role]!.title },
    ]),
  );
}

function toSettingsState({ settings }: Snapshot): SettingsState {
  const { revision, state, refusals, inForce } = settings;
  return { revision, state, refusals, inForce: inForce.revision };
}
