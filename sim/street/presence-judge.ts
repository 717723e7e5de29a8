import type { Interval } from "../world/trajectory.ts";

/** How well a unit saw who was there. `false` counts the times it saw somebody and nobody was near. */
export interface PresenceScore {
  readonly actual: number;
  readonly seen: number;
  readonly missed: number;
  readonly false: number;
}

/** A sensor that reports this long after somebody left still meant him: a PIR holds its output for seconds. */
const lateMs = 12_000;

/** What one unit reported of presence, to be held against the truth. */
export class PresenceJudge {
  readonly #reports: { fromMs: number; toMs: number }[] = [];

  /** The unit reported a change; what it only guesses at (`good` false) is no observation. */
  reported(atMs: number, occupied: boolean, good: boolean): void {
    const last = this.#reports.at(-1);
    if (last && last.toMs === Number.POSITIVE_INFINITY) last.toMs = atMs;
    if (occupied && good) this.#reports.push({ fromMs: atMs, toMs: Number.POSITIVE_INFINITY });
  }

  /** @param stays when somebody really was in the zone, in order. */
  score(stays: readonly Interval[]): PresenceScore {
    const reports = this.#reports;
    const meets = (stay: Interval, report: { fromMs: number; toMs: number }) =>
      report.fromMs < stay.leaveMs + lateMs && report.toMs > stay.enterMs;
    const seen = stays.filter((stay) => reports.some((report) => meets(stay, report))).length;
    const wrong = reports.filter((report) => !stays.some((stay) => meets(stay, report))).length;
    return { actual: stays.length, seen, missed: stays.length - seen, false: wrong };
  }
}
