import fc from "fast-check";
import { expect, it } from "vitest";
import { Sequences } from "./sequences.ts";

it("knows what it heard, in whatever order, as a set does", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 80 }), (numbers) => {
      const sequences = new Sequences();
      const judge = new Set<number>();
      for (const number of numbers) {
        expect(sequences.add(number)).toBe(!judge.has(number));
        judge.add(number);
        expect(sequences.highest).toBe(Math.max(...judge));
      }
    }),
    { seed: 20_261_122, numRuns: 500 },
  );
});

it("forgets the oldest when there are gaps without end, and never takes a new one for an old", () => {
  const sequences = new Sequences();
  for (let number = 1; number <= 2_000; number += 2) expect(sequences.add(number)).toBe(true);
  for (let number = 2; number <= 2_000; number += 2) expect(sequences.add(number)).toBe(true);
  expect(sequences.add(2_000)).toBe(false);
});
