import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectation, plainSchema, refusals, type Schema } from "./schema.ts";

/** Schemas of every kind of setting there is, and values near to what each of them takes. */
const cases: readonly (readonly [Schema, fc.Arbitrary<unknown>])[] = [
  [
    { type: "number", minimum: 5, maximum: 1_800 },
    fc.oneof(fc.double(), fc.integer({ min: 0, max: 2_000 }), fc.string()),
  ],
  [
    { type: "integer", minimum: 1 },
    fc.oneof(fc.double({ min: -2, max: 2 }), fc.integer({ min: -3, max: 3 })),
  ],
  [
    { type: "number", multipleOf: 0.5, maximum: 2 },
    fc.constantFrom(-1, 0, 0.25, 0.5, 1, 1.5, 2, 2.5, "1", null),
  ],
  [{ type: "boolean" }, fc.oneof(fc.boolean(), fc.constantFrom(0, 1, "true", null))],
  [
    {
      anyOf: [
        { const: "P1", type: "string" },
        { const: "P2", type: "string" },
      ],
    },
    fc.constantFrom("P1", "P2", "P3", 1, null),
  ],
  [
    { type: "array", items: { type: "string", pattern: "^[a-z]{1,2}$" }, maxItems: 2, uniqueItems: true },
    fc.oneof(
      fc.array(fc.constantFrom("a", "ab", "abc", "A", 1), { maxLength: 3 }),
      fc.constantFrom("a", {}, null),
    ),
  ],
  [
    { type: "array", uniqueItems: true },
    fc.array(fc.constantFrom({ a: 1, b: 2 }, { b: 2, a: 1 }, { a: 1 }, "a", 1, "1"), { maxLength: 3 }),
  ],
  [
    {
      type: "array",
      minItems: 1,
      maxItems: 3,
      items: {
        type: "object",
        additionalProperties: false,
        required: ["from", "level"],
        properties: {
          from: { type: "string", pattern: "^\\d\\d:\\d\\d$" },
          level: { type: "number", maximum: 100 },
        },
      },
    },
    fc.array(
      fc.oneof(
        fc.record(
          {
            from: fc.constantFrom("22:00", "soon", 3),
            level: fc.constantFrom(0, 100, 101),
            more: fc.boolean(),
          },
          { requiredKeys: [] },
        ),
        fc.constantFrom(null, [], "22:00"),
      ),
      { maxLength: 4 },
    ),
  ],
];

describe("refusals", () => {
  // Ajv is the judge that the unit itself uses.
  const ajv = new Ajv({ strict: false });
  it.each(cases)("judges as Ajv does: %j", (schema, values) => {
    const judge = ajv.compile(schema);
    let taken = 0;
    let refused = 0;
    fc.assert(
      fc.property(values, (value) => {
        const fits = refusals(schema, value, "x").length === 0;
        if (fits) taken++;
        else refused++;
        expect(fits).toBe(judge(value));
      }),
      { seed: 20_261_122, numRuns: 500 },
    );
    expect(Math.min(taken, refused)).toBeGreaterThan(0);
  });

  it("names the field, the fault and what is expected", () => {
    const profile = cases[7]![0];
    expect(
      refusals(
        profile,
        [
          { from: "22:00", level: 40 },
          { from: "22:00", level: 140 },
        ],
        "profile",
        "%",
      ),
    ).toEqual([{ field: "profile/1/level", problem: "is 140", expected: "a number up to 100 %" }]);
    expect(refusals(profile, [{ from: "22:00" }], "profile")).toEqual([
      { field: "profile/0/level", problem: "is missing", expected: "a number up to 100" },
    ]);
    // What jQuery's val() gives of a select without a choice (api.jquery.com/val).
    expect(refusals({ const: "never" }, null, "card")).toEqual([
      { field: "card", problem: "is missing", expected: "never" },
    ]);
    expect(refusals(profile, [], "profile")).toEqual([
      { field: "profile", problem: "has 0 entries", expected: "a list of 1 to 3 entries" },
    ]);
  });

  it("names an entry that is there twice", () => {
    expect(refusals(cases[5]![0], ["a", "a"], "neighbours")).toEqual([
      { field: "neighbours/1", problem: '"a" twice', expected: "each once" },
    ]);
  });
});

describe("expectation", () => {
  it.each([
    [{ type: "number", minimum: 5, maximum: 1_800 }, "s", "5 to 1800 s"],
    [{ type: "integer", minimum: 1 }, "", "a whole number from 1"],
    [{ anyOf: [{ const: "M1" }, { const: "M2" }, { const: "P1" }] }, "", "M1, M2 or P1"],
    [{ type: "string", pattern: "x", description: "a local time" }, "", "a local time"],
  ] as const)("says what %j in %s allows", (schema, unit, words) => {
    expect(expectation(schema, unit)).toBe(words);
  });
});

describe("plainSchema", () => {
  it("refuses, at any depth, a word that would not be checked", () => {
    expect(() =>
      plainSchema({ type: "array", items: { type: "string", format: "date" } }, "kind.days"),
    ).toThrow("kind.days/items: the form does not know the schema word format");
  });
});
