import fc from "fast-check";
import { expect, it } from "vitest";
import { SequenceSet } from "./sequence-set.ts";

it("agrees with a Set, in whatever order numbers come", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(60)), (sequences) => {
      const set = new SequenceSet();
      const model = new Set<number>();
      for (const sequence of sequences) {
        expect(set.add(sequence)).toBe(!model.has(sequence));
        model.add(sequence);
      }
      expect(set.size).toBe(model.size);
      for (let sequence = -1; sequence <= 61; sequence++) expect(set.has(sequence)).toBe(model.has(sequence));
      const span = model.size === 0 ? 0 : Math.max(...model) - Math.min(...model) + 1;
      expect(set.missing).toBe(span - model.size);
    }),
  );
});
