import { describe, expect, it } from "vitest";
import { goOn, type Soon, thereupon } from "./soon.ts";

describe("what is there already, or will be", () => {
  const asked = (soon: () => Soon<number>, next = (_: number) => {}) => {
    const heard: unknown[] = [];
    goOn(
      soon,
      (value) => {
        heard.push(value);
        next(value);
      },
      (error) => heard.push(error),
    );
    return heard;
  };
  const broken = new Error("broken");

  it("is gone on with before the call returns where it is there, and later where it is not", async () => {
    expect(asked(() => 7)).toEqual([7]);
    const later = asked(async () => 7);
    expect(later).toEqual([]);
    await Promise.resolve();
    expect(later).toEqual([7]);
  });

  it.each<[string, () => Soon<number>]>([
    [
      "thrown",
      () => {
        throw broken;
      },
    ],
    ["rejected", () => Promise.reject(broken)],
  ])("tells of what is %s", async (_, soon) => {
    const heard = asked(soon);
    await new Promise(process.nextTick);
    expect(heard).toEqual([broken]);
  });

  it.each<[string, () => Soon<number>]>([
    ["there", () => 1],
    ["awaited", async () => 1],
  ])("tells of what goes wrong with a value that was %s", async (_, soon) => {
    const heard = asked(soon, () => {
      throw broken;
    });
    await new Promise(process.nextTick);
    expect(heard).toEqual([1, broken]);
  });

  it("is made something else of, as soon", async () => {
    expect(thereupon(3, (value) => value + 1)).toBe(4);
    expect(await thereupon(Promise.resolve(3), (value) => value + 1)).toBe(4);
  });
});
