import { toUnitState } from "../page/unit-state.ts";
import type { UnitState } from "../page/view.ts";
import type { SimulatedUnit } from "../street/simulated-unit.ts";

/** Of what a unit is: units of one kind and size share it. */
export const nameOf = ({ declaration, config }: SimulatedUnit) =>
  config.size === undefined ? declaration.kind : `${declaration.kind} of ${config.size}`;

/** What is true of a unit at this moment, and what it says of itself. */
export function unitState(unit: SimulatedUnit): UnitState {
  const { xM, model, config, declaration, snapshot, clockOriginMs } = unit;
  const lengthM = model.lengthM?.(config.size ?? 1);
  const stand = {
    declaration: nameOf(unit),
    xM,
    ...(lengthM === undefined ? {} : { lengthM }),
    truth: unit.site.truth(),
  };
  return toUnitState(declaration, stand, snapshot && { snapshot, clockOriginMs });
}
