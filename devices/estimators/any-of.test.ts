import { describe, expect, it } from "vitest";
import { Stepper } from "#test/bench/stepper.ts";
import { anyOf } from "./any-of.ts";

describe("any of several", () => {
  it("is 1 while one of them is, and says so only when it changes", () => {
    const at = new Stepper(anyOf("inUse", ["a.wanted", "b.wanted"])).start();
    expect(at.value("any")).toBe(0);
    expect(at.hear("a.wanted", 1).hear("b.wanted", 1).hear("a.wanted", 0).value("any")).toBe(1);
    expect(at.hear("b.wanted", 0).value("any")).toBe(0);
    expect(at.hear("b.wanted", 1, "suspect").value("any")).toBe(1);
    expect(at.hear("b.wanted", Number.NaN, "bad").value("any")).toBe(0);
  });
});
