import type { Column, Editor, Furniture } from "../../devices/furniture/vocabulary.ts";
import type { Refusal } from "../../devices/wire.ts";
import { plainSchema, refusals, type Schema } from "./schema.ts";

/** What a form, its help and its node need of a declaration. */
export type Declaration = Pick<Furniture, "kind" | "title" | "summary" | "settings" | "privacy">;

/** One setting as the form and the node carry it: data only. */
export interface Field {
  readonly name: string;
  readonly title: string;
  readonly help: string;
  readonly editor: Editor;
  readonly unit: string;
  readonly advanced: boolean;
  /** Heading in the form; empty for none. */
  readonly group: string;
  readonly schema: Schema;
  /** Of a table. */
  readonly columns?: readonly Column[];
}

export type Values = Readonly<Record<string, unknown>>;

/** Properties that Node-RED, or every node of ours, keeps on a node: a setting cannot have their names. */
const taken: ReadonlySet<string> = new Set(
  [
    "id type z x y w h wires name g d l _ env info label icon inputs outputs inputLabels outputLabels",
    "credentials changed dirty valid selected site unit",
  ].flatMap((names) => names.split(" ")),
);

/** @throws when a setting has a name or a schema that a Node-RED node cannot have. */
export function fieldsOf({ kind, settings }: Declaration): readonly Field[] {
  return Object.entries(settings).map(([name, setting]) => {
    if (taken.has(name))
      throw new Error(`${kind}: a setting cannot be named ${name}: Node-RED uses that name`);
    if (!/^[a-z][A-Za-z0-9]*$/.test(name))
      throw new Error(`${kind}: a setting cannot be named ${name}: expected lowerCamelCase`);
    return {
      name,
      title: setting.title,
      help: setting.help,
      editor: setting.editor,
      unit: setting.unit ?? "",
      advanced: setting.advanced ?? false,
      group: setting.group ?? "",
      schema: plainSchema(setting.schema, `${kind}.${name}`),
      ...(setting.columns ? { columns: setting.columns } : {}),
    };
  });
}

/** Settings as the form left them on a node: numbers may be text, and what is absent has its factory value. */
export function formValues(fields: readonly Field[], config: Values): Record<string, unknown> {
  return Object.fromEntries(
    fields.map(({ name, editor, schema }) => [
      name,
      Object.hasOwn(config, name) ? typed(editor, config[name]) : schema.default,
    ]),
  );
}

/** What an input of the form holds, as the setting's type. */
export function typed(editor: Editor, value: unknown): unknown {
  if (typeof value !== "string") return value;
  switch (editor) {
    case "number":
      return value.trim() === "" ? undefined : Number(value);
    case "switch":
      return value === "true";
    case "units":
    case "texts":
      return value.split(/[\s,]+/).filter((unit) => unit !== "");
    default:
      return value;
  }
}

/** Every reason why a unit would refuse these settings. A name that is not a setting is one. */
export function settingsRefusals(fields: readonly Field[], values: Values): Refusal[] {
  const known = new Set(fields.map(({ name }) => name));
  const strange = Object.keys(values).filter((name) => !known.has(name));
  return [
    ...strange.map((field) => ({ field, problem: "is no setting", expected: [...known].join(", ") })),
    ...fields.flatMap(({ name, schema, unit }) => refusals(schema, values[name], name, unit)),
  ];
}
