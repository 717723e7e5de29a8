import { dumpSwitch, dumpWiring } from "#devices/chips/dump-switch.ts";
import { twinWith } from "./mcp23017.ts";
import type { TwinDefinition } from "./twin.ts";

/** The coil only: what its contact switches is the world's. */
export const twin = twinWith(dumpSwitch, dumpWiring) satisfies TwinDefinition;
