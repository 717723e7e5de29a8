/** Somebody on the broker who means harm, or a flow gone mad: what it publishes to a unit, from a seed. */
import type { TSchema } from "@sinclair/typebox";
import { commandsOf } from "#devices/furniture/commands.ts";
import type { Furniture } from "#devices/furniture/vocabulary.ts";
import { unitTopics } from "#devices/wire.ts";
import { type Random, random } from "#sim/world/random.ts";

export interface Hostile {
  /** The next message, at this wall time. */
  message(wallMs: number): { readonly topic: string; readonly payload: string; readonly retain: boolean };
}

export function hostile(seed: number, declaration: Furniture, site: string, unit: string): Hostile {
  const draw = random(seed, `hostile ${unit}`);
  const topics = unitTopics(site, unit);
  const commands = Object.entries(commandsOf(declaration));
  let id = 0;
  const settings = () =>
    Object.fromEntries(
      Object.entries(declaration.settings)
        .filter(() => draw.chance(0.5))
        .map(([name, { schema }]) => [name, drawn(schema, draw)]),
    );
  const command = (wallMs: number) => {
    const [name, { args }] = commands[draw.integer(0, commands.length - 1)]!;
    // Mostly as it must be: rising, and not yet over.
    id = draw.chance(0.9) ? Math.max(id + 1, Math.floor(wallMs)) : draw.integer(0, id);
    const given = Object.fromEntries(Object.entries(args).map(([arg, schema]) => [arg, drawn(schema, draw)]));
    return { id, expires: wallMs + draw.uniform(-10_000, 60_000), command: name, args: given };
  };
  return {
    message: (wallMs) => {
      const dice = draw.uniform();
      if (dice < 0.35)
        return { topic: topics.command, payload: JSON.stringify(command(wallMs)), retain: false };
      if (dice < 0.6) {
        const desired = { revision: `${draw.word()}`, settings: settings() };
        return { topic: topics.desired, payload: JSON.stringify(desired), retain: true };
      }
      const all = [topics.command, topics.desired, ...sharedTopics(declaration, site)];
      const topic = all[draw.integer(0, all.length - 1)]!;
      return { topic, payload: garbage(draw), retain: draw.chance(0.3) };
    },
  };
}

/** What a neighbour would tell. */
const sharedTopics = ({ shared }: Furniture, site: string) =>
  Object.keys(shared).map((name) => unitTopics(site, "nobody").shared(name));

/** Mostly a value that the schema allows, at its ends above all; now and then one that it does not. */
function drawn(schema: TSchema, draw: Random): unknown {
  if (draw.chance(0.05)) return wrong[draw.integer(0, wrong.length - 1)];
  if (schema.anyOf) return drawn(schema.anyOf[draw.integer(0, schema.anyOf.length - 1)], draw);
  if ("const" in schema) return schema.const;
  switch (schema.type) {
    case "boolean":
      return draw.chance(0.5);
    case "number":
    case "integer": {
      const { minimum = 0, maximum = 1_000 } = schema;
      if (draw.chance(0.4)) return draw.chance(0.5) ? minimum : maximum;
      const value = draw.uniform(minimum, maximum);
      return schema.type === "integer" ? Math.round(value) : value;
    }
    case "array": {
      const least = schema.minItems ?? 0;
      const most = Math.min(schema.maxItems ?? 8, least + 8);
      return Array.from({ length: draw.integer(least, most) }, () => drawn(schema.items, draw));
    }
    case "object":
      return Object.fromEntries(
        Object.entries(schema.properties as Record<string, TSchema>).map(([name, inner]) => [
          name,
          drawn(inner, draw),
        ]),
      );
    default:
      return schema.default ?? texts[draw.integer(0, texts.length - 1)];
  }
}

const texts = ["00:00", "24:00", "12:30", "sunset", "sunrise-01:00", "all", "1", "", "x".repeat(200)];
const wrong: readonly unknown[] = [
  null,
  -1,
  1e308,
  "",
  "NaN",
  [],
  {},
  { toString: 1 },
  true,
  [[[[]]]],
  "__proto__",
];

function garbage(draw: Random): string {
  const made: readonly (() => string)[] = [
    () => "",
    () => "{",
    () => "null",
    () => '{"__proto__":{"settings":{}},"revision":"x","settings":{"constructor":{}}}',
    () => `${"[".repeat(5_000)}${"]".repeat(5_000)}`,
    () => `{"revision":"${"x".repeat(100_000)}"}`,
    () => `{"value":${draw.uniform(-1e9, 1e9)},"timeToLive":1e300}`,
    () => '{"id":9007199254740991,"expires":1e300,"command":"resume","args":{}}',
    () => String.fromCharCode(...Array.from({ length: 200 }, () => draw.integer(0, 0xffff))),
  ];
  return made[draw.integer(0, made.length - 1)]!();
}
