import { expect, it } from "vitest";
import { figureOf, interleaved, percentile, ratioOf } from "./statistics.ts";

// NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.1: the median is the middle value, or the mean of the two.
it("takes the middle value, or the mean of the two in the middle", () => {
  expect(figureOf([9, 1, 5])).toEqual({ median: 5, min: 1, max: 9, count: 3 });
  expect(figureOf([4, 1, 9, 2])).toEqual({ median: 3, min: 1, max: 9, count: 4 });
  expect(() => figureOf([])).toThrow("no measurement");
});

// Langford, "Quartiles in Elementary Statistics", Journal of Statistics Education 14(3), 2006, method 15 (CDF without
// averaging): the smallest value that at least that share of all does not exceed.
it.each([
  [0.05, 15],
  [0.3, 20],
  [0.4, 20],
  [0.5, 35],
  [0.99, 50],
  [1, 50],
])("takes the value at a share of %d", (share, value) => {
  expect(percentile([35, 50, 15, 40, 20], share)).toBe(value);
});

it.each([[0], [1.1], [Number.NaN]])("has no value at a share of %d", (share) => {
  expect(() => percentile([1, 2], share)).toThrow(RangeError);
});

it("divides measurements taken in turn pair by pair", () => {
  expect(ratioOf([2, 30, 8], [1, 10, 2])).toMatchObject({ median: 3, min: 2, max: 4 });
});

it("runs subjects in turn", async () => {
  const order: string[] = [];
  const subject = (name: string) => async () => order.push(name);
  expect(await interleaved({ ours: subject("ours"), peer: subject("peer") }, 2)).toEqual({
    ours: [1, 3],
    peer: [2, 4],
  });
  expect(order).toEqual(["ours", "peer", "ours", "peer"]);
});
