import { describe, expect, it } from "vitest";
import { SpaceJudge } from "./judge.ts";

const secondMs = 1_000;
const score = (act: (judge: SpaceJudge) => void, endSeconds = 1_000) => {
  const judge = new SpaceJudge(0);
  act(judge);
  return judge.score(endSeconds * secondMs);
};

describe("the judge of a space", () => {
  it("counts the time in which what was said was true, and how late each change was told", () => {
    const { seconds, rightSeconds, stays, missed, phantom, delays } = score((judge) => {
      judge.says(false, 0);
      judge.is(true, 100 * secondMs);
      judge.says(true, 104 * secondMs);
      judge.is(false, 500 * secondMs);
      judge.says(false, 507 * secondMs);
    });
    expect([seconds, rightSeconds, stays, missed, phantom]).toEqual([1_000, 989, 1, 0, 0]);
    expect(delays).toEqual([4, 7]);
  });

  it("knows a session that nobody was there for, and a vehicle that nobody told of", () => {
    const judged = score((judge) => {
      judge.says(false, 0);
      judge.says(true, 100 * secondMs);
      judge.says(false, 130 * secondMs);
      judge.is(true, 400 * secondMs);
      judge.is(false, 500 * secondMs);
    });
    expect([judged.missed, judged.phantom, judged.delays]).toEqual([1, 1, []]);
  });

  it("counts what cannot be told as wrong, and the session goes on", () => {
    const judged = score((judge) => {
      judge.is(true, 0);
      judge.says(true, 0);
      judge.says(undefined, 200 * secondMs);
      judge.says(true, 300 * secondMs);
    });
    expect([judged.rightSeconds, judged.missed, judged.phantom]).toEqual([900, 0, 0]);
  });

  it("gives a vehicle that has only just come time to be told", () => {
    expect(score((judge) => judge.is(true, 990 * secondMs)).missed).toBe(0);
    expect(score((judge) => judge.is(true, 900 * secondMs)).missed).toBe(1);
  });
});
