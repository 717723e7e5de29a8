import * as Type from "@sinclair/typebox";
import { check } from "./check.ts";

/** A timed command that holds over restarts, as it is kept. */
export interface KeptCommand {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Unix milliseconds at which it ends; null for one that holds until another ends it. */
  readonly untilWallMs: number | null;
}

/** What of the commands outlives a restart: the last id that was taken, and what is still in force. */
export interface KeptCommands {
  readonly last: number;
  readonly inForce: readonly KeptCommand[];
}

const schema = Type.Object({
  last: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  inForce: Type.Array(
    Type.Object({
      name: Type.String(),
      args: Type.Object({}, { additionalProperties: true }),
      untilWallMs: Type.Union([Type.Number(), Type.Null()]),
    }),
  ),
});

/**
 * What was kept, as far as it can be used; what cannot is reported. Earlier versions kept the id alone.
 * @param schemas of the arguments of the commands that may hold over a restart, by name
 */
export function keptCommands(
  kept: unknown,
  schemas: ReadonlyMap<string, Type.TSchema>,
  onTrouble: (what: string) => void,
): KeptCommands {
  if (kept === undefined) return { last: 0, inForce: [] };
  const whole = typeof kept === "number" ? { last: kept, inForce: [] } : kept;
  if (check(schema, whole).length > 0) {
    onTrouble("the kept commands cannot be read: none is in force, and any id is taken as a new one");
    return { last: 0, inForce: [] };
  }
  const { last, inForce } = whole as KeptCommands;
  return {
    last,
    inForce: inForce.filter(({ name, args }) => {
      const known = schemas.get(name);
      if (known && check(known, args).length === 0) return true;
      onTrouble(`a kept command ${name} is none of today's, and no longer in force`);
      return false;
    }),
  };
}
