import fc from "fast-check";
import { expect, it } from "vitest";
import { redNoise } from "./red-noise.ts";

const hourMs = 3_600_000;
const options = { stepMs: hourMs, correlationMs: 10 * hourMs };

it("answers the same in whatever order it is asked, also after blocks were dropped", () => {
  const instants = fc.array(fc.integer({ min: -5_000, max: 5_000 }), { minLength: 1, maxLength: 15 });
  fc.assert(
    fc.property(instants, (hours) => {
      const shared = redNoise(1, "air", options);
      for (const hour of hours)
        expect(shared(hour * 0.3 * hourMs)).toBe(redNoise(1, "air", options)(hour * 0.3 * hourMs));
    }),
    { numRuns: 20 },
  );
});

it("has mean 0, variance 1 and the correlation of an AR(1) process: e^(−t/τ)", () => {
  const noise = redNoise(2, "air", options);
  const values = Array.from({ length: 40_000 }, (_, hour) => noise(hour * hourMs));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const covariance = (lag: number) =>
    values.slice(lag).reduce((sum, value, at) => sum + value * values[at]!, 0) / (values.length - lag);
  expect(Math.abs(mean)).toBeLessThan(0.1);
  expect(Math.abs(covariance(0) - 1)).toBeLessThan(0.1);
  expect(Math.abs(covariance(10) - Math.exp(-1))).toBeLessThan(0.08);
  expect(Math.abs(covariance(20) - Math.exp(-2))).toBeLessThan(0.08);
});

it("goes on from block to block of 64 as within them: neighbours correlate with e^(−0.1) there too", () => {
  const noise = redNoise(4, "air", options);
  const blocks = Array.from({ length: 800 }, (_, block) => block * 64);
  const product = (hour: number) => noise(hour * hourMs) * noise((hour - 1) * hourMs);
  const mean = blocks.reduce((sum, hour) => sum + product(hour), 0) / blocks.length;
  expect(Math.abs(mean - Math.exp(-0.1))).toBeLessThan(4 * Math.sqrt(2 / blocks.length));
});

it("has no steps, not where hours nor where blocks of 64 meet", () => {
  const noise = redNoise(3, "air", options);
  for (let hour = -130; hour <= 130; hour++)
    expect(Math.abs(noise(hour * hourMs) - noise(hour * hourMs - 1))).toBeLessThan(1e-4);
});

it("differs by stream and by seed", () => {
  const at = 1_000 * hourMs;
  const values = [
    redNoise(1, "a", options)(at),
    redNoise(1, "b", options)(at),
    redNoise(2, "a", options)(at),
  ];
  expect(new Set(values).size).toBe(3);
});
