import type { UnitEvent } from "#firmware/journal.ts";
import type { Street } from "../street/street.ts";

/** What a unit told of itself, and when: street time, Unix ms. */
export interface Told {
  readonly atMs: number;
  readonly unit: string;
  readonly event: UnitEvent;
}

/** Everything that the units of a street tell from now on, whatever world they live in: it grows by itself. */
export function toldOn(street: Street): readonly Told[] {
  const told: Told[] = [];
  street.listen((unit, event) => told.push({ atMs: street.loop.now, unit: unit.id, event }));
  return told;
}
