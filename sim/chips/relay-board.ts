import { relayBoard, relayWiring } from "#devices/chips/relay-board.ts";
import { twinWith } from "./mcp23017.ts";
import type { TwinDefinition } from "./twin.ts";

/** The coils only: what they switch is the world's. */
export const twin = twinWith(relayBoard, relayWiring) satisfies TwinDefinition;
