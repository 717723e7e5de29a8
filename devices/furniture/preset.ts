import type { Furniture, Setting } from "./vocabulary.ts";

/**
 * The same kind with other factory settings: those named have these values where nobody sets them. In every size.
 * @param settings by name; each must be one that the kind has, and a value that its schema allows
 */
export function preset(declaration: Furniture, settings: Readonly<Record<string, unknown>>): Furniture {
  const { size } = declaration;
  return {
    ...declaration,
    settings: Object.fromEntries(
      Object.entries(declaration.settings).map(([name, setting]) => [
        name,
        Object.hasOwn(settings, name) ? withDefault(setting, settings[name]) : setting,
      ]),
    ),
    ...(size ? { size: { ...size, of: (count: number) => preset(size.of(count), settings) } } : {}),
  };
}

const withDefault = (setting: Setting, value: unknown): Setting => ({
  ...setting,
  schema: { ...setting.schema, default: value },
});
