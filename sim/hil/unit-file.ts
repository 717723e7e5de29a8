import { stringify } from "yaml";
import type { Furniture } from "#devices/furniture/vocabulary.ts";
import type { Part, Place } from "#devices/part.ts";
import type { UnitConfig } from "#firmware/config.ts";
import type { RawPlace } from "#firmware/places.ts";

/** A unit's configuration as its file has it: YAML, of which the firmware's reader makes the same again. */
export function unitFile(config: UnitConfig, declaration: Furniture): string {
  const { size, parts, ...rest } = config;
  return stringify({
    ...rest,
    ...(size === undefined || !declaration.size ? {} : { [declaration.size.name]: size }),
    parts: Object.fromEntries(
      Object.keys(declaration.roles).map((role) => [role, parts[role] ? rawPlaceOf(parts[role]) : "none"]),
    ),
  });
}

function rawPlaceOf({ part, place }: { readonly part: Part; readonly place: Place }): RawPlace {
  const { kind: _, ...at } = place;
  return { part: part.id, ...at };
}
