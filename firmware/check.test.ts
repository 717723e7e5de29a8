import * as Type from "@sinclair/typebox";
import { describe, expect, it } from "vitest";
import * as kinds from "#devices/furniture/index.ts";
import { check } from "./check.ts";
import { settingsSchema } from "./config.ts";

/** Told as one line: `field problem; expected expected`. */
const told = (schema: Type.TSchema, value: unknown) =>
  check(schema, value).map(({ field, problem, expected }) => `${field} ${problem}; expected ${expected}`);

const inField = (schema: Type.TSchema) => Type.Object({ field: schema }, { additionalProperties: false });

describe("check", () => {
  it.each<[string, Type.TSchema, unknown, string]>([
    ["type", Type.Number(), "five", 'field is "five"; expected a number'],
    ["integer", Type.Integer(), 1.5, "field is 1.5; expected a whole number"],
    ["text", Type.String(), 7, "field is 7; expected a text"],
    ["object", Type.Object({}), [], "field is []; expected an object"],
    ["list", Type.Array(Type.Number()), {}, "field is {}; expected a list"],
    ["two-state", Type.Boolean(), "yes", 'field is "yes"; expected true or false'],
    ["not a number", Type.Number(), Number.NaN, "field is NaN; expected a number"],
    ["infinite", Type.Number(), Number.POSITIVE_INFINITY, "field is Infinity; expected a number"],
    ["minimum", Type.Number({ minimum: 5 }), 4.9, "field is 4.9; expected at least 5"],
    ["maximum", Type.Number({ maximum: 5 }), 5.1, "field is 5.1; expected at most 5"],
    ["minLength", Type.String({ minLength: 1 }), "", 'field is ""; expected at least 1 character'],
    ["maxLength", Type.String({ maxLength: 2 }), "abc", 'field is "abc"; expected at most 2 characters'],
    ["minItems", Type.Array(Type.Number(), { minItems: 1 }), [], "field has 0 entries; expected at least 1"],
    [
      "maxItems",
      Type.Array(Type.Number(), { maxItems: 1 }),
      [1, 2],
      "field has 2 entries; expected at most 1",
    ],
    [
      "uniqueItems",
      Type.Array(Type.String(), { uniqueItems: true }),
      ["a", "b", "a"],
      'field names "a" twice; expected each once',
    ],
    [
      "pattern",
      Type.String({ pattern: "^/", description: "a path" }),
      "tmp",
      'field is "tmp"; expected a path',
    ],
    ["bare pattern", Type.String({ pattern: "^/" }), "tmp", 'field is "tmp"; expected text that matches ^/'],
    ["const", Type.Literal("tile"), "lamp", 'field is "lamp"; expected "tile"'],
    [
      "choice",
      Type.Union([Type.Literal("M1"), Type.Literal("M2")]),
      "M3",
      'field is "M3"; expected one of M1, M2',
    ],
    ["required", Type.Object({ inner: Type.Number() }), {}, "field/inner is missing; expected a value"],
    [
      "unknown",
      Type.Object({ a: Type.Any(), b: Type.Any() }, { additionalProperties: false }),
      { a: 1, b: 1, c: 1 },
      "field/c is not known; expected one of a, b",
    ],
    ["another keyword", Type.Number({ multipleOf: 2 }), 3, "field is 3; expected be multiple of 2"],
  ])("says in plain words what %s wants", (_, schema, value, expected) => {
    expect(told(inField(schema), { field: value })).toEqual([expected]);
  });

  it("accepts what fits, and changes nothing in it", () => {
    const value = { field: 3 };
    expect(check(inField(Type.Number({ default: 5 })), value)).toEqual([]);
    expect(check(inField(Type.Optional(Type.Number({ default: 5 }))), {})).toEqual([]);
    expect(value).toEqual({ field: 3 });
  });

  it("tells everything that is wrong, each once, with the path into lists and objects", () => {
    const schema = Type.Object({
      points: Type.Array(
        Type.Object({
          level: Type.Number({ minimum: 0 }),
          from: Type.String({ pattern: "^\\d+$", minLength: 3 }),
        }),
      ),
    });
    const value = { points: [{ level: 1, from: "x" }, { level: -1, from: "100" }, { from: "100" }] };
    expect(told(schema, value).sort()).toEqual([
      'points/0/from is "x"; expected at least 3 characters',
      "points/1/level is -1; expected at least 0",
      "points/2/level is missing; expected a value",
    ]);
  });

  describe("of a union", () => {
    const place = Type.Object(
      { bus: Type.Integer({ minimum: 0 }), address: Type.Optional(Type.Integer()) },
      { additionalProperties: false },
    );
    const schema = Type.Object({ parts: Type.Array(Type.Union([place, Type.Literal("none")])) });

    it("accepts every branch", () => {
      expect(told(schema, { parts: [{ bus: 1 }, "none"] })).toEqual([]);
    });

    it("tells only what is wrong inside the branch that was meant", () => {
      expect(told(schema, { parts: [{ bus: -1, adress: 4 }, { bus: 1 }, { bus: "x" }] }).sort()).toEqual([
        "parts/0/adress is not known; expected one of bus, address",
        "parts/0/bus is -1; expected at least 0",
        'parts/2/bus is "x"; expected a whole number',
      ]);
    });

    it("tells what the union allows when no branch can have been meant", () => {
      expect(told(schema, { parts: ["off"] })).toEqual(['parts/0 is "off"; expected an object or "none"']);
    });
  });

  it.each([[{ toString: 1 }], [{ valueOf: 1 }]])("refuses %j among entries that must differ", (entry) => {
    const schema = Type.Array(Type.Unknown(), { uniqueItems: true });
    expect(check(schema, [entry, { ...entry }])).toEqual([
      { field: "", problem: "cannot be checked", expected: "no names such as toString and valueOf" },
    ]);
  });

  it("shortens what would fill the screen", () => {
    const [line] = told(inField(Type.Number()), { field: "x".repeat(500) });
    expect(line!.length).toBeLessThan(120);
    expect(line).toContain("...;");
  });

  it("compiles the settings of every kind in strict mode", () => {
    for (const kind of Object.values(kinds)) expect(check(settingsSchema(kind), {})).toEqual([]);
  });
});
