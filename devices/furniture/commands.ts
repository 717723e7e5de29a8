import { Type } from "@sinclair/typebox";
import type { Command, Furniture } from "./vocabulary.ts";

/** The command that every kind with a latched alarm has, beside those that it declares. */
export const acknowledgeAlarm = "acknowledgeAlarm";

/** Every command that a unit of this kind takes, by name. */
export function commandsOf({ commands, alarms }: Furniture): Readonly<Record<string, Command>> {
  const latched = Object.keys(alarms).filter((name) => alarms[name]!.latched);
  if (latched.length === 0) return commands;
  return {
    ...commands,
    [acknowledgeAlarm]: {
      title: "Acknowledge an alarm",
      help: "Clears an alarm that stays raised until somebody has seen to it, once its condition is over.",
      args: { alarm: Type.Union(latched.map((name) => Type.Literal(name))) },
      effect: { kind: "acknowledge" },
    },
  };
}
