import { Type } from "@sinclair/typebox";
import { level } from "../quantities.ts";
import type { Setting } from "./vocabulary.ts";

interface Words {
  readonly title: string;
  readonly help: string;
  readonly advanced?: boolean;
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
