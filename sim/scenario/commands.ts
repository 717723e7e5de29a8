import * as Type from "@sinclair/typebox";
import { commandsOf } from "#devices/furniture/commands.ts";
import type { Refusal } from "#devices/wire.ts";
import { check } from "#firmware/check.ts";
import type { UnitSetting } from "../street/simulated-unit.ts";
import type { Street } from "../street/street.ts";
import { instantMs, instantPattern, isInCalendar } from "./times.ts";

/** What the operator asks of one unit, over the broker, as the city's own software would. */
export interface TimedCommand {
  readonly atMs: number;
  readonly unit: string;
  readonly command: string;
  readonly args: Readonly<Record<string, unknown>>;
}

export const commandSchema = Type.Object(
  {
    at: Type.String({
      pattern: instantPattern,
      description: "local time such as 22:30, the first after the start, or 2025-12-23 22:30",
    }),
    unit: Type.String(),
    command: Type.String(),
    args: Type.Optional(Type.Object({}, { additionalProperties: true })),
  },
  { additionalProperties: false },
);

export type RawCommand = Type.Static<typeof commandSchema>;

interface When {
  readonly timeZone: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** Why a command cannot be given. @param index its place in the list, for messages */
export function commandRefusals(
  { at, unit, command, args = {} }: RawCommand,
  index: number,
  units: readonly UnitSetting[],
  { timeZone, startMs, endMs }: When,
): Refusal[] {
  const field = (name: string) => `commands/${index}/${name}`;
  const refuse = (name: string, value: string, expected: string): Refusal[] => [
    { field: field(name), problem: `is "${value}"`, expected },
  ];
  if (!isInCalendar(at)) return refuse("at", at, "a date of the calendar");
  const atMs = instantMs(at, timeZone, startMs);
  if (atMs < startMs || atMs >= endMs) return refuse("at", at, "a time between the start and the end");
  const addressed = units.find(({ config }) => config.unit === unit);
  if (!addressed) return refuse("unit", unit, `one of ${units.map(({ config }) => config.unit).join(", ")}`);
  const known = commandsOf(addressed.declaration);
  const declared = Object.hasOwn(known, command) ? known[command] : undefined;
  if (!declared) return refuse("command", command, `one of ${Object.keys(known).join(", ") || "none"}`);
  const schema = Type.Object(declared.args, { additionalProperties: false });
  return check(schema, args).map((refusal) => ({ ...refusal, field: field(`args/${refusal.field}`) }));
}

export const commandOf = (
  { at, unit, command, args = {} }: RawCommand,
  { timeZone, startMs }: When,
): TimedCommand => ({ atMs: instantMs(at, timeZone, startMs), unit, command, args });

/** Sets the commands of a scenario on the street's clock. */
export function scheduleCommands(commands: readonly TimedCommand[], street: Street): void {
  for (const { atMs, unit, command, args } of commands)
    street.loop.at(atMs, () => street.command(unit, command, args));
}
