import { describe, expect, it } from "vitest";
import { barOf, inSteps } from "./progress.ts";

/** What is told of a way of a thousand steps, where stdout is a terminal or not. */
function toldOn(isTerminal: boolean): number[] {
  const told: number[] = [];
  const tell = inSteps((share) => told.push(share), isTerminal);
  for (let step = 0; step <= 1_000; step++) tell(step / 1_000, step);
  return told;
}

describe("progress", () => {
  it("is a hundred and one lines on a terminal, and eleven elsewhere", () => {
    expect(toldOn(true)).toHaveLength(101);
    expect(toldOn(false)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
  });

  it("shows how far it is, in the time zone of the street", () => {
    const atMs = Date.parse("2026-06-20T10:00:00Z");
    expect(barOf("Europe/Rome")(0.5, atMs)).toBe(`${"█".repeat(12)}${"░".repeat(12)} 50 % 12:00`);
    expect(barOf("UTC")(1.2, atMs)).toBe(`${"█".repeat(24)} 100 % 10:00`);
  });
});
