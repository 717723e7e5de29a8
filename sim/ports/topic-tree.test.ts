import fc from "fast-check";
import { expect, it } from "vitest";
import { matches } from "#firmware/ports/topics.ts";
import { TopicTree } from "./topic-tree.ts";

const level = fc.constantFrom("a", "b", "", "$SYS");
const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join("/"));
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant("+")), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([levels, rest]) => [...levels, ...(rest ? ["#"] : [])].join("/"));

/** A tree of paths after some were taken out again, and what must be in it. */
function planted(paths: readonly string[], removed: readonly string[]) {
  const tree = new TopicTree<string>();
  for (const path of paths) tree.set(path, path);
  for (const path of removed) tree.delete(path);
  return { tree, left: [...new Set(paths)].filter((path) => !removed.includes(path)).sort() };
}

it("finds the filters of a topic as matching one by one does", () => {
  fc.assert(
    fc.property(fc.array(filter), fc.array(filter), topic, (filters, removed, name) => {
      const { tree, left } = planted(filters, removed);
      expect(tree.matching(name).sort()).toEqual(left.filter((candidate) => matches(candidate, name)));
    }),
    { numRuns: 500 },
  );
});

it("finds the topics of a filter as matching one by one does", () => {
  fc.assert(
    fc.property(fc.array(topic), fc.array(topic), filter, (topics, removed, wanted) => {
      const { tree, left } = planted(topics, removed);
      expect(tree.selectedBy(wanted).sort()).toEqual(left.filter((candidate) => matches(wanted, candidate)));
      for (const name of topics) expect(tree.get(name)).toBe(left.includes(name) ? name : undefined);
    }),
    { numRuns: 500 },
  );
});
