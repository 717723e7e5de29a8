import { expect, it } from "vitest";
import { clearOfText } from "./sky.ts";

const text = { rightPx: 300, bottomPx: 150 };
const radiusPx = 15;

it("keeps sun and moon from behind the clock, wherever they stand", () => {
  for (let x = 0; x <= text.rightPx + radiusPx; x += 5)
    for (let y = 0; y <= 300; y += 5)
      expect(clearOfText(text, x, y, radiusPx) - radiusPx).toBeGreaterThan(text.bottomPx);
});

it("leaves them where they are below the text, and far to its right", () => {
  expect(clearOfText(text, 150, 200, radiusPx)).toBe(200);
  expect(clearOfText(text, 600, 40, radiusPx)).toBe(40);
});

it("lets them rise beside it without a jump", () => {
  const heights = Array.from({ length: 400 }, (_, px) => clearOfText(text, 250 + px, 20, radiusPx));
  for (const [px, height] of heights.entries())
    if (px > 0) {
      expect(height).toBeLessThanOrEqual(heights[px - 1]!);
      expect(heights[px - 1]! - height).toBeLessThan(2);
    }
});
