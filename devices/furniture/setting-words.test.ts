import { describe, expect, it } from "vitest";
import { bench } from "./bench.ts";
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
