import type { Quantity } from "../../quantities.ts";

/**
 * What a rule of the Curb Data Specification may permit or forbid (CDS 1.0.1, Curbs API, "Activities"), the strictest
 * last. A source carries an activity as its place in this list.
 */
export const activities = [
  "parking",
  "loading",
  "unloading",
  "stopping",
  "no travel",
  "no parking",
  "no loading",
  "no unloading",
  "travel",
  "no stopping",
] as const;
export type Activity = (typeof activities)[number];

/** "Stopping, loading, unloading and parking are all prohibited." */
export const strictest: Activity = "no stopping";

export const activity: Quantity = {
  name: "curb activity",
  symbol: "a",
  unit: "1",
  unitCode: "C62",
  min: 0,
  max: activities.length - 1,
  decimals: 0,
};

export const activityCode = (name: Activity) => activities.indexOf(name);

/** The activity that a source carries; the strictest for what is none. */
export const activityOf = (code: number): Activity => activities[code] ?? strictest;

/** Whether a vehicle may stand there at all, for as long as the rule says. */
export const maySomebodyStand = (name: Activity) =>
  name === "parking" || name === "loading" || name === "unloading" || name === "stopping";
