import { expect, it } from "vitest";
import { pointAfterKey } from "./chart-cursor.ts";

it("begins at the newest point, and goes where the keys of a slider go", () => {
  expect(pointAfterKey("ArrowLeft", undefined, 360)).toBe(359);
  expect(pointAfterKey("ArrowLeft", 359, 360)).toBe(358);
  expect(pointAfterKey("ArrowRight", 100, 360)).toBe(101);
  expect(pointAfterKey("PageDown", 100, 360)).toBe(90);
  expect(pointAfterKey("PageUp", 100, 360)).toBe(110);
  expect(pointAfterKey("Home", 100, 360)).toBe(0);
  expect(pointAfterKey("End", 100, 360)).toBe(359);
});

it("stays within what is drawn, and leaves all other keys alone", () => {
  expect(pointAfterKey("ArrowLeft", 0, 360)).toBe(0);
  expect(pointAfterKey("PageUp", 355, 360)).toBe(359);
  expect(pointAfterKey("Tab", 5, 360)).toBeUndefined();
  expect(pointAfterKey("Escape", 5, 360)).toBeUndefined();
});
