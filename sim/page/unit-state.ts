import type { Furniture } from "#devices/furniture/vocabulary.ts";
import type { Sample } from "#devices/sample.ts";
import type { Snapshot } from "#firmware/unit/unit.ts";
import type { PartState, SampleState, SettingsState, UnitState } from "./view.ts";

/** Where a unit stands and what is true of it, whatever it believes. */
export type Stand = Pick<UnitState, "xM" | "lengthM" | "truth">;

/** What a unit says of itself, with the street's time (Unix ms) at which its monotonic clock was at 0. */
export interface Testimony {
  readonly snapshot: Snapshot;
  readonly clockOriginMs: number;
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
  const base = { kind: declaration.kind, title: declaration.title, ...stand };
  if (!testimony) return { ...base, running: false, connected: false, samples: {}, parts: {}, alarms: [] };
  const { snapshot, clockOriginMs } = testimony;
  const target = Object.values(snapshot.targets)[0];
  const { made, waiting, dropped } = snapshot.records;
  return {
    ...base,
    running: true,
    connected: snapshot.connected,
    ...(target ? { target: { value: target.value, ...target.reason } } : {}),
    samples: Object.fromEntries(
      [...snapshot.samples].map((sample) => [sample.source, toSampleState(sample, clockOriginMs)]),
    ),
    parts: toParts(declaration, snapshot),
    alarms: snapshot.alarms.map((name) => {
      const { title, severity, advice } = declaration.alarms[name]!;
      return { name, title, severity, advice };
    }),
    settings: toSettingsState(snapshot),
    records: { made, waiting, dropped },
  };
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
