import { describe, expect, it } from "vitest";
import { everywhere } from "../form/words.ts";
import { fieldSpoken, refusalSpoken, spoken, wordKey } from "./phrases.ts";
import { expectation, refusals } from "./schema.ts";
import type { Text } from "./text.ts";

/** As Node-RED's: the key itself where there is no text. */
const catalogue =
  (texts: Readonly<Record<string, string>>): Text =>
  (key, values = {}) =>
    (texts[key] ?? key).replace(/__(\w+?)__/g, (_, gap: string) => values[gap] ?? "");

const italian = catalogue({
  "phrases.is": "vale __value__",
  "phrases.missing": "manca",
  "phrases.range": "da __least__ a __maximum__",
  "phrases.steps": "__range__ a passi di __step__",
  "phrases.or": "__first__ o __last__",
  "phrases.list": "un elenco da __least__ a __most__ voci",
  "words.never": "mai",
  "words.always": "sempre",
  [`words.${wordKey("a local time such as 07:30, or nothing")}`]: "un'ora locale come 07:30, o nulla",
});

describe("a refusal", () => {
  it.each([
    [{ type: "number", minimum: 5, maximum: 1_800 }, 3, "s", "vale 3", "da 5 a 1800 s"],
    [{ type: "number", minimum: -20, maximum: 40 }, undefined, "°C", "manca", "da -20 a 40 °C"],
    [{ type: "number", minimum: 0, maximum: 1, multipleOf: 0.5 }, 2, "", "vale 2", "da 0 a 1 a passi di 0.5"],
    [
      { anyOf: [{ const: "never" }, { const: "EUR" }, { const: "always" }] },
      "x",
      "",
      'vale "x"',
      "mai, EUR o sempre",
    ],
    [
      { type: "string", pattern: "^$", description: "a local time such as 07:30, or nothing" },
      "or",
      "",
      'vale "or"',
      "un'ora locale come 07:30, o nulla",
    ],
  ] as const)("of %j is told in the reader's language", (schema, value, unit, problem, expected) => {
    const [refusal] = refusals(schema, value, "here", unit);
    const told = refusalSpoken(refusal!, italian);
    expect(told).toEqual({ field: "here", problem, expected });
  });

  it("stays as it came where the catalogue does not know its wording", () => {
    expect(spoken("smells of smoke", italian)).toBe("smells of smoke");
    expect(spoken("is unknown", italian)).toBe("is unknown");
  });

  it("is the same in English as on the wire", () => {
    const texts = Object.entries(everywhere.phrases).map(([key, text]) => [`phrases.${key}`, text]);
    const english = catalogue(Object.fromEntries(texts));
    const schemas = [
      { type: "integer", minimum: 1 },
      { type: "number", maximum: 4 },
      { type: "integer" },
      { type: "boolean" },
      { type: "string", pattern: "^a or b$" },
      { type: "array", minItems: 1, maxItems: 3, items: { type: "string" } },
      { type: "object", properties: { from: {}, to: {} } },
      { anyOf: [{ const: "a" }, { const: "b" }, { const: "c" }] },
    ] as const;
    for (const schema of schemas) {
      const words = expectation(schema, "m");
      expect(spoken(words, english)).toBe(words);
    }
  });
});

describe("where a refused value stands", () => {
  const text = catalogue({
    "settings.profile.title": "Profilo",
    "settings.hours.columns.port": "Presa",
    "form.level": "Livello",
  });

  it.each([
    ["profile", "Profilo"],
    ["profile/0", "Profilo 1"],
    ["profile/2/level", "Livello 3"],
    ["hours/11/port", "Presa 12"],
  ])("is told in few words: %s is %s", (field, words) => {
    expect(fieldSpoken(field, text)).toBe(words);
  });

  it.each(["", "ramp", "ramp/1", "profile/a/level", "hours/1/colour"])(
    "stays where it is unknown: %j",
    (field) => {
      expect(fieldSpoken(field, text)).toBe(field);
    },
  );
});
