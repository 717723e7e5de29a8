import type { TSchema } from "@sinclair/typebox";
import fc, { type Arbitrary } from "fast-check";

/** JSON Schema as the declarations use it. */
interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

const schemaOf = (schema: TSchema) => schema as unknown as Schema;
const json = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

/** Values that a schema allows, as JSON brings them. */
export const valid = (schema: TSchema): Arbitrary<unknown> => right(schemaOf(schema)).map(json);

/** The same, with every list as long as it may be. */
export const fullest = (schema: TSchema): Arbitrary<unknown> => right(full(schemaOf(schema))).map(json);

const full = (schema: Schema): Schema =>
  schema.items && schema.maxItems !== undefined ? { ...schema, minItems: schema.maxItems } : schema;

function right(schema: Schema): Arbitrary<unknown> {
  const { minimum = -1e9, maximum = 1e9, pattern, items, minItems = 0, maxItems = 8 } = schema;
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(right));
  if ("const" in schema) return fc.constant(schema.const);
  switch (schema.type) {
    case "boolean":
      return fc.boolean();
    case "number":
      return fc.double({ min: minimum, max: maximum, noNaN: true });
    case "integer":
      return fc.integer({ min: minimum, max: maximum });
    case "string":
      return pattern === undefined ? fc.string() : fc.stringMatching(new RegExp(pattern));
    case "array": {
      const bounds = { minLength: minItems, maxLength: maxItems };
      return schema.uniqueItems
        ? fc.uniqueArray(right(items!), { ...bounds, selector: (item) => JSON.stringify(item) })
        : fc.array(right(items!), bounds);
    }
    case "object":
      return fc.record(Object.fromEntries(entriesOf(schema).map(([name, one]) => [name, right(one)])), {
        requiredKeys: [...(schema.required ?? [])],
      });
    default:
      throw new TypeError(`a schema of type ${schema.type} is not generated here`);
  }
}

const entriesOf = ({ properties = {} }: Schema) => Object.entries(properties);

/** A value with one thing wrong in it, and the field that is: its path, with `/` between, from the value on. */
export interface Wrong {
  readonly value: unknown;
  readonly field: string;
}

/** What a schema refuses for one reason, whatever else is right about it. */
export const wrong = (schema: TSchema): Arbitrary<Wrong> => broken(schemaOf(schema));

const here = (values: Arbitrary<unknown>): Arbitrary<Wrong> => values.map((value) => ({ value, field: "" }));
const under = (name: string | number, { field }: Wrong) => (field === "" ? `${name}` : `${name}/${field}`);

function broken(schema: Schema): Arbitrary<Wrong> {
  const { minimum, maximum, pattern = "" } = schema;
  if (schema.anyOf || "const" in schema) return here(fc.constantFrom("no such choice", 17, null));
  switch (schema.type) {
    case "boolean":
      return here(fc.constantFrom("true", 1, null));
    case "number":
    case "integer":
      return here(
        fc.oneof(
          fc.constantFrom<unknown>(
            "7",
            null,
            [],
            ...(schema.type === "integer" ? [(minimum ?? 0) + 0.5] : []),
          ),
          ...(minimum === undefined ? [] : [beyond(minimum, -1)]),
          ...(maximum === undefined ? [] : [beyond(maximum, 1)]),
        ),
      );
    case "string": {
      const form = new RegExp(pattern);
      return here(
        fc
          .oneof(fc.string(), fc.constantFrom<unknown>(7, null))
          .filter((text) => typeof text !== "string" || !form.test(text)),
      );
    }
    case "array":
      return brokenList(schema);
    default:
      return brokenObject(schema);
  }
}

const beyond = (limit: number, sign: 1 | -1) =>
  fc.double({ min: 1e-3, max: 1e6, noNaN: true }).map((by) => limit + sign * by);

function brokenList(schema: Schema): Arbitrary<Wrong> {
  const { items, minItems = 0, maxItems, uniqueItems } = schema;
  const list = right({ ...schema, minItems: Math.max(minItems, 1) }) as Arbitrary<unknown[]>;
  const more = { minLength: (maxItems ?? 0) + 1, maxLength: (maxItems ?? 0) + 1 };
  return fc.oneof(
    here(fc.constantFrom<unknown>({}, "a", null)),
    fc.tuple(list, fc.nat(), broken(items!)).map(([values, at, bad]) => {
      const index = at % values.length;
      return { value: values.with(index, bad.value), field: under(index, bad) };
    }),
    ...(minItems > 0 ? [here(list.map((values) => values.slice(0, minItems - 1)))] : []),
    ...(maxItems === undefined || uniqueItems ? [] : [here(fc.array(right(items!), more))]),
    ...(uniqueItems ? [here(list.map((values) => [values[0], ...values]))] : []),
  );
}

function brokenObject(schema: Schema): Arbitrary<Wrong> {
  const entries = entriesOf(schema);
  const whole = right(schema) as Arbitrary<Record<string, unknown>>;
  const unknown = whole.map((value) => ({ value: { ...value, unheardOf: 1 }, field: "unheardOf" }));
  return fc.oneof(
    here(fc.constantFrom<unknown>([], "a", null)),
    unknown,
    ...(schema.required ?? []).map((name) =>
      whole.map(({ [name]: _, ...value }) => ({ value, field: name })),
    ),
    ...entries.map(([name, one]) =>
      fc.tuple(whole, broken(one)).map(([value, bad]) => ({
        value: { ...value, [name]: bad.value },
        field: under(name, bad),
      })),
    ),
  );
}
