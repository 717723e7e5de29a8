import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Backlog } from "./backlog.ts";

type Step =
  | { readonly do: "push" | "take" }
  | { readonly do: "giveBack" | "remove" | "relocate"; readonly pick: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ do: "push" as const }) },
  { weight: 2, arbitrary: fc.constant({ do: "take" as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom("giveBack" as const, "remove" as const, "relocate" as const),
      pick: fc.nat(100),
    }),
  },
);

interface Row {
  sequence: number;
  generation: number;
  length: number;
  taken: boolean;
}

describe("Backlog", () => {
  it("does what a plain list of records does", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const backlog = new Backlog();
        let rows: Row[] = [];
        let next = 1;
        for (const action of steps) {
          const row = "pick" in action ? rows[action.pick % (rows.length || 1)] : undefined;
          if (action.do === "push") {
            next += 1 + (next % 3);
            const sequence = next;
            backlog.push(sequence, { generation: next % 5, offset: next, length: 20 + (next % 9) });
            rows.push({ sequence, generation: next % 5, length: 20 + (next % 9), taken: false });
          } else if (action.do === "take") {
            const first = rows.find(({ taken }) => !taken);
            expect(backlog.take()).toBe(first?.sequence);
            if (first) first.taken = true;
          } else if (row === undefined) expect(backlog.remove(1)).toBeUndefined();
          else if (action.do === "giveBack") {
            expect(backlog.giveBack(row.sequence)).toBe(row.taken);
            row.taken = false;
          } else if (action.do === "remove") {
            expect(backlog.remove(row.sequence)?.length).toBe(row.length);
            rows = rows.filter((other) => other !== row);
          } else {
            backlog.relocate(row.sequence, 9, 4);
            row.generation = 9;
          }
          const waiting = rows.filter(({ taken }) => !taken);
          expect([backlog.waiting, backlog.taken]).toEqual([waiting.length, rows.length - waiting.length]);
          expect(backlog.bytes).toBe(rows.reduce((sum, { length }) => sum + length, 0));
          expect(backlog.oldest).toBe(rows[0]?.sequence);
        }
        const sequences = (chosen: Row[]) => chosen.map(({ sequence }) => sequence);
        const middle = next >> 1;
        expect(backlog.within(middle, next - 3)).toEqual(
          sequences(rows.filter(({ sequence }) => sequence >= middle && sequence <= next - 3)),
        );
        expect(backlog.oldestWaiting(3)).toEqual(sequences(rows.filter(({ taken }) => !taken).slice(0, 3)));
        expect(backlog.inGeneration(9)).toEqual(sequences(rows.filter(({ generation }) => generation === 9)));
      }),
      { numRuns: 200 },
    );
  });

  it("sorts what recovery pushed in any order, and keeps the later place of a record that has two", () => {
    const backlog = new Backlog();
    for (const [sequence, offset] of [
      [5, 1],
      [7, 2],
      [5, 3],
      [6, 4],
    ] as const)
      backlog.push(sequence, { generation: 1, offset, length: 24 });
    backlog.sort();
    expect([backlog.waiting, backlog.bytes, backlog.locate(5)?.offset]).toEqual([3, 72, 3]);
    expect([backlog.take(), backlog.take(), backlog.take(), backlog.take()]).toEqual([5, 6, 7, undefined]);
  });
});
