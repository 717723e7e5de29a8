import fc from "fast-check";
import { expect, it } from "vitest";
import { across, cardGapPx, groundPx, heightPxPerM, layoutOf, unitAt, xPx } from "./layout.ts";

const poles = (count: number, gapM = 25) =>
  Array.from({ length: count }, (_, index) => ({ xM: (index + 0.5) * gapM }));
const anyRoom = {
  viewport: fc.integer({ min: 320, max: 3_000 }),
  height: fc.integer({ min: 250, max: 1_400 }),
};
const anyStreet = fc.record({
  ...anyRoom,
  lamps: fc.integer({ min: 1, max: 60 }),
  gapM: fc.integer({ min: 10, max: 60 }),
});
/** Anywhere, also in one place, and some with a length. */
const anyUnits = fc
  .array(
    fc.record(
      { xM: fc.double({ min: 0, max: 300, noNaN: true }), lengthM: fc.integer({ min: 1, max: 70 }) },
      { requiredKeys: ["xM"] },
    ),
    { minLength: 1, maxLength: 60 },
  )
  .map((units) => units.toSorted((a, b) => a.xM - b.xM));

it("fills the page with a short street and lets a long one be scrolled", () => {
  const short = layoutOf(1_440, 560, 100, poles(4));
  expect(Math.abs(short.contentPx - 1_440)).toBeLessThan(30);
  const long = layoutOf(1_440, 560, 1_500, poles(60));
  expect(long.contentPx).toBeGreaterThan(5 * 1_440);
  expect(layoutOf(390, 400, 300, poles(12)).contentPx).toBeGreaterThan(1_800);
});

it("never lets cards overlap or leave the street", () => {
  fc.assert(
    fc.property(fc.record({ ...anyRoom, units: anyUnits }), ({ viewport, height, units }) => {
      const layout = layoutOf(viewport, height, 300, units);
      expect(layout.cardPx).toBeGreaterThanOrEqual(150);
      expect(layout.cardsPx).toHaveLength(units.length);
      for (const [index, leftPx] of layout.cardsPx.entries())
        if (index > 0) expect(leftPx - layout.cardsPx[index - 1]!).toBeGreaterThanOrEqual(layout.cardPx);
      expect(layout.cardsPx[0]!).toBeGreaterThanOrEqual(0);
      expect(layout.cardsPx.at(-1)! + layout.cardPx).toBeLessThanOrEqual(layout.contentPx);
      expect(xPx(layout, 300)).toBeLessThanOrEqual(layout.contentPx + 1);
    }),
  );
});

it("puts a card under its unit wherever there is room", () => {
  fc.assert(
    fc.property(anyStreet, ({ viewport, height, lamps, gapM }) => {
      const layout = layoutOf(viewport, height, lamps * gapM, poles(lamps, gapM));
      for (const [index, { xM }] of poles(lamps, gapM).entries())
        expect(Math.abs(layout.cardsPx[index]! + layout.cardPx / 2 - xPx(layout, xM))).toBeLessThanOrEqual(2);
    }),
  );
});

it("moves cards that want the same place aside by as much each", () => {
  const layout = layoutOf(2_000, 500, 200, [{ xM: 20 }, { xM: 100 }, { xM: 100 }, { xM: 180 }]);
  const [, left, right] = layout.cardsPx.map((leftPx) => leftPx + layout.cardPx / 2);
  const middle = xPx(layout, 100);
  expect(middle - left!).toBeCloseTo(right! - middle, -1);
  expect(right! - left!).toBeCloseTo(layout.cardPx + cardGapPx, -1);
});

it("finds what is pointed at: what stands at a point before the stretch that it stands in", () => {
  const units = [
    ["lamp", { xM: 50 }],
    ["curb", { xM: 50, lengthM: 40 }],
  ] as const;
  const layout = layoutOf(1_400, 500, 100, [{ xM: 50 }, { xM: 50, lengthM: 40 }]);
  const at = (xM: number) => unitAt(layout, units, xPx(layout, xM));
  expect([at(50), at(50.5), at(60), at(68), at(75), at(10)]).toEqual([
    ...["lamp", "lamp", "curb", "curb"],
    ...[undefined, undefined],
  ]);
});

it("draws a street with tiles and spaces large enough to see them", () => {
  const tiles = layoutOf(1_280, 500, 180, [...poles(6, 30), { xM: 40, lengthM: 4.8 }]);
  expect(tiles.pxPerM).toBeGreaterThanOrEqual(14);
  expect(layoutOf(1_280, 500, 180, poles(6, 30)).pxPerM).toBeLessThan(8);
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
