import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../user-error.ts";
import { seedList } from "./jobs.ts";

describe("a list of seeds", () => {
  it.each([
    ["7", [7]],
    ["1,2,5-8", [1, 2, 5, 6, 7, 8]],
    ["3, 1-3", [3, 1, 2]],
    ["4294967294-4294967295", [4_294_967_294, 4_294_967_295]],
  ])("%s is %j", (text, seeds) => {
    expect(seedList(text)).toEqual(seeds);
  });

  it.each(["", ",", "1,", "-1", "5-", "8-5", "1.5", "a", "1-2-3", "4294967296", "0-1000", "0-4294967295"])(
    "is not %j",
    (text) => {
      expect(() => seedList(text)).toThrow(UserError);
    },
  );

  it("has each seed of each range once", () => {
    const range = fc.tuple(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 9 }));
    fc.assert(
      fc.property(fc.array(range, { minLength: 1, maxLength: 9 }), (ranges) => {
        const seeds = seedList(ranges.map(([from, more]) => `${from}-${from + more}`).join(","));
        const wanted = ranges.flatMap(([from, more]) => Array.from({ length: more + 1 }, (_, i) => from + i));
        expect(seeds).toEqual([...new Set(wanted)]);
      }),
    );
  });
});
