import * as Type from "@sinclair/typebox";
import { weekdays } from "../estimators/week-windows.ts";
import { level } from "../quantities.ts";
import type { Column, Setting } from "./vocabulary.ts";

interface Words {
  readonly title: string;
  readonly help: string;
  readonly group?: string;
  readonly advanced?: boolean;
  readonly isConfidential?: boolean;
}

interface Bounds {
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

const bounded = ({ default: value, min, max }: Bounds) =>
  Type.Number({ default: value, minimum: min, maximum: max });

/** A dimming level in percent. */
export const percent = (words: Words, bounds: Partial<Bounds> & { readonly default: number }): Setting => ({
  ...words,
  editor: "number",
  unit: level.unit,
  schema: bounded({ min: 0, max: 100, ...bounds }) as Setting["schema"],
});

/** A time span in seconds. */
export const timeSpan = (words: Words, bounds: Bounds): Setting => ({
  ...words,
  editor: "number",
  unit: "s",
  schema: bounded(bounds) as Setting["schema"],
});

/** A number in any other unit. */
export const number = (words: Words, unit: string, bounds: Bounds): Setting => ({
  ...words,
  editor: "number",
  unit,
  schema: bounded(bounds) as Setting["schema"],
});

/** One of a list. */
export const choice = (words: Words, options: readonly string[], preset: string): Setting => ({
  ...words,
  editor: "choice",
  schema: Type.Union(
    options.map((option) => Type.Literal(option)),
    { default: preset },
  ) as Setting["schema"],
});

/** Other units of the same site, by id. */
export const units = (words: Words): Setting => ({
  ...words,
  editor: "units",
  schema: Type.Array(Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,31}$" }), {
    default: [],
    maxItems: 16,
    uniqueItems: true,
  }) as Setting["schema"],
});

/** The names of one kind, all of them, the first one first. */
export const order = (words: Words, preset: readonly string[]): Setting => ({
  ...words,
  editor: "order",
  schema: Type.Array(Type.Union(preset.map((name) => Type.Literal(name))), {
    default: [...preset],
    minItems: preset.length,
    maxItems: preset.length,
    uniqueItems: true,
  }) as Setting["schema"],
});

/** Texts of one form, each once. */
export const texts = (
  words: Words,
  {
    pattern,
    description,
    most,
  }: { readonly pattern: string; readonly description: string; readonly most: number },
): Setting => ({
  ...words,
  editor: "texts",
  schema: Type.Array(Type.String({ pattern, description }), {
    default: [],
    maxItems: most,
    uniqueItems: true,
  }) as Setting["schema"],
});

/** True or false. */
export const toggle = (words: Words, preset: boolean): Setting => ({
  ...words,
  editor: "switch",
  schema: Type.Boolean({ default: preset }) as Setting["schema"],
});

/** `24:00` is the end of a day. */
export const timeOfDay = Type.String({
  pattern: "^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$",
  description: "a local time such as 07:30, up to 24:00",
});

function schemaOf(column: Column): Type.TSchema {
  switch (column.kind) {
    case "days":
      return Type.Array(Type.Union(weekdays.map((day) => Type.Literal(day))), {
        minItems: 1,
        uniqueItems: true,
      });
    case "time":
      return timeOfDay;
    case "choice":
      return Type.Union(column.options.map((option) => Type.Literal(option)));
    case "number":
      return Type.Number({ minimum: column.min, maximum: column.max });
    case "text":
      return Type.String({ pattern: column.pattern, description: column.description });
  }
}

/** Rows of the same columns. */
export const table = (
  words: Words,
  columns: readonly Column[],
  preset: readonly Readonly<Record<string, unknown>>[],
  most = 48,
): Setting => ({
  ...words,
  editor: "table",
  columns,
  schema: Type.Array(
    Type.Object(Object.fromEntries(columns.map((column) => [column.name, schemaOf(column)])), {
      additionalProperties: false,
    }),
    { default: structuredClone(preset), maxItems: most },
  ) as Setting["schema"],
});

/** The first columns of a week's windows: on these days, from this local time to that one; across midnight too. */
export const windowColumns = [
  { name: "days", title: "Days", kind: "days" },
  { name: "from", title: "From", kind: "time" },
  { name: "to", title: "To", kind: "time" },
] as const satisfies readonly Column[];

/** A point of a profile: from this local time, or from this long before or after sunset or sunrise. */
export interface ProfilePoint {
  readonly from: string;
  readonly level: number;
}

/** Levels over the night: each holds from its time until the next one's. */
export const profile = (words: Words, preset: readonly ProfilePoint[]): Setting => ({
  ...words,
  editor: "profile",
  unit: level.unit,
  schema: Type.Array(
    Type.Object(
      {
        from: Type.String({
          pattern: "^(([01]\\d|2[0-3]):[0-5]\\d|(sunset|sunrise)([+-](0\\d|1[0-2]):[0-5]\\d)?)$",
          description: "local time 22:30, or sunset, sunrise, sunset+00:30",
        }),
        level: Type.Number({ minimum: 0, maximum: 100 }),
      },
      { additionalProperties: false },
    ),
    { default: preset.map((point) => ({ ...point })), minItems: 1, maxItems: 24 },
  ) as Setting["schema"],
});
