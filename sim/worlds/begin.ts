import type { Scenario } from "../scenario/scenario.ts";

/**
 * When the units of a street begin that is lived in two worlds, street time: a guest has booted by then, and its board's
 * buses are plugged in. A period that counts from a unit's start then falls on the same instants in both.
 */
export const beginMs = ({ startUnixMs }: Scenario): number => startUnixMs + 5_000;

/**
 * By how much the units of a world begin later that is lived through again, ms: a process under a kernel takes its
 * samples up to some 30 ms later than one in virtual time.
 */
export const laterMs = [1, 2, 3, 5, 8, 13, 21, 34] as const;
