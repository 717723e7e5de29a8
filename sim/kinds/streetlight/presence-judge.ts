import type { Interval } from "../../world/trajectory.ts";

/** How well a unit saw who was there. */
export interface PresenceScore {
  /** Times that somebody came, and how many of them the unit saw, or did not see. */
  readonly actual: number;
  readonly seen: number;
  readonly missed: number;
  /** Times the unit said that somebody was there, and nobody was near. */
  readonly false: number;
  /** Seconds for which it said so, though nobody was there nor had been of late. */
  readonly falseSeconds: number;
}

/** From the edge of a sensor to a durable record: the detector is looked at each 100 ms, a record waits 1 s for company. */
const reportMs = 1_500;
/**
 * A report may stand this long after somebody left: a PIR holds its output for 5 s and the presence estimator for
 * 10 s more, until the probability has fallen too.
 */
const holdMs = 30_000;

/** What one unit reported of presence, to be held against the truth. */
export class PresenceJudge {
  readonly #reports: Interval[] = [];
  #sinceMs: number | undefined;

  /** The unit reported a change; what it only guesses at (`good` false) is no observation. */
  reported(atMs: number, occupied: boolean, good: boolean): void {
    this.ended(atMs);
    if (occupied && good) this.#sinceMs = atMs;
  }

  /** The unit died: what it said last holds no longer. */
  ended(atMs: number): void {
    if (this.#sinceMs !== undefined) this.#reports.push({ enterMs: this.#sinceMs, leaveMs: atMs });
    this.#sinceMs = undefined;
  }

  /** @param stays when somebody really was in the zone, apart from each other and in order. @param nowMs until when */
  score(stays: readonly Interval[], nowMs: number): PresenceScore {
    const reports = [...this.#reports];
    if (this.#sinceMs !== undefined) reports.push({ enterMs: this.#sinceMs, leaveMs: nowMs });
    const seen = countMeeting(stays, reports, (stay) => [stay.enterMs, stay.leaveMs + reportMs]);
    const right = countMeeting(reports, stays, (report) => [report.enterMs - holdMs, report.leaveMs]);
    const falseMs = reports.reduce((sum, report) => sum + uncovered(report, stays), 0);
    return {
      actual: stays.length,
      seen,
      missed: stays.length - seen,
      false: reports.length - right,
      falseSeconds: Math.round(falseMs) / 1_000,
    };
  }
}

/** How many of `these` meet one of `those`, when each is widened to a span. Both are in order. */
function countMeeting(
  these: readonly Interval[],
  those: readonly Interval[],
  spanOf: (one: Interval) => readonly [fromMs: number, toMs: number],
): number {
  let next = 0;
  return these.filter((one) => {
    const [fromMs, toMs] = spanOf(one);
    while (next < those.length && those[next]!.leaveMs <= fromMs) next++;
    return next < those.length && those[next]!.enterMs < toMs;
  }).length;
}

/** Milliseconds of a report in which nobody was there nor had been for the hold time. */
function uncovered({ enterMs, leaveMs }: Interval, stays: readonly Interval[]): number {
  let openMs = leaveMs - enterMs;
  let fromMs = enterMs;
  for (const stay of stays.slice(firstEndingAfter(stays, enterMs - holdMs))) {
    if (stay.enterMs >= leaveMs) break;
    const coverFromMs = Math.max(stay.enterMs, fromMs);
    const coverToMs = Math.min(stay.leaveMs + holdMs, leaveMs);
    openMs -= Math.max(0, coverToMs - coverFromMs);
    fromMs = Math.max(fromMs, coverToMs);
  }
  return openMs;
}

function firstEndingAfter(stays: readonly Interval[], atMs: number): number {
  let low = 0;
  let high = stays.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (stays[middle]!.leaveMs <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
