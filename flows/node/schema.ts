import { canonicalJson, type Refusal } from "../../devices/wire.ts";

/** The words of JSON Schema that settings are declared with; a declaration that uses another one does not build. */
export interface Schema {
  readonly type?: "number" | "integer" | "string" | "boolean" | "array" | "object";
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly multipleOf?: number;
  readonly pattern?: string;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly default?: unknown;
  readonly title?: string;
  readonly description?: string;
}

const words: ReadonlySet<string> = new Set<keyof Schema>([
  ...([
    "type",
    "const",
    "anyOf",
    "minimum",
    "maximum",
    "multipleOf",
    "pattern",
    "items",
    "minItems",
  ] as const),
  ...(["maxItems", "uniqueItems", "properties", "required", "additionalProperties", "default"] as const),
  ...(["title", "description"] as const),
]);

/** Copies a schema without what is no JSON. @throws when it says something that `refusals` would not check. */
export function plainSchema(schema: object, where: string): Schema {
  const plain = JSON.parse(JSON.stringify(schema)) as Schema;
  const unknown = Object.keys(plain).find((word) => !words.has(word));
  if (unknown)
    throw new Error(
      `${where}: the form does not know the schema word ${unknown}; teach it in flows/node/schema.ts`,
    );
  for (const inner of plain.anyOf ?? []) plainSchema(inner, where);
  if (plain.items) plainSchema(plain.items, `${where}/items`);
  for (const [name, inner] of Object.entries(plain.properties ?? {})) plainSchema(inner, `${where}/${name}`);
  return plain;
}

/**
 * Every reason why `value` is not what the schema asks for; none when it is.
 * @param field path of the value: `profile/2/level`
 * @param unit written behind a range
 */
export function refusals(schema: Schema, value: unknown, field: string, unit = ""): Refusal[] {
  if (schema.anyOf) return checkOptions(schema.anyOf, value, field, unit);
  if ("const" in schema) return value === schema.const ? [] : refused(schema, value, field, unit);
  switch (schema.type) {
    case "number":
    case "integer":
      return isNumber(schema, value) ? [] : refused(schema, value, field, unit);
    case "string": {
      const matches = typeof value === "string" && new RegExp(schema.pattern ?? "", "u").test(value);
      return matches ? [] : refused(schema, value, field, unit);
    }
    case "boolean":
      return typeof value === "boolean" ? [] : refused(schema, value, field, unit);
    case "array":
      return checkArray(schema, value, field, unit);
    case "object":
      return checkObject(schema, value, field, unit);
    default:
      return [];
  }
}

/** What a schema allows, for a person: `5 to 1800 s`, `P1, P2 or P3`. */
export function expectation(schema: Schema, unit = ""): string {
  if (schema.description) return schema.description;
  if (schema.anyOf) return listed(schema.anyOf.map((option) => expectation(option, unit)));
  if ("const" in schema) return String(schema.const);
  switch (schema.type) {
    case "number":
    case "integer":
      return rangeOf(schema, unit);
    case "string":
      return schema.pattern ? `text that matches ${schema.pattern}` : "text";
    case "boolean":
      return "true or false";
    case "array":
      return `a list of ${schema.minItems ?? 0} to ${schema.maxItems ?? "any number of"} entries`;
    default:
      return `an object with ${listed(Object.keys(schema.properties ?? {}), "and")}`;
  }
}

function isNumber({ type, minimum, maximum, multipleOf }: Schema, value: unknown): boolean {
  if (typeof value !== "number" || !Number.isFinite(value)) return false;
  if (type === "integer" && !Number.isInteger(value)) return false;
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) return false;
  return value >= (minimum ?? Number.NEGATIVE_INFINITY) && value <= (maximum ?? Number.POSITIVE_INFINITY);
}

function checkOptions(options: readonly Schema[], value: unknown, field: string, unit: string): Refusal[] {
  const fits = options.some((option) => refusals(option, value, field, unit).length === 0);
  return fits ? [] : refused({ anyOf: options }, value, field, unit);
}

function checkArray(schema: Schema, value: unknown, field: string, unit: string): Refusal[] {
  const { items, minItems = 0, maxItems = Number.POSITIVE_INFINITY, uniqueItems } = schema;
  if (!Array.isArray(value)) return refused(schema, value, field, unit);
  if (value.length < minItems || value.length > maxItems)
    return [{ field, problem: `has ${value.length} entries`, expected: expectation(schema) }];
  const texts = value.map(canonicalJson);
  const twice = uniqueItems ? texts.findIndex((text, index) => texts.indexOf(text) !== index) : -1;
  if (twice >= 0)
    return [{ field: `${field}/${twice}`, problem: `${shown(value[twice])} twice`, expected: "each once" }];
  return items ? value.flatMap((entry, index) => refusals(items, entry, `${field}/${index}`, unit)) : [];
}

function checkObject(schema: Schema, value: unknown, field: string, unit: string): Refusal[] {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return refused(schema, value, field, unit);
  const { properties = {}, required = [], additionalProperties } = schema;
  const found = value as Readonly<Record<string, unknown>>;
  const missing = required.filter((name) => !Object.hasOwn(found, name));
  const strange =
    additionalProperties === false ? Object.keys(found).filter((name) => !properties[name]) : [];
  return [
    ...missing.map((name) => absent(properties[name] ?? {}, `${field}/${name}`, unit)),
    ...strange.map((name) => ({
      field: `${field}/${name}`,
      problem: "is unknown",
      expected: expectation(schema),
    })),
    ...Object.entries(properties).flatMap(([name, inner]) =>
      Object.hasOwn(found, name) ? refusals(inner, found[name], `${field}/${name}`, unit) : [],
    ),
  ];
}

const absent = (schema: Schema, field: string, unit: string): Refusal => ({
  field,
  problem: "is missing",
  expected: expectation(schema, unit),
});

/** A select without a choice reads null, an empty number undefined. */
const refused = (schema: Schema, value: unknown, field: string, unit: string): Refusal[] => [
  value === null || value === undefined
    ? absent(schema, field, unit)
    : { field, problem: `is ${shown(value)}`, expected: expectation(schema, unit) },
];

function rangeOf({ minimum, maximum, type, multipleOf }: Schema, unit: string): string {
  const suffix = unit && ` ${unit}`;
  const kind = type === "integer" ? "a whole number" : "a number";
  const step = multipleOf === undefined ? "" : ` in steps of ${multipleOf}`;
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}${suffix}${step}`;
  if (minimum !== undefined) return `${kind} from ${minimum}${suffix}${step}`;
  if (maximum !== undefined) return `${kind} up to ${maximum}${suffix}${step}`;
  return `${kind}${unit && ` in ${unit}`}${step}`;
}

function listed(options: readonly string[], conjunction = "or"): string {
  if (options.length < 2) return options.join();
  return `${options.slice(0, -1).join(", ")} ${conjunction} ${options.at(-1)}`;
}

function shown(value: unknown): string {
  const text = typeof value === "number" ? String(value) : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
