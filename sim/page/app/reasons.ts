import type { DeclarationState, UnitState } from "../view.ts";

/**
 * Why a unit does what it does, in a line: of a single actuator its reason, of several each reason once, with those
 * that it holds for. `Outlet, USB port 1: ready · Safety light: it is not dark`
 */
export function reasonsOf({ actuators }: UnitState, declaration: DeclarationState): string {
  const told = Object.entries(actuators);
  if (told.length === 0)
    return Object.keys(declaration.actuators).length === 0 ? "drives nothing" : "nothing decided yet";
  if (told.length === 1) return told[0]![1].text;
  const titles = new Map<string, string[]>();
  for (const [name, { text }] of told) {
    const title = declaration.actuators[name]?.title ?? name;
    titles.set(text, [...(titles.get(text) ?? []), title]);
  }
  return [...titles].map(([text, names]) => `${listOf(names)}: ${text}`).join(" · ");
}

/** More than three are counted. */
const listOf = (names: readonly string[]) =>
  names.length > 3 ? `${names[0]} and ${names.length - 1} others` : names.join(", ");
