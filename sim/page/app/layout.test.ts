import fc from "fast-check";
import { expect, it } from "vitest";
import { across, groundPx, heightPxPerM, layoutOf, xPx } from "./layout.ts";

const poles = (count: number, gapM = 25) => Array.from({ length: count }, (_, index) => (index + 0.5) * gapM);
const anyStreet = fc.record({
  viewport: fc.integer({ min: 320, max: 3_000 }),
  height: fc.integer({ min: 250, max: 1_400 }),
  lamps: fc.integer({ min: 1, max: 60 }),
  gapM: fc.integer({ min: 10, max: 60 }),
});

it("fills the page with a short street and lets a long one be scrolled", () => {
  const short = layoutOf(1_440, 560, 100, poles(4));
  expect(Math.abs(short.contentPx - 1_440)).toBeLessThan(30);
  const long = layoutOf(1_440, 560, 1_500, poles(60));
  expect(long.contentPx).toBeGreaterThan(5 * 1_440);
  expect(layoutOf(390, 400, 300, poles(12)).contentPx).toBeGreaterThan(1_800);
});

it("never lets cards overlap or leave the street, and keeps everybody on it", () => {
  fc.assert(
    fc.property(anyStreet, ({ viewport, height, lamps, gapM }) => {
      const at = poles(lamps, gapM);
      const layout = layoutOf(viewport, height, lamps * gapM, at);
      const places = at.map((xM) => xPx(layout, xM));
      expect(layout.cardPx).toBeGreaterThanOrEqual(150);
      for (const [index, x] of places.entries())
        if (index > 0) expect(x - places[index - 1]!).toBeGreaterThanOrEqual(layout.cardPx);
      expect(places[0]! - layout.cardPx / 2).toBeGreaterThanOrEqual(0);
      expect(places.at(-1)! + layout.cardPx / 2).toBeLessThanOrEqual(layout.contentPx + 1);
      expect(xPx(layout, lamps * gapM)).toBeLessThanOrEqual(layout.contentPx + 1);
    }),
  );
});

it("draws who is farther away higher up and smaller, on the ground", () => {
  fc.assert(
    fc.property(anyStreet, ({ viewport, height, lamps, gapM }) => {
      const layout = layoutOf(viewport, height, lamps * gapM, poles(lamps, gapM));
      const ways = [across.pavementM, 4, 0, -4, -across.pavementM];
      const feet = ways.map((yM) => groundPx(layout, yM));
      expect(feet).toEqual([...feet].sort((a, b) => a - b));
      expect(feet[0]).toBeGreaterThan(layout.horizonPx);
      expect(feet.at(-1)).toBeLessThanOrEqual(height);
      const sizes = ways.map((yM) => heightPxPerM(layout, yM));
      expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    }),
  );
});

it("keeps the heads of lamps in the picture and, where there is room, under the clock", () => {
  for (const height of [250, 400, 450, 506, 572, 900]) {
    const layout = layoutOf(1_440, height, 300, poles(12));
    const headPx = groundPx(layout, across.poleM) - 6 * heightPxPerM(layout, across.poleM);
    expect(headPx).toBeGreaterThan(20);
    if (height >= 450) expect(headPx).toBeGreaterThan(155);
  }
});
