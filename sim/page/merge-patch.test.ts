import fc from "fast-check";
import { expect, it } from "vitest";
import { applyMergePatch, mergePatchBetween } from "./merge-patch.ts";

/** RFC 7396, appendix A: original, patch, result. */
const examples: readonly (readonly [original: string, patch: string, result: string])[] = [
  ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
  ['{"a":"b"}', '{"a":null}', "{}"],
  ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
  ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
  ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
  ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
  ['["a","b"]', '["c","d"]', '["c","d"]'],
  ['{"a":"b"}', '["c"]', '["c"]'],
  ['{"a":"foo"}', "null", "null"],
  ['{"a":"foo"}', '"bar"', '"bar"'],
  ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
  ["[1,2]", '{"a":"b","c":null}', '{"a":"b"}'],
  ["{}", '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
];

it.each(examples)("applies to %s the patch %s: %s", (original, patch, result) => {
  expect(applyMergePatch(JSON.parse(original), JSON.parse(patch))).toEqual(JSON.parse(result));
});

const { state } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.integer(),
    fc.string(),
    fc.boolean(),
    fc.array(fc.integer(), { maxLength: 3 }),
    tie("state"),
  ),
  state: fc.dictionary(
    fc.oneof(fc.constantFrom("a", "b", "c", "__proto__"), fc.string({ maxLength: 3 })),
    tie("value"),
    {
      maxKeys: 5,
      noNullPrototype: true,
    },
  ),
}));

it("leads from any state to any other, over the wire", () => {
  fc.assert(
    fc.property(state, state, (from, to) => {
      const patch = mergePatchBetween(from, to);
      const sent = patch === undefined ? {} : JSON.parse(JSON.stringify(patch));
      expect(applyMergePatch(from, sent)).toEqual(to);
    }),
  );
});

it("is nothing between equal states", () => {
  fc.assert(fc.property(state, (same) => mergePatchBetween(same, structuredClone(same)) === undefined));
});

it("holds what changed and nothing else", () => {
  const units = { l1: { level: 20, samples: [1] }, l2: { level: 20, samples: [1] } };
  const later = { l1: { level: 80, samples: [1] }, l2: { level: 20, samples: [1] } };
  expect(mergePatchBetween({ now: 1, units }, { now: 2, units: later })).toEqual({
    now: 2,
    units: { l1: { level: 80 } },
  });
});
