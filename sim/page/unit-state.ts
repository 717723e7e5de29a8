import { alarmsOf } from "#devices/furniture/alarms.ts";
import { type Furniture, glanceOf, sourcesOf } from "#devices/furniture/vocabulary.ts";
import type { Sample } from "#devices/sample.ts";
import type { ReportedSettings } from "#devices/wire.ts";
import type { Testimony } from "../street/host.ts";
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
export interface Account {
  readonly snapshot: Testimony;
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
 * @param account undefined while its process is dead.
 */
export function toUnitState(declaration: Furniture, stand: Stand, account: Account | undefined): UnitState {
  const base = { kind: declaration.kind, ...stand, truth: told(stand.truth) };
  if (!account)
    return { ...base, running: false, connected: false, actuators: {}, samples: {}, parts: {}, alarms: [] };
  const { snapshot, clockOriginMs } = account;
  const { settings, records } = snapshot;
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
    ...(settings ? { settings: toSettingsState(settings) } : {}),
    ...(records ? { records: toRecordsState(records) } : {}),
  };
}

/** What is not known at this moment is NaN with the models, and absent here. */
const told = (truth: Stand["truth"]) =>
  Object.fromEntries(Object.entries(truth).filter(([, value]) => Number.isFinite(Number(value))));

function toActuators({ actuators }: Furniture, { targets }: Testimony): Record<string, ActuatorState> {
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

function toParts(declaration: Furniture, snapshot: Testimony): Record<string, PartState> {
  return Object.fromEntries(
    Object.entries(snapshot.parts).map(([role, health]) => [
      role,
      { ...health, title: declaration.roles[role]!.title },
    ]),
  );
}

/** Of one that runs elsewhere only what it has told is known. */
const toRecordsState = ({ made, waiting, dropped }: NonNullable<Testimony["records"]>) => ({
  made,
  ...(waiting === undefined || dropped === undefined ? {} : { waiting, dropped }),
});

function toSettingsState(settings: ReportedSettings): SettingsState {
  const { revision, state, refusals, inForce } = settings;
  return { revision, state, refusals, inForce: inForce.revision };
}
