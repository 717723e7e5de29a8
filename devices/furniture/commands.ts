import * as Type from "@sinclair/typebox";
import { flightFilePattern } from "../wire.ts";
import type { Command, Furniture } from "./vocabulary.ts";

/** The command that every kind with a latched alarm has, beside those that it declares. */
export const acknowledgeAlarm = "acknowledgeAlarm";

/** The commands that every kind has. */
export const flightCommands = {
  saveFlightRecord: {
    title: "Keep a flight record",
    help: "Writes down on the unit what passed between it and its surroundings, without what tells who somebody is. The answer has the file's name, its size and the time it is of. Three at once, then one in ten minutes.",
    args: {},
    effect: { kind: "flight", does: "save" },
  },
  sendFlightRecord: {
    title: "Send a flight record",
    help: "Publishes a record in pieces on the unit's topic flight, where plinth fetch-record puts them together. It may be 4 MB or more. Three at once, then one in ten minutes.",
    args: {
      file: Type.Optional(
        Type.String({
          pattern: flightFilePattern,
          description: "the name of a record on the unit; without it, the record as it is now",
        }),
      ),
    },
    effect: { kind: "flight", does: "send" },
  },
} as const satisfies Readonly<Record<string, Command>>;

/** Every command that a unit of this kind takes, by name. */
export function commandsOf({ commands, alarms }: Furniture): Readonly<Record<string, Command>> {
  const latched = Object.keys(alarms).filter((name) => alarms[name]!.latched);
  const acknowledging: Readonly<Record<string, Command>> = {
    [acknowledgeAlarm]: {
      title: "Acknowledge an alarm",
      help: "Clears an alarm that stays raised until somebody has seen to it, once its condition is over.",
      args: { alarm: Type.Union(latched.map((name) => Type.Literal(name))) },
      effect: { kind: "acknowledge" },
    },
  };
  return { ...commands, ...(latched.length > 0 ? acknowledging : {}), ...flightCommands };
}
