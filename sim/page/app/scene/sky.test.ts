import { expect, it } from "vitest";
import { besideText } from "./sky.ts";

const text = { rightPx: 300, bottomPx: 150 };

it("dims the moon behind the clock, so that the text reads, and nowhere else", () => {
  expect(besideText(text, 150, 80, 15)).toBeLessThan(0.2);
  expect(besideText(text, 310, 80, 15)).toBeLessThan(0.2);
  expect(besideText(text, 335, 80, 15)).toBe(1);
  expect(besideText(text, 150, 185, 15)).toBe(1);
});

it("lets it fade as it comes nearer, without a jump", () => {
  const shares = Array.from({ length: 101 }, (_, px) => besideText(text, 300 + px, 80, 15));
  for (let px = 1; px <= 100; px++) {
    expect(shares[px]!).toBeGreaterThanOrEqual(shares[px - 1]!);
    expect(shares[px]! - shares[px - 1]!).toBeLessThan(0.1);
  }
});
