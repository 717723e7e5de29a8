import { hourOfWeek } from "../../world/local-time.ts";

/** A row of the setting `policy`, as the integrator wrote it. */
interface Row {
  readonly days: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly spaces: string;
  readonly activity: string;
  readonly maxStay: number;
}

const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** The rule that really holds: its row, what it allows, and for how long (infinite where it does not say). */
export interface Rule {
  readonly row: number;
  readonly activity: string;
  readonly longestMs: number;
}

const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** What the table says of a space at a local time, read by a second hand: minute by minute of the week. */
export function ruleAt(table: unknown, space: number, localMs: number): Rule | undefined {
  const week = hourOfWeek(localMs);
  const day = Math.floor(week / 24);
  const minute = (week % 24) * 60 + (Math.floor(localMs / 60_000) % 60);
  const rows = table as readonly Row[];
  const row = rows.findIndex(({ days: on, from, to, spaces }) => {
    const [begin, end] = [minutesOf(from), minutesOf(to)];
    const isOn = (which: number) => on.includes(days[(which + 7) % 7]!);
    const isToday = isOn(day) && minute >= begin && (minute < end || end <= begin);
    const isYesterdays = end <= begin && isOn(day - 1) && minute < end;
    return isOf(spaces, space) && (isToday || isYesterdays);
  });
  const rule = rows[row];
  if (!rule) return undefined;
  const mayStand = ["parking", "loading", "unloading", "stopping"].includes(rule.activity);
  const longest = rule.maxStay > 0 ? rule.maxStay : Number.POSITIVE_INFINITY;
  return { row, activity: rule.activity, longestMs: mayStand ? longest * 60_000 : 0 };
}

const isOf = (spaces: string, space: number) =>
  spaces === "all" ||
  spaces.split(",").some((piece) => {
    const ends = piece.split("-").map(Number);
    return space >= ends[0]! && space <= ends.at(-1)!;
  });

/** Whether one vehicle stands too long, told from what the kerb allows from moment to moment. */
export class OverstayWatch {
  #row: number | undefined;
  /** Since when it has stood under this rule; infinite while nobody stands there. */
  #sinceMs = Number.POSITIVE_INFINITY;
  #isOver = false;
  /** Times that a stay became too long. */
  count = 0;

  /** A vehicle came to stand, or went. */
  change(isOccupied: boolean, atMs: number): void {
    this.#row = undefined;
    this.#sinceMs = isOccupied ? atMs : Number.POSITIVE_INFINITY;
    this.#isOver = false;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Looked at every few seconds. */
  look(rule: Rule | undefined, graceMs: number, atMs: number): void {
    if (!rule) return;
    if (this.#row !== undefined && this.#row !== rule.row && Number.isFinite(this.#sinceMs))
      this.#sinceMs = atMs;
    this.#row = rule.row;
    const isOver = atMs - this.#sinceMs > rule.longestMs + graceMs;
    if (isOver && !this.#isOver) this.count++;
    this.#isOver = isOver;
  }
}
