import { expect, it } from "vitest";
import { Claims } from "./claims.ts";

it("gives a unit to one at a time, in the order in which they asked", () => {
  const claims = new Claims();
  const granted: string[] = [];
  const first = claims.claim("lamp-1", () => granted.push("first"));
  const second = claims.claim("lamp-1", () => granted.push("second"));
  const third = claims.claim("lamp-1", () => granted.push("third"));
  claims.claim("lamp-2", () => granted.push("other"));
  expect([first.held, second.held, granted]).toEqual([true, false, ["first", "other"]]);

  second.release();
  first.release();
  expect(granted).toEqual(["first", "other", "third"]);
  first.release();
  third.release();
  expect(claims.claim("lamp-1", () => {}).held).toBe(true);
});
