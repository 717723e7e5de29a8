import type { Scenario } from "../scenario/scenario.ts";

/**
 * When the units of a street begin that is lived in two worlds, street time: a guest has booted by then, and its board's
 * buses are plugged in. A period that counts from a unit's start then falls on the same instants in both.
 */
export const beginMs = ({ startUnixMs }: Scenario): number => startUnixMs + 5_000;
