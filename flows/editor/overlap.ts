/** Which window holds where several lie over each other: pure. The first row that applies holds. */
import { type Weekday, type WeekWindow, weekdays } from "../../devices/estimators/week-windows.ts";
import { day } from "./time-of-day.ts";
import { spanOf } from "./week.ts";

/** What a row is for; undefined for everything. */
export type Scope = ReadonlySet<string> | undefined;

/** Part of a row's window on one day, from one minute after midnight to another. */
export interface Piece {
  readonly row: number;
  /** On which the window begins: the day before, for what is past midnight. */
  readonly began: Weekday;
  readonly day: Weekday;
  readonly from: number;
  readonly to: number;
}

/** A piece, and in which parts it is told which row goes first, if any. */
export interface Block extends Piece {
  readonly parts: readonly Part[];
}

export interface Part {
  readonly from: number;
  readonly to: number;
  /** The row that goes first here. */
  readonly lostTo?: number;
}

/** `all`, or names, numbers and ranges: `1,4-6`. */
export function scopeOf(text: string): Scope {
  const words = text.split(/[\s,]+/).filter(Boolean);
  if (words.length === 0 || words.includes("all")) return undefined;
  return new Set(words.flatMap(expanded));
}

function expanded(word: string): string[] {
  const [, first, last] = /^(\d{1,2})-(\d{1,2})$/.exec(word) ?? [];
  if (first === undefined) return [word];
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) =>
    String(Number(first) + index),
  );
}

/** Whether a row for `first` leaves nothing of what a row for `other` is for. */
export function covers(first: Scope, other: Scope): boolean {
  return first === undefined || (other !== undefined && [...other].every((one) => first.has(one)));
}

/** A window's pieces on each day that it touches. */
export function piecesOf(window: WeekWindow, row: number): readonly Piece[] {
  const span = spanOf(window);
  if (!span) return [];
  const end = span.begin + span.length;
  return window.days.flatMap((began): Piece[] => {
    const next = weekdays[(weekdays.indexOf(began) + 1) % 7]!;
    const first = { row, began, day: began, from: span.begin, to: Math.min(end, day) };
    return end > day ? [first, { row, began, day: next, from: 0, to: end - day }] : [first];
  });
}

/** All windows of the rows, each cut where an earlier row begins or ends to go first. */
export function blocksOf(
  rows: readonly { readonly window: WeekWindow; readonly scope: Scope }[],
): readonly Block[] {
  const whole = rows.map(({ window }, row) => piecesOf(window, row));
  return whole.flatMap((pieces, row) => {
    const rivals = whole.slice(0, row).filter((_, earlier) => covers(rows[earlier]!.scope, rows[row]!.scope));
    return pieces.map((piece) => ({ ...piece, parts: partsOf(piece, rivals.flat()) }));
  });
}

function partsOf(piece: Piece, rivals: readonly Piece[]): readonly Part[] {
  const near = rivals.filter(({ day, from, to }) => day === piece.day && from < piece.to && to > piece.from);
  const edges = near.flatMap(({ from, to }) => [from, to]);
  const inner = edges.filter((edge) => edge > piece.from && edge < piece.to);
  const cuts = [...new Set([piece.from, ...inner, piece.to])].sort((a, b) => a - b);
  return cuts.slice(1).map((to, index) => {
    const from = cuts[index]!;
    const winner = near.find((rival) => rival.from <= from && rival.to >= to);
    return { from, to, ...(winner ? { lostTo: winner.row } : {}) };
  });
}
