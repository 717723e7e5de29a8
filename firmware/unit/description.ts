import { alarmsOf } from "#devices/furniture/alarms.ts";
import { commandsOf } from "#devices/furniture/commands.ts";
import { type Furniture, sourcesOf } from "#devices/furniture/vocabulary.ts";
import type { Description } from "#devices/wire.ts";
import type { UnitConfig } from "../config.ts";

/** What a unit tells the city of itself, derived from its declaration and its configuration. */
export function describe(declaration: Furniture, config: UnitConfig, version: string): Description {
  const sources = sourcesOf(declaration);
  const mapValues = <A, B>(record: Readonly<Record<string, A>>, to: (value: A) => B): Record<string, B> =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, to(value)]));
  return {
    unit: config.unit,
    site: config.site,
    kind: declaration.kind,
    title: declaration.title,
    version,
    parts: mapValues(config.parts, ({ part }) => ({ part: part.id, title: `${part.maker} ${part.title}` })),
    telemetry: mapValues(declaration.telemetry, ({ title, source, recordClass }) => ({
      title,
      unit: sources.get(source)!.unit,
      recordClass,
    })),
    settings: mapValues(declaration.settings, ({ title, unit, schema }) => ({ title, unit, ...schema })),
    commands: mapValues(commandsOf(declaration), ({ title, args }) => ({ title, args })),
    alarms: mapValues(alarmsOf(declaration), ({ title, severity, advice }) => ({ title, severity, advice })),
    events: mapValues(declaration.events, ({ title, recordClass, chained = false, fields }) => ({
      title,
      recordClass,
      chained,
      fields,
    })),
    privacy: declaration.privacy,
  };
}
