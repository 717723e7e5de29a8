import fc from "fast-check";
import { expect, it } from "vitest";
import { SequenceSet } from "./sequence-set.ts";

it("agrees with a Set, in whatever order numbers come", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 })), (sequences) => {
      const set = new SequenceSet();
      const model = new Set<number>();
      for (const sequence of sequences) {
        expect(set.add(sequence)).toBe(!model.has(sequence));
        model.add(sequence);
      }
      expect(set.size).toBe(model.size);
      for (let sequence = -1; sequence <= 61; sequence++) expect(set.has(sequence)).toBe(model.has(sequence));
      expect(set.missing).toBe(Math.max(0, ...model) - model.size);
    }),
  );
});

it("gives its ranges away, lowest first, as often as asked", () => {
  const set = new SequenceSet();
  for (const sequence of [9, 1, 2, 5, 3, 10]) set.add(sequence);
  expect(set.take(2)).toEqual([
    [1, 3],
    [5, 5],
  ]);
  expect([set.size, set.has(2), set.has(9)]).toEqual([2, false, true]);
  expect(set.take(5)).toEqual([[9, 10]]);
  expect([set.size, set.take(5)]).toEqual([0, []]);
});
