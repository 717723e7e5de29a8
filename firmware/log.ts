import pino, { type Logger } from "pino";
import type { Journal, UnitEvent } from "./journal.ts";

/** How loud an event is on a board: what somebody must see at night, what he may look up, and what is only for a search. */
function loudness(event: UnitEvent): "error" | "warn" | "info" | "debug" {
  switch (event.type) {
    case "trouble":
      return "error";
    case "part":
      return event.state === "ok" || event.state === "starting" ? "info" : "warn";
    case "alarm":
      return event.state === "raised" ? "warn" : "info";
    case "record":
    case "actuator":
      return "debug";
    default:
      return "info";
  }
}

/** The log of a board: JSON lines on standard output, where the journal of the system picks them up. */
export const createLog = (level: string): Logger => pino({ level, base: null });

export const journalInto =
  (log: Logger): Journal =>
  (event) =>
    log[loudness(event)](event, event.type);
