/** What the rows of a table mean in the picture of a week: pure. */
import { type Weekday, type WeekWindow, weekdays } from "../../devices/estimators/week-windows.ts";
import type { Column } from "../../devices/furniture/vocabulary.ts";
import { type Scope, scopeOf } from "./overlap.ts";

export type Values = Readonly<Record<string, unknown>>;

/** Whether a table's rows are windows of a week: it has the columns `days`, `from` and `to`. */
export const isWeek = (columns: readonly Column[]): boolean =>
  [
    ["days", "days"],
    ["from", "time"],
    ["to", "time"],
  ].every(([name, kind]) => columns.some((column) => column.name === name && column.kind === kind));

/** One row as the picture has it. */
export interface WeekRow {
  readonly window: WeekWindow;
  readonly scope: Scope;
  /** Rows of the same lane are drawn in one line. */
  readonly lane: string;
  readonly label: string;
  /** Place of its choice among the options; 0 where there is none. */
  readonly color: number;
}

/** @param spoken a choice in the reader's language */
export function weekRow(
  columns: readonly Column[],
  values: Values,
  spoken: (choice: string) => string,
): WeekRow {
  const text = (column: Column | undefined) => (column ? String(values[column.name] ?? "") : "");
  const scoped = columns.find(({ scope }) => scope);
  const chosen = columns.find(({ kind }) => kind === "choice");
  const amount = columns.find(({ kind }) => kind === "number");
  const lane = text(scoped);
  const parts = chosen
    ? [spoken(text(chosen))]
    : amount?.kind === "number"
      ? [`${text(amount)} ${amount.unit}`]
      : [];
  if (scoped && scoped !== chosen && scopeOf(lane)) parts.push(lane);
  return {
    window: windowOf(values),
    scope: scopeOf(lane),
    lane,
    label: parts.join(" · "),
    color: chosen?.kind === "choice" ? Math.max(0, chosen.options.indexOf(text(chosen))) : 0,
  };
}

export function windowOf({ days, from, to }: Values): WeekWindow {
  const chosen: readonly unknown[] = Array.isArray(days) ? days : [];
  return {
    days: weekdays.filter((day: Weekday) => chosen.includes(day)),
    from: String(from),
    to: String(to),
  };
}

/** Lanes in the order in which they first appear. */
export const lanesOf = (rows: readonly WeekRow[]): readonly string[] => [
  ...new Set(rows.map(({ lane }) => lane)),
];
