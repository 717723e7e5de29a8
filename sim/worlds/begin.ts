import type { Scenario } from "../scenario/scenario.ts";

/**
 * When the units of a street begin that is lived in two worlds, street time: a guest has booted by then, and its board's
 * buses are plugged in. A period that counts from a unit's start then falls on the same instants in both.
 */
export const beginMs = ({ startUnixMs }: Scenario): number => startUnixMs + 5_000;

/**
 * By how much the units of a world begin later that is lived through again, ms. A process under a kernel takes its
 * samples up to some 30 ms later than one in virtual time, and some more or fewer of them: chips whose noise is drawn by
 * the reading then have another at the same instant. The first of these move the instants, the last ones the noise.
 */
export const laterMs = [1, 2, 5, 10, 20, 40, 60, 80] as const;
