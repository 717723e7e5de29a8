import { describe, expect, it } from "vitest";
import { PresenceJudge } from "./presence-judge.ts";

const stay = (enterS: number, leaveS: number) => ({ enterMs: enterS * 1_000, leaveMs: leaveS * 1_000 });

/** Reports as `[from s, to s]`; an open one has no end. */
function judged(reports: readonly (readonly [from: number, to?: number])[]): PresenceJudge {
  const judge = new PresenceJudge();
  for (const [from, to] of reports) {
    judge.reported(from * 1_000, true, true);
    if (to !== undefined) judge.reported(to * 1_000, false, true);
  }
  return judge;
}

const score = (judge: PresenceJudge, stays: ReturnType<typeof stay>[], nowS = 1_000) =>
  judge.score(stays, nowS * 1_000);

describe("presence", () => {
  it("is seen when a report meets the stay", () => {
    const found = score(judged([[101, 115]]), [stay(100, 110)]);
    expect(found).toEqual({ actual: 1, seen: 1, missed: 0, false: 0, falseSeconds: 0 });
  });

  it("is missed when nothing was said, or too late", () => {
    expect(score(judged([]), [stay(100, 110)])).toMatchObject({ seen: 0, missed: 1 });
    // A second and a half is what debouncing and the outbox's commit take.
    expect(score(judged([[111.4, 120]]), [stay(100, 110)])).toMatchObject({ seen: 1, missed: 0, false: 0 });
    expect(score(judged([[111.6, 120]]), [stay(100, 110)])).toMatchObject({ seen: 0, missed: 1, false: 0 });
  });

  it("is false when nobody was there or had been of late", () => {
    expect(score(judged([[200, 220]]), [stay(100, 110)])).toMatchObject({ false: 1, falseSeconds: 20 });
    expect(score(judged([[139, 145]]), [stay(100, 110)])).toMatchObject({ false: 0, falseSeconds: 5 });
  });

  it("counts every second of a report that never ends, though it sees everybody", () => {
    const stays = [stay(100, 110), stay(500, 520), stay(530, 540)];
    // Covered: 100 to 140 and 500 to 570.
    expect(score(judged([[90]]), stays)).toEqual({
      actual: 3,
      seen: 3,
      missed: 0,
      false: 0,
      falseSeconds: 910 - 40 - 70,
    });
  });

  it("one report may see several, several reports one", () => {
    expect(score(judged([[95, 140]]), [stay(100, 110), stay(120, 130)])).toMatchObject({ seen: 2, false: 0 });
    const twice = judged([
      [101, 105],
      [107, 111],
    ]);
    expect(score(twice, [stay(100, 110)])).toMatchObject({ seen: 1, false: 0 });
  });

  it("is not seen by the dead, nor by a guess", () => {
    const judge = judged([[50]]);
    judge.ended(60_000);
    expect(score(judge, [stay(100, 110)])).toMatchObject({ seen: 0, missed: 1, falseSeconds: 10 });
    const guessed = new PresenceJudge();
    guessed.reported(100_000, true, false);
    expect(score(guessed, [stay(100, 110)])).toMatchObject({ seen: 0, missed: 1, false: 0 });
  });
});
