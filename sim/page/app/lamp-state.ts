import type { PageState, UnitState } from "../view.ts";

/** What is true of a streetlight, as its model in the street names it. */
export interface LampTruth {
  readonly heightM: number;
  /** Half the width of the stretch of path that its motion sensor sees, m. */
  readonly motionHalfWidthM: number;
  /** Light output, % of full. */
  readonly levelPercent: number;
  /** Active power, W. */
  readonly powerW: number;
  /** Active energy since the street began, Wh. */
  readonly energyWh: number;
}

export const isLamp = ({ kind }: UnitState) => kind === "streetlight";

/** The streetlights among the units. */
export const lampsOf = (units: PageState["units"]) =>
  Object.entries(units).filter(([, unit]) => isLamp(unit));

export function lampTruth({ truth }: UnitState): LampTruth {
  const of = (name: keyof LampTruth) => Number(truth[name] ?? 0);
  return {
    heightM: of("heightM"),
    motionHalfWidthM: of("motionHalfWidthM"),
    levelPercent: of("levelPercent"),
    powerW: of("powerW"),
    energyWh: of("energyWh"),
  };
}
