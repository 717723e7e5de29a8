import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fnv1a32, mix32, random, splitmix32, xoshiro128starstar } from "./random.ts";

const take = (count: number, next: () => number) => Array.from({ length: count }, () => next());

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const covariance = mean(a.map((value, at) => (value - meanA) * (b[at]! - meanB)));
  return covariance / Math.sqrt(mean(a.map((v) => (v - meanA) ** 2)) * mean(b.map((v) => (v - meanB) ** 2)));
}

describe("known answers", () => {
  it("is xoshiro128** (Blackman and Vigna's xoshiro128starstar.c from state 1, 2, 3, 4, as in rand_xoshiro's tests)", () => {
    expect(take(10, xoshiro128starstar([1, 2, 3, 4]))).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  it("mixes as MurmurHash3_x86_32 does (its published hashes of the empty text are the finaliser of the seed)", () => {
    expect([0, 1, 0xffffffff].map(mix32)).toEqual([0, 0x514e28b7, 0x81f16f39]);
  });

  it("hashes as FNV-1a does (draft-eastlake-fnv, appendix C)", () => {
    expect(["", "a", "foobar"].map((text) => fnv1a32(text))).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
  });
});

it("steps its seeding by 2³² over the golden ratio (Steele, Lea and Flood), mixed", () => {
  const gamma = Math.floor(2 ** 32 / ((1 + Math.sqrt(5)) / 2));
  expect(take(3, splitmix32(5))).toEqual([1, 2, 3].map((step) => mix32((5 + step * gamma) % 2 ** 32)));
});

describe("streams", () => {
  it("repeat from the same seed and name", () => {
    const name = fc.string({ maxLength: 20 });
    fc.assert(
      fc.property(fc.maxSafeInteger(), name, (seed, stream) => {
        expect(take(5, random(seed, stream).word)).toEqual(take(5, random(seed, stream).word));
      }),
    );
  });

  it("differ by name, by seed, and by the seed's upper half", () => {
    const firsts = [
      random(1, "people"),
      random(1, "people "),
      random(1, "peopel"),
      random(2, "people"),
      random(-1, "people"),
      random(1 + 2 ** 32, "people"),
      random(2 ** 32, "people"),
    ].map(({ word }) => take(2, word).join());
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  it("are uncorrelated where names or seeds are neighbours (4σ of 4000 pairs)", () => {
    const draws = (seed: number, stream: string) => take(4_000, random(seed, stream).uniform);
    const first = draws(7, "lamp-03");
    expect(Math.abs(correlation(first, draws(7, "lamp-04")))).toBeLessThan(4 / Math.sqrt(4_000));
    expect(Math.abs(correlation(first, draws(8, "lamp-03")))).toBeLessThan(4 / Math.sqrt(4_000));
  });

  it("refuse a seed that is no integer", () => {
    expect(() => random(0.5, "people")).toThrow(
      RangeError("a seed is an integer up to ±(2^53 − 1), not 0.5"),
    );
    expect(() => random(Number.NaN, "people")).toThrow(RangeError);
  });
});

describe("distributions", () => {
  const count = 20_000;
  const moments = (values: readonly number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    return { mean, deviation: Math.sqrt(variance) };
  };

  it("uniform stays within its bounds and fills them evenly", () => {
    const draws = random(3, "uniform");
    const values = take(count, () => draws.uniform(-2, 6));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-2);
    expect(Math.max(...values)).toBeLessThan(6);
    expect(moments(values).mean).toBeCloseTo(2, 1);
    expect(moments(values).deviation).toBeCloseTo(8 / Math.sqrt(12), 1);
  });

  it("integer reaches both ends equally often", () => {
    const draws = random(4, "dice");
    const faces = [0, 0, 0, 0, 0, 0];
    for (let roll = 0; roll < 6_000; roll++) faces[draws.integer(1, 6) - 1]!++;
    for (const face of faces)
      expect(Math.abs(face - 1_000)).toBeLessThan(4 * Math.sqrt(6_000 * (1 / 6) * (5 / 6)));
  });

  it("normal and exponential have their moments", () => {
    const draws = random(5, "moments");
    const normal = moments(take(count, () => draws.normal(10, 3)));
    expect(normal.mean).toBeCloseTo(10, 0);
    expect(Math.abs(normal.mean - 10)).toBeLessThan((4 * 3) / Math.sqrt(count));
    expect(Math.abs(normal.deviation - 3)).toBeLessThan(0.1);
    const waits = moments(take(count, () => draws.exponential(5)));
    expect(Math.abs(waits.mean - 5)).toBeLessThan((4 * 5) / Math.sqrt(count));
    expect(Math.abs(waits.deviation - 5)).toBeLessThan(0.3);
  });

  it("chance comes as often as it says", () => {
    const draws = random(6, "chance");
    const hits = take(count, () => (draws.chance(0.3) ? 1 : 0)).reduce((sum: number, hit) => sum + hit, 0);
    expect(Math.abs(hits / count - 0.3)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / count));
  });
});
