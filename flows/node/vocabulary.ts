/** What the nodes that serve all kinds know of each: data only, derived from the declarations. */
import type { Severity } from "../../devices/furniture/vocabulary.ts";
import type { RecordBody } from "../../devices/wire.ts";
import { refusals, type Schema } from "./schema.ts";

/** What a unit says: a record of that type, or that it went online or offline. */
export type TellingType = RecordBody["type"] | "status";

/** Something that units of a kind tell. */
export interface Telling {
  readonly type: TellingType;
  /** `#` stands for the number of a tile or a space: `occupied#`. */
  readonly name: string;
  readonly title: string;
  /** Highest number that `#` may stand for. */
  readonly numbers?: number;
  /** Unit of measure. */
  readonly unit?: string;
  /** Of a measurement: temperature, active power. */
  readonly quantity?: string;
  /** Of an alarm. */
  readonly severity?: Severity;
  readonly advice?: string;
}

export interface Argument {
  readonly name: string;
  readonly title: string;
  /** Unit of measure. */
  readonly unit: string;
  /** What else is to be known; empty as a rule. */
  readonly note: string;
  readonly optional: boolean;
  readonly schema: Schema;
}

/** A command that units of a kind take. */
export interface Order {
  readonly name: string;
  readonly title: string;
  readonly help: string;
  readonly args: readonly Argument[];
}

export interface Kind {
  readonly kind: string;
  readonly title: string;
  readonly tellings: readonly Telling[];
  readonly orders: readonly Order[];
}

/** How long a command may wait for its unit, s. */
export const timeToLive = { type: "number", minimum: 1, maximum: 3_600, default: 30 } as const;

/** The telling that a record's name belongs to. */
export function tellingOf(kind: Kind | undefined, type: TellingType, name: string): Telling | undefined {
  const same = kind?.tellings.filter((telling) => telling.type === type) ?? [];
  return (
    same.find((telling) => telling.name === name) ?? same.find((telling) => numberIn(telling.name, name))
  );
}

/** The digits that stand for the `#` of a pattern: `3` for `occupied#` and `occupied3`; undefined where it does not fit. */
export function numberIn(pattern: string, name: string): string | undefined {
  const [before, after] = pattern.split("#");
  if (before === undefined || after === undefined) return undefined;
  const inside = name.slice(before.length, name.length - after.length);
  return name === `${before}${inside}${after}` && /^\d+$/.test(inside) ? inside : undefined;
}

/** Why a unit would refuse these arguments. */
export function argumentRefusals({ args }: Order, values: Readonly<Record<string, unknown>>) {
  const strange = Object.keys(values).filter((name) => !args.some((arg) => arg.name === name));
  return [
    ...strange.map((field) => ({
      field,
      problem: "is no argument",
      expected: args.map(({ name }) => name).join(", ") || "none",
    })),
    ...args
      .filter(({ name, optional }) => !optional || values[name] !== undefined)
      .flatMap(({ name, unit, schema }) => refusals(schema, values[name], name, unit)),
  ];
}
