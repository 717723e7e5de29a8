import { describe, expect, it } from "vitest";
import { bench } from "./bench.ts";
import { curb } from "./curb.ts";
import { valueWords } from "./setting-words.ts";

const hours = bench.settings.hours!;
const words = (days: readonly string[]) =>
  valueWords(hours, [{ port: "outlet", days, from: "07:00", to: "22:00" }]);

describe("a window of the week in words", () => {
  it.each([
    [["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "every day"],
    [["mon", "tue", "wed", "thu", "fri"], "mon to fri"],
    [["sun", "sat"], "sat sun"],
    [["mon", "wed", "thu", "fri"], "mon wed thu fri"],
    [["thu", "tue", "wed"], "tue to thu"],
    [["fri"], "fri"],
  ])("%j is %s", (days, told) => {
    expect(words(days)).toBe(`outlet ${told} 07:00 to 22:00`);
  });
});

it("says numbers under the short of their titles, and leaves empty texts out", () => {
  const row = { days: ["mon"], from: "07:00", to: "10:00", spaces: "all", activity: "loading" };
  const told = valueWords(curb.settings.policy!, [{ ...row, userClasses: "", maxStay: 30, rate: 200 }]);
  expect(told).toBe("mon 07:00 to 10:00 all loading, longest stay 30 min, rate 200 /h");
});
