import type { TSchema } from "@sinclair/typebox";
import { Ajv, type AnySchemaObject, type ErrorObject, type ValidateFunction } from "ajv";
import type { Refusal } from "#devices/wire.ts";

const options = {
  allErrors: true,
  strict: true,
  allowUnionTypes: true,
  useDefaults: false,
  verbose: true,
} as const;
const ajv = new Ajv(options);
const compiled = new WeakMap<object, ValidateFunction>();

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
  return verdict(validate, value);
}

/** The same with a schema that is asked once: nothing of it is kept, where a unit's whole file takes a megabyte. */
export function checkOnce(schema: TSchema, value: unknown): Refusal[] {
  return verdict(new Ajv(options).compile(schema), value);
}

function verdict(validate: ValidateFunction, value: unknown): Refusal[] {
  try {
    return validate(value) ? [] : explained(validate.errors ?? []);
  } catch {
    // Comparing entries, Ajv calls whatever a message names toString or valueOf.
    return [{ field: "", problem: "cannot be checked", expected: "no names such as toString and valueOf" }];
  }
}

function explained(errors: readonly ErrorObject[]): Refusal[] {
  const refusals = new Map<string, Refusal>();
  for (const error of worthTelling(errors)) {
    const refusal = explain(error);
    if (!refusals.has(refusal.field)) refusals.set(refusal.field, refusal);
  }
  return [...refusals.values()];
}

/**
 * Of a union that does not fit, each branch complains. Where the value is of one branch's type, that branch was
 * meant, and what is wrong inside it is worth telling; otherwise only what the union allows.
 */
function worthTelling(errors: readonly ErrorObject[]): ErrorObject[] {
  const silent = new Set<ErrorObject>();
  for (const union of errors) {
    if (union.keyword !== "anyOf") continue;
    const inside = errors.filter((error) => error !== union && isInside(error, union));
    const branch = ({ schemaPath }: ErrorObject) =>
      schemaPath.slice(union.schemaPath.length + 1).split("/")[0];
    const others = new Set(inside.filter((error) => isOtherType(error, union)).map(branch));
    const isMeant = inside.some((error) => !others.has(branch(error)));
    if (isMeant) silent.add(union);
    for (const error of inside) if (!isMeant || others.has(branch(error))) silent.add(error);
  }
  return errors.filter((error) => !silent.has(error));
}

const isInside = (error: ErrorObject, union: ErrorObject) =>
  error.schemaPath.startsWith(`${union.schemaPath}/`) &&
  (error.instancePath === union.instancePath || error.instancePath.startsWith(`${union.instancePath}/`));
const isOtherType = (error: ErrorObject, union: ErrorObject) =>
  error.instancePath === union.instancePath && (error.keyword === "type" || error.keyword === "const");

function explain(error: ErrorObject): Refusal {
  const field = error.instancePath.slice(1);
  const at = (name: string) => (field ? `${field}/${name}` : name);
  // Not before it is needed: showing a whole hostile message once per fault would take a second.
  const found = () => `is ${shown(error.data)}`;
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
      return { field, problem: found(), expected: [params.type].flat().map(typeInWords).join(" or ") };
    case "minimum":
      return { field, problem: found(), expected: `at least ${params.limit}` };
    case "maximum":
      return { field, problem: found(), expected: `at most ${params.limit}` };
    case "minLength":
      return { field, problem: found(), expected: `at least ${characters(params.limit)}` };
    case "maxLength":
      return { field, problem: found(), expected: `at most ${characters(params.limit)}` };
    case "minItems":
      return { field, problem: `has ${entries(length(error.data))}`, expected: `at least ${params.limit}` };
    case "maxItems":
      return { field, problem: `has ${entries(length(error.data))}`, expected: `at most ${params.limit}` };
    case "uniqueItems":
      return { field, problem: `names ${shown(itemAt(error.data, params.j))} twice`, expected: "each once" };
    case "pattern":
      return {
        field,
        problem: found(),
        expected: described(error.parentSchema) ?? `text that matches ${params.pattern}`,
      };
    case "anyOf":
      return { field, problem: found(), expected: alternatives(error.schema) };
    case "const":
      return { field, problem: found(), expected: shown(params.allowedValue) };
    default:
      return { field, problem: found(), expected: error.message?.replace(/^must /, "") ?? error.keyword };
  }
}

const shown = (value: unknown) => {
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "missing");
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};
const typeInWords = (type: string) =>
  ({
    string: "a text",
    number: "a number",
    integer: "a whole number",
    boolean: "true or false",
    object: "an object",
    array: "a list",
  })[type] ?? type;
const characters = (limit: number) => `${limit} ${limit === 1 ? "character" : "characters"}`;
const entries = (count: number) => `${count} ${count === 1 ? "entry" : "entries"}`;
const length = (value: unknown) => (Array.isArray(value) ? value.length : 0);
const itemAt = (value: unknown, index: number) => (Array.isArray(value) ? value[index] : undefined);
const described = (schema: AnySchemaObject | undefined): string | undefined => schema?.description;
const known = (schema: AnySchemaObject | undefined) =>
  `one of ${Object.keys(schema?.properties ?? {}).join(", ") || "nothing"}`;

/** `one of M1, M2` where all are constants, `an object or "none"` elsewhere. */
function alternatives(schema: unknown): string {
  const branches: AnySchemaObject[] = Array.isArray(schema) ? schema : [];
  if (branches.every((branch) => "const" in branch))
    return `one of ${branches.map((branch) => branch.const).join(", ")}`;
  return branches
    .map((branch) => ("const" in branch ? shown(branch.const) : typeInWords(branch.type)))
    .join(" or ");
}
