import type { TSchema } from "@sinclair/typebox";
import { Ajv, type AnySchemaObject, type ErrorObject } from "ajv";
import type { Refusal } from "#devices/wire.ts";

const ajv = new Ajv({
  allErrors: true,
  strict: true,
  allowUnionTypes: true,
  useDefaults: false,
  verbose: true,
});
const compiled = new WeakMap<object, ReturnType<typeof ajv.compile>>();

/**
 * Why `value` does not fit `schema`, field by field, in words for whoever has to mend it; empty when it fits.
 * Schemas are compiled once and kept.
 */
export function check(schema: TSchema, value: unknown): Refusal[] {
  let validate = compiled.get(schema);
  if (!validate) {
    validate = ajv.compile(schema);
    compiled.set(schema, validate);
  }
  if (validate(value)) return [];
  const refusals = new Map<string, Refusal>();
  for (const error of validate.errors ?? []) {
    const refusal = explain(error);
    // The branches of a union each complain about the same field; the union's own error says it all.
    if (refusal && (!refusals.has(refusal.field) || error.keyword === "anyOf"))
      refusals.set(refusal.field, refusal);
  }
  return [...refusals.values()];
}

function explain(error: ErrorObject): Refusal | undefined {
  const field = error.instancePath.slice(1);
  const at = (name: string) => (field ? `${field}/${name}` : name);
  const found = `is ${shown(error.data)}`;
  const { params } = error;
  switch (error.keyword) {
    case "additionalProperties":
      return {
        field: at(params.additionalProperty),
        problem: "is not known",
        expected: known(error.parentSchema),
      };
    case "required":
      return { field: at(params.missingProperty), problem: "is missing", expected: "a value" };
    case "type":
      return { field, problem: found, expected: `a ${[params.type].flat().join(" or ")}` };
    case "minimum":
      return { field, problem: found, expected: `at least ${params.limit}` };
    case "maximum":
      return { field, problem: found, expected: `at most ${params.limit}` };
    case "minItems":
      return { field, problem: `has ${length(error.data)} entries`, expected: `at least ${params.limit}` };
    case "maxItems":
      return { field, problem: `has ${length(error.data)} entries`, expected: `at most ${params.limit}` };
    case "uniqueItems":
      return { field, problem: `names ${shown(itemAt(error.data, params.j))} twice`, expected: "each once" };
    case "pattern":
      return {
        field,
        problem: found,
        expected: described(error.parentSchema) ?? `text that matches ${params.pattern}`,
      };
    case "anyOf":
      return { field, problem: found, expected: alternatives(error.schema) };
    case "const":
      return { field, problem: found, expected: shown(params.allowedValue) };
    default:
      return { field, problem: found, expected: error.message ?? error.keyword };
  }
}

const shown = (value: unknown) => {
  const text = JSON.stringify(value) ?? "missing";
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};
const length = (value: unknown) => (Array.isArray(value) ? value.length : 0);
const itemAt = (value: unknown, index: number) => (Array.isArray(value) ? value[index] : undefined);
const described = (schema: AnySchemaObject | undefined): string | undefined => schema?.description;
const known = (schema: AnySchemaObject | undefined) =>
  `one of ${Object.keys(schema?.properties ?? {}).join(", ") || "nothing"}`;
const alternatives = (schema: unknown) =>
  Array.isArray(schema) && schema.every((branch) => branch && typeof branch === "object" && "const" in branch)
    ? `one of ${schema.map((branch) => branch.const).join(", ")}`
    : "one of its allowed forms";
