import type { UnitState } from "../view.ts";

/** What is true under a name, or where the street does not know it, what the unit says under it. */
export function told({ truth, samples }: UnitState, name: string): number | undefined {
  const value = truth[name];
  return value === undefined ? samples[name]?.value : Number(value);
}

export const isTold = (unit: UnitState, name: string) => (told(unit, name) ?? 0) > 0;

/** What a unit wants of an actuator; 0 while nothing was decided. */
export const wanted = ({ actuators }: UnitState, name: string) => actuators[name]?.value ?? 0;
