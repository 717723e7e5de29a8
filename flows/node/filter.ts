import { numberIn, type TellingType } from "./vocabulary.ts";

/** What a `furniture in` node lets through, as its form has it; empty is anything. */
export interface Filter {
  readonly kind: string;
  readonly unit: string;
  /** A type, `alarm`, or a type and a name, `measurement:occupied#`. */
  readonly tells: string;
  /** What `#` must stand for. */
  readonly number: string;
}

/** Something that a unit said, as far as a filter looks at it. */
export interface Said {
  readonly type: TellingType;
  readonly name: string;
}

export function filterOf(config: Readonly<Record<string, unknown>>): Filter {
  const text = (name: string) => String(config[name] ?? "");
  return { kind: text("kind"), unit: text("unit"), tells: text("tells"), number: text("number") };
}

/** Whether a filter asks for what was said. */
export function asksFor({ tells, number }: Filter, { type, name }: Said): boolean {
  const [wanted = "", pattern] = tells.split(":");
  if (wanted === "") return true;
  if (wanted !== type) return false;
  if (pattern === undefined || pattern === name) return true;
  const found = numberIn(pattern, name);
  return found !== undefined && (number === "" || number === found);
}
