import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressOf, canonicalJson, idPattern, unitTopics } from "./wire.ts";

describe("topics", () => {
  it("are those that the wire's comment lists", () => {
    const topics = unitTopics("pier", "lamp-1");
    expect(topics.record("alarm")).toBe("plinth/pier/lamp-1/record/alarm");
    expect(topics.shared("presence")).toBe("plinth/pier/lamp-1/shared/presence");
    const { record: _, shared: __, ...fixed } = topics;
    expect(Object.values(fixed)).toEqual(
      [
        "description",
        "status",
        "health",
        "receipt",
        "settings/desired",
        "settings/reported",
        "command",
        "command/result",
        "flight",
      ].map((end) => `plinth/pier/lamp-1/${end}`),
    );
  });

  it("tell whose they are, and others' topics do not", () => {
    for (const topic of Object.values(unitTopics("pier", "lamp-1")))
      if (typeof topic === "string") expect(addressOf(topic)).toEqual({ site: "pier", unit: "lamp-1" });
    for (const topic of [
      "",
      "plinth",
      "plinth/pier",
      "plinth//lamp-1/status",
      "plinth/pier//status",
      "/plinth/a/b",
      "Plinth/a/b",
    ])
      expect(addressOf(topic)).toBeUndefined();
  });

  it("have room for no name that could be a filter, another level, or another file", () => {
    const id = new RegExp(idPattern);
    for (const good of ["a", "7", "lamp-7", "a".repeat(32)]) expect(good).toMatch(id);
    for (const bad of [
      "",
      "-a",
      "A",
      "a b",
      "a/b",
      "+",
      "#",
      "a+",
      "a#",
      "..",
      "a.b",
      "a_b",
      "ä",
      "a\\n",
      "a".repeat(33),
    ])
      expect(bad).not.toMatch(id);
  });
});

describe("canonical JSON", () => {
  /** The same value with the names of every object in another order. */
  const shuffled = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shuffled);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([name, inner]) => [name, shuffled(inner)]),
    );
  };

  it("is the same text for the same value, however its names are ordered, and says the value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(shuffled(value))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("sorts names at every level, and nothing else", () => {
    expect(canonicalJson({ b: [3, 1, { d: 1, c: null }], a: "x", B: undefined })).toBe(
      '{"a":"x","b":[3,1,{"c":null,"d":1}]}',
    );
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"z":1,"a":2}}'))).toBe(
      '{"__proto__":{"a":2,"z":1},"b":1}',
    );
  });
});
